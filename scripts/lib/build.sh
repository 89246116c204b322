# Sourced by the scripts beside it, after install.sh: builds what has changed.

# The pages, into web/dist.
build_web() {
  npm_install web
  if [ -f web/dist/visit.html ] && [ -z "$(find web/src web/*.html web/*.ts web/package-lock.json -newer web/dist/visit.html -print -quit)" ]; then
    return 0
  fi
  say "Building the pages"
  (cd web && npx vite build --logLevel warn)
}
