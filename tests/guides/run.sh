#!/usr/bin/env bash
# The guides of docs/operate are true: each of their commands is run, as it stands there, on machines with a systemd of their own. As root: tests/guides/run.sh [one|two], where one and two are half of it
#
# PROGRAMS names the folder with session-d, signal-d, stun-d and visite. `scripts/test guides` installs and builds what is needed.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d /var/tmp/visite-guides.XXXX)
programs=${PROGRAMS:-${CARGO_TARGET_DIR:-target}/debug}
. tests/guides/machine.sh
end() {
  end_machines
  rm -rf --one-file-system "$work"
}
trap end EXIT

tell() { printf '%s: %s\n' "$(date +%T)" "$*"; }
fail() {
  local name
  printf '!! %s\n' "$*"
  for name in "${!LEADER[@]}"; do inside "$name" journalctl --boot --no-pager --lines 40 --unit "session-d*" --unit "signal-d*" --unit "stun-d*" --unit keepalived --unit visite-probe | sed "s/^/$name: /" || true; done
  exit 1
}
until_true() {
  local what=$1 end=$((SECONDS + $2))
  shift 2
  while ((SECONDS < end)); do "$@" && return; sleep 0.2; done
  fail "it took too long until $what"
}

# --- The guides ---

# The blocks of commands of a guide, each as “guide, heading, number”.
blocks() {
  local guide
  for guide in "$@"; do
    awk -v guide="$guide" '
      !is_code && /^#/ { heading = $0; sub(/^#+ /, "", heading); block = 0 }
      /^ *```/ { if (!is_code && $1 == "```sh") print guide ", " heading ", " ++block; is_code = !is_code }' "docs/operate/$guide"
  done
}
commands() {
  awk -v wanted_heading="$2" -v wanted="$3" '
    !is_code && /^#/ { heading = $0; sub(/^#+ /, "", heading); block = 0 }
    /^ *```/ { is_code = !is_code; is_ours = is_code && $1 == "```sh" && heading == wanted_heading && ++block == wanted; next }
    is_ours' "docs/operate/$1"
}
# follow MACHINE GUIDE HEADING [NUMBER [VARIABLE=VALUE…]]: runs a block there, and leaves what it says in $work/said.
follow() {
  local name=$1 guide=$2 heading=$3 number=${4:-1}
  commands "$guide" "$heading" "$number" | sed "s/192\.0\.2\./$NETWORK./" >"$work/$name/root/guide/commands.sh"
  [ -s "$work/$name/root/guide/commands.sh" ] || fail "$guide has no commands “$heading” $number"
  echo "$guide, $heading, $number" >>"$work/followed"
  inside "$name" env "${@:5}" bash -euxo pipefail -c 'cd /guide && . ./commands.sh' >"$work/said" 2>"$work/traced" || {
    cat "$work/said" "$work/traced"
    fail "a command of $guide failed (“$heading”, $number)"
  }
}
says() { grep -q -e "$1" "$work/said" || { cat "$work/said"; fail "nothing says “$1”"; }; }

is_ready() { [ "$(inside "$1" curl --silent --max-time 5 http://127.0.0.1:9477/readyz)" = ready ]; }
configure() { sed -i "$2" "$work/$1/root/etc/visite/$3"; }
trust() { mkdir -p "$work/$1/root/etc/ssl/certs"; cp "$work/certificates/ca.pem" "$work/$1/root/etc/ssl/certs/ca-certificates.crt"; cp "$work/certificates/server.pem" "$work/$1/root/guide/fullchain.pem"; cp "$work/certificates/server.key" "$work/$1/root/guide/privkey.pem"; }

. tests/guides/one.sh
. tests/guides/two.sh

open_street
mkdir "$work/certificates"
(cd tests/e2e && node --input-type=module -e "
  import { makeCertificates } from './harness/authority.js';
  makeCertificates('$work/certificates', ['video.example.org', 'db-1.example.org', 'db-2.example.org']);")
pack 0.1.0-1 "$work/old"
pack 0.1.0-2 "$work/new"
[ "${1:-}" = two ] || one_machine
[ "${1:-}" = one ] || two_machines
[ -z "${1:-}" ] || exit 0

# Each command is one that was run here, or where others have guides in hand.
declare -A ELSEWHERE=([install.md]=tests/packages/boot.sh [backup.md]=crates/visite/tests/backup.rs)
for guide in docs/operate/*.md; do
  guide=$(basename "$guide")
  if [ -n "${ELSEWHERE[$guide]:-}" ]; then
    grep -q "docs/operate/$guide" "${ELSEWHERE[$guide]}" || fail "nobody runs the commands of $guide"
  else
    blocks "$guide"
  fi
done >"$work/blocks"
missed=$(sort -u "$work/followed" | comm -13 - <(sort -u "$work/blocks"))
[ -z "$missed" ] || fail "commands that were not run: $missed"
tell "all commands of the guides do what they say: $(wc -l <"$work/blocks") blocks"
