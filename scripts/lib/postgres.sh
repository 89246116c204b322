# Sourced after install.sh: a PostgreSQL server for as long as a command runs.

postgres_is_here() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || install_missing /usr/lib/postgresql:postgresql; }

# `with_postgres cargo nextest run …`, which finds the server's socket in the directory VISITE_TEST_POSTGRES.
with_postgres() {
  local bin dir as=() end=0
  bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1)
  dir=$(mktemp -d)
  # It runs for anybody but root.
  if [ "$(id -u)" = 0 ]; then
    chown nobody "$dir"
    as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  fi
  (cd / && "${as[@]}" "$bin/initdb" --auth=trust --username=visite --encoding=UTF8 --no-locale --no-sync -D "$dir/data" >/dev/null)
  (cd / && "${as[@]}" "$bin/pg_ctl" --silent --wait -D "$dir/data" -l "$dir/log" -o "-k $dir -c listen_addresses= -c max_connections=500" start >/dev/null)
  VISITE_TEST_POSTGRES=$dir "$@" || end=$?
  (cd / && "${as[@]}" "$bin/pg_ctl" --silent --mode=immediate -D "$dir/data" stop >/dev/null)
  rm -r "$dir"
  return $end
}
