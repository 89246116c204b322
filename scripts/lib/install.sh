# Sourced by the scripts beside it: looks for what is missing on a bare Debian or Ubuntu, says so, and installs it.

readonly RUST_AT_LEAST=1.94 NODE_AT_LEAST=20.19 NODE_OF_OURS=22
readonly OWN_NODE="${XDG_CACHE_HOME:-$HOME/.cache}/visite/node"

say() { printf '\n== %s\n' "$*"; }
give_up() { printf '\nvisite: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# `at_least 1.94 1.95.0`
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# Root, or sudo: where nobody sits at a terminal, only without a password.
can_be_root() { [ "$(id -u)" = 0 ] || { has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
can_install() { has apt-get && can_be_root; }
apt_install() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null; }

apt_update() {
  [ -z "${APT_IS_FRESH:-}" ] || return 0
  as_root apt-get -qq update
  APT_IS_FRESH=yes
}

# What apt would install, without epoch and revision; empty where it has none.
apt_version() {
  local candidate
  candidate=$(apt-cache policy "$1" | sed -n 's/^ *Candidate: //p')
  candidate=${candidate#*:}
  case $candidate in '(none)' | '') ;; *) printf '%s' "${candidate%-*}" ;; esac
}

# Installs the packages whose command or file is not there: `install_missing cc:gcc curl:curl`. Says what, first; fails where it can't.
install_missing() {
  local pair wanted=()
  for pair in "$@"; do has "${pair%%:*}" || [ -e "${pair%%:*}" ] || wanted+=("${pair#*:}"); done
  [ ${#wanted[@]} -gt 0 ] || return 0
  if ! can_install; then
    say "Missing: ${wanted[*]} (installing them needs apt and root, or sudo)"
    return 1
  fi
  say "Missing: ${wanted[*]}. Installing them with apt"
  apt_update && apt_install "${wanted[@]}"
}

need() { install_missing "$@" || give_up "please install what is missing, then start again"; }
need_compiler() { need cc:gcc /usr/include/stdio.h:libc6-dev; }
need_download() { need curl:curl /etc/ssl/certs/ca-certificates.crt:ca-certificates; }

# --- Rust ---

rust_is_there() { has cargo && at_least "$RUST_AT_LEAST" "$(cargo --version 2>/dev/null | cut -d' ' -f2)"; }

# rustup's own place is looked at too: a shell that was open before does not have it in its PATH.
need_rust() {
  rust_is_there || PATH="$HOME/.cargo/bin:$PATH"
  rust_is_there && return 0
  say "Rust is $(has cargo && cargo --version 2>/dev/null || echo missing); Visite needs $RUST_AT_LEAST or newer. Installing the stable one with rustup, for this user"
  has rustup || install_rustup
  rustup toolchain install stable --profile minimal --component clippy,rustfmt --no-self-update
  export RUSTUP_TOOLCHAIN=stable
  rust_is_there || give_up "Rust $RUST_AT_LEAST is not to be had here: see https://rustup.rs"
}

install_rustup() {
  if can_install && apt_update && [ -n "$(apt_version rustup)" ]; then
    apt_install rustup
    return
  fi
  need_download
  local folder
  folder=$(mktemp -d)
  curl --fail --silent --show-error --proto '=https' --output "$folder/rustup-init" \
    "https://static.rust-lang.org/rustup/dist/$(uname -m)-unknown-linux-gnu/rustup-init"
  chmod +x "$folder/rustup-init"
  "$folder/rustup-init" -y --quiet --no-modify-path --default-toolchain none
  rm -r "$folder"
}

# --- Node ---

node_is_there() { has npm && has node && at_least "$NODE_AT_LEAST" "$(node --version | tr -d v)"; }

# Debian 13 has one that is new enough. Older ones have an npm that can fetch one; it stays in the user's cache, the system's is left alone.
need_node() {
  node_is_there || PATH="$OWN_NODE/node_modules/.bin:$OWN_NODE/bin:$PATH"
  node_is_there && return 0
  say "Node is $(has node && node --version || echo missing); Visite's pages need $NODE_AT_LEAST or newer to be built"
  can_install && apt_update || give_up "please install Node $NODE_AT_LEAST or newer with npm, then start again"
  if ! has npm; then
    say "Installing with apt: nodejs npm"
    apt_install nodejs npm
    node_is_there && return 0
  fi
  install_own_node
  node_is_there || give_up "Node $NODE_AT_LEAST is not to be had here: please install it with npm, then start again"
}

install_own_node() {
  local machine
  case $(uname -m) in x86_64) machine=x64 ;; aarch64) machine=arm64 ;; *) return 0 ;; esac
  say "Its version is $(node --version): fetching Node $NODE_OF_OURS with npm into $OWN_NODE"
  npm install --silent --no-fund --no-audit --prefix "$OWN_NODE" "node-linux-$machine@$NODE_OF_OURS" npm@10
  mkdir -p "$OWN_NODE/bin"
  ln -sf "../node_modules/node-linux-$machine/bin/node" "$OWN_NODE/bin/node"
  hash -r
}

# `npm ci`, where what is installed is older than what is wanted.
npm_install() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return 0
  say "Installing what $1 is built with (npm ci)"
  (cd "$1" && npm ci --no-fund --no-audit --loglevel=error && touch node_modules/.package-lock.json)
}
