# Sourced by the scripts beside it: looks for what is missing on a bare Debian or Ubuntu, says so, then installs it.

readonly RUST_AT_LEAST=1.94 NODE_AT_LEAST=20.19

say() { printf '\n== %s\n' "$*"; }
give_up() { printf '\nvisite: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# `newer_or_same 1.95.0 1.94`
newer_or_same() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# root, or sudo: without a password where nobody is there to type one
can_be_root() { [ "$(id -u)" = 0 ] || { has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Names of the packages whose command is not there: `missing_of cc:gcc curl:curl`
missing_of() {
  local pair
  for pair in "$@"; do has "${pair%%:*}" || [ -e "${pair%%:*}" ] || printf '%s ' "${pair#*:}"; done
}

# Says what is missing and installs it. Fails where that can't be done, after saying what to do.
install_missing() {
  local packages
  packages=$(missing_of "$@")
  [ -n "$packages" ] || return 0
  if ! has apt-get || ! can_be_root; then
    say "Missing here: $packages(needs apt and root, or sudo without a password)"
    return 1
  fi
  say "Installing with apt: $packages"
  # shellcheck disable=SC2086 # one word each
  as_root env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@" >/dev/null' sh $packages
}

# A cargo that rustup put into the home is found also where the shell's profile was not read.
rust_is_there() {
  has cargo || PATH="$HOME/.cargo/bin:$PATH"
  has cargo && newer_or_same "$(cargo --version 2>/dev/null | cut -d' ' -f2)" "$RUST_AT_LEAST"
}

node_is_there() { has node && has npm && newer_or_same "$(node --version | tr -d v)" "$NODE_AT_LEAST"; }

# `npm ci` only where the lock is newer than what is installed
npm_install() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] || (say "npm ci in $1" && cd "$1" && npm ci --no-fund --no-audit --loglevel=error)
}
