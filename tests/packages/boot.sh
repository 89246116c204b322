#!/usr/bin/env bash
# The packages under systemd, in a container: tests/packages/boot.sh ROOT OLD NEW [visit]
#
# ROOT is a fresh debootstrap root with systemd; OLD and NEW are folders of packages, NEW's with a higher version. Every command of docs/operate/install.md is run in it, as it stands there.
# With `visit` two browsers meet through it.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$1 old=$2 new=$3
readonly NAME=visite-packages INSIDE=10.77.12.2 OUTSIDE=10.77.12.1
folder=$(mktemp -d) machine= leader= hammers=()

end() {
  [ ${#hammers[@]} = 0 ] || kill "${hammers[@]}" 2>/dev/null || true
  [ -z "$machine" ] || { kill "$machine" 2>/dev/null && wait "$machine" 2>/dev/null; } || true
  ip netns delete "$NAME" 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
tell() { echo "$(basename "$root"): $*"; }
fail() {
  printf '!! %s: %s\n' "$(basename "$root")" "$*"
  cat "$folder/hammer.log" 2>/dev/null || true
  [ -z "$leader" ] || inside journalctl --boot --no-pager --lines 60 --unit session-d --unit signal-d --unit stun-d --unit visite-probe --unit init.scope || true
  exit 1
}
inside() { nsenter --target "$leader" --all -- env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
until_true() {
  local what=$1 seconds=$2
  shift 2
  for ((i = 0; i < seconds * 5; i++)); do "$@" && return; sleep 0.2; done
  fail "it took too long until $what"
}
# At the port that comes after the name, by an authority.
is_ready() { [ "$(curl --silent --fail --max-time 10 --cacert "$folder/${2:-authorities.pem}" "https://$INSIDE${1:-}/readyz" 2>/dev/null)" = ready ]; }
is_active() { inside systemctl is-active --quiet "$@"; }

# --- The guide ---

# The commands below a heading: all of them, or those of its n-th block.
commands() {
  awk -v heading="$1" -v wanted="${2:-0}" '
    !is_code && /^#/ { below = $0 == "## " heading }
    /^```/ { is_code = below && $0 == "```sh"; block += is_code; next }
    is_code && (!wanted || wanted == block)' docs/operate/install.md
}
follow_guide() {
  commands "$@" >>"$folder/followed"
  commands "$@" | sed "s/^NAME=.*/NAME=$INSIDE/; s/\bsudo //g" >"$root/packages/guide.sh"
  [ -s "$root/packages/guide.sh" ] || fail "the guide has no commands for “$1”"
  inside bash -euxc 'cd /packages && . ./guide.sh' >"$folder/guide.log" 2>&1 || { cat "$folder/guide.log"; fail "a command of docs/operate/install.md failed (“$1”)"; }
}

# --- Booted ---

mkdir -p "$root/packages" "$folder/first" "$folder/renewed"
cp "$old"/*.deb "$root/packages"
(cd tests/e2e && node --input-type=module -e "
  import { makeCertificates } from './harness/authority.js';
  for (const one of ['first', 'renewed']) makeCertificates('$folder/' + one, ['$INSIDE']);")
hand_certificate() { cp "$folder/$1/server.pem" "$root/packages/fullchain.pem" && cp "$folder/$1/server.key" "$root/packages/privkey.pem"; }
hand_certificate first
cat "$folder"/{first,renewed}/ca.pem >"$folder/authorities.pem"
# Soon enough for a test.
mkdir -p "$root/etc/systemd/system/session-d.service.d"
printf '[Service]\nWatchdogSec=3s\n' >"$root/etc/systemd/system/session-d.service.d/watchdog.conf"
ip netns delete "$NAME" 2>/dev/null || true
ip netns add "$NAME"
ip link add "${NAME:0:10}-out" type veth peer name inside netns "$NAME"
ip addr add "$OUTSIDE/24" dev "${NAME:0:10}-out"
ip link set "${NAME:0:10}-out" up
ip -n "$NAME" addr add "$INSIDE/24" dev inside
ip -n "$NAME" link set inside up
ip -n "$NAME" link set lo up
# A host with the old cgroups gives the container the new ones all the same: systemd 256 knows no others.
UNIFIED_CGROUP_HIERARCHY=1 systemd-nspawn --quiet --directory "$root" --boot --register=no --keep-unit --console=pipe \
  --network-namespace-path="/run/netns/$NAME" --rlimit=RLIMIT_NOFILE=1048576 \
  --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" </dev/null >"$folder/console" 2>&1 &
machine=$!
for ((i = 0; i < 50; i++)); do
  leader=$(pgrep -P "$machine" -x systemd || true)
  [ -n "$leader" ] && break
  sleep 0.2
done
if [ -z "$leader" ]; then
  cat "$folder/console"
  printf '\n!! SKIPPED, not tested: the packages under systemd, and what docs/operate/install.md says (this machine boots no container)\n'
  exit 0
fi
until_true "it has booted" 60 sh -c "nsenter --target $leader --all -- systemctl is-system-running 2>/dev/null | grep -q -e running -e degraded"

# --- From nothing to the first practice ---

for heading in "1. The packages" "2. The name and the certificate"; do follow_guide "$heading"; done
for daemon in session-d signal-d stun-d; do
  ! is_active "$daemon.socket" && ! is_active "$daemon.service" || fail "$daemon is started before anybody has configured it"
done
follow_guide "3. Start"
follow_guide "4. The first practice"
grep -q "https://$INSIDE/" "$folder/guide.log" || fail "the guide leads to no link"
until_true "signal-d is ready" 60 is_ready "" first/ca.pem
for unit in {session-d,signal-d,stun-d}.{socket,service}; do is_active "$unit" || fail "$unit is not active"; done
for daemon in session-d signal-d stun-d; do
  pid=$(inside systemctl show --property MainPID --value "$daemon")
  inside sh -c "tr '\\0' '\\n' </proc/$pid/environ" | grep -q '^LISTEN_FDS=' || fail "$daemon was handed no socket"
done
tell "booted and installed by the guide, everything is ready on the sockets of the units"

# --- What nobody notices ---

node tests/packages/hammer.js "$INSIDE" "$folder/authorities.pem" "$folder/answered" >"$folder/hammer.log" 2>&1 &
hammers+=($!)
# session-d's own socket is for those on the machine.
touch "$folder/hammering"
(while [ -e "$folder/hammering" ]; do inside visite practice list >"$folder/practices" 2>&1 || { cat "$folder/practices"; exit 1; }; done) &
hammers+=($!)
answered() { cat "$folder/answered" 2>/dev/null || echo 0; }
# Each change is one that somebody is answered after.
somebody_is_answered() {
  local before
  before=$(answered)
  until_true "somebody is answered after $1" 30 sh -c "[ \$(cat '$folder/answered') -gt $((before + 20)) ]"
}
until_true "somebody is answered" 30 sh -c "[ -s '$folder/answered' ]"
for _ in 1 2 3 4 5; do
  inside systemctl restart session-d signal-d stun-d
  somebody_is_answered "a restart"
done
version_before=$(inside dpkg-query -W -f '${Version}' session-d)
rm "$root"/packages/*.deb
cp "$new"/*.deb "$root/packages"
follow_guide "Upgrade"
[ "$(inside dpkg-query -W -f '${Version}' session-d)" != "$version_before" ] || fail "the guide's upgrade changes nothing"
somebody_is_answered "the upgrade"
for daemon in session-d signal-d stun-d; do
  pid=$(inside systemctl show --property MainPID --value "$daemon")
  [ "$(inside readlink "/proc/$pid/exe")" = "/usr/bin/$daemon" ] || fail "the old $daemon runs after the upgrade"
done
follow_guide "Another configuration"
somebody_is_answered "another configuration"
hand_certificate renewed
follow_guide "A renewed certificate"
until_true "the renewed certificate is shown" 20 is_ready "" renewed/ca.pem
inside systemctl reload session-d signal-d stun-d
somebody_is_answered "a reload"
is_active session-d signal-d stun-d || fail "a reload has ended a daemon"
rm "$folder/hammering"
kill -TERM "${hammers[0]}" || true
for hammer in "${hammers[@]}"; do wait "$hammer" || { cat "$folder/hammer.log"; fail "somebody was refused"; }; done
hammers=()
tell "five restarts, an upgrade and a reload of all three, two more restarts of signal-d; $(tail -n 1 "$folder/hammer.log"), and nobody was refused"

pid=$(inside systemctl show --property MainPID --value session-d)
inside sh -c "kill -STOP $pid"
until_true "the watchdog has restarted session-d" 30 sh -c "[ \"\$(nsenter --target $leader --all -- systemctl show --property NRestarts --value session-d)\" -ge 1 ]"
until_true "signal-d is ready after the watchdog" 20 is_ready
tell "the watchdog has replaced a session-d that stood still"

# --- A visit ---

mkdir -p "$root/etc/ssl/certs"
cp "$folder/renewed/ca.pem" "$root/etc/ssl/certs/ca-certificates.crt"
inside visite probe setup --server "https://$INSIDE" --socket /run/visite/session.sock >/dev/null || fail "the probe can't be set up"
inside systemctl enable --quiet --now visite-probe.timer
inside systemctl start visite-probe.service || fail "the probe's unit failed"
grep -q '^visite_probe_success{way="direct"} 1$' "$root/var/lib/visite-probe/visite-probe.prom" || fail "the probe's visit didn't come about: $(cat "$root/var/lib/visite-probe/visite-probe.prom")"
tell "the probe's unit has made a whole visit"

if [ "${4:-}" = visit ]; then
  VISITE_LEADER=$leader VISITE_ORIGIN="https://$INSIDE" VISITE_CA="$folder/renewed/ca.pem" \
    node --test --test-reporter=./tests/e2e/reporter.js tests/packages/visit.test.js || fail "no visit went through it"
fi

# --- The rest of the guide, and the end ---

follow_guide "Another port" 1
until_true "signal-d is ready at another port" 20 is_ready :8443
! is_ready || fail "signal-d still listens at the old port"
follow_guide "Another port" 2
until_true "signal-d is ready without its socket unit" 20 is_ready :8443
! is_active signal-d.socket || fail "signal-d's socket unit is still there"
follow_guide "What the daemons can't do"
[ "$(grep -c '^refused: ' "$folder/guide.log")" -ge 21 ] && ! grep -q 'NOT REFUSED' "$folder/guide.log" || { cat "$folder/guide.log"; fail "a sandbox has a hole"; }
tell "what is forbidden was refused"

follow_guide "Remove it" 1
[ -e "$root/etc/visite/session-d.toml" ] && [ -e "$root/var/lib/visite/session/session.db" ] || fail "a removal takes what is the operator's"
follow_guide "Remove it" 2
! pgrep --ns "$leader" --nslist pid -f '^/usr/bin/(session|signal|stun)-d ' >/dev/null || fail "a daemon runs after the purge"
# What the operator has put there, and there it stays: the certificate, and changes to units.
left=$(inside find /etc /var/lib /usr /run -xdev -regextype posix-extended -regex '.*/(visite|session-d|signal-d|stun-d).*' \
  ! -path /etc/visite ! -path /etc/visite/signal-d.pem ! -path '/etc/systemd/system/*.d*' ! -path '/run/systemd/*')
[ -z "$left" ] || fail "after the purge there is still: $left"
missed=$(awk '/^```/ { is_code = $0 == "```sh"; next } is_code' docs/operate/install.md | diff - "$folder/followed" || true)
[ -z "$missed" ] || fail "commands of docs/operate/install.md that were not run, or out of their order: $missed"
tell "purged while it ran, and all of it is gone; no command of the guide was left out"
