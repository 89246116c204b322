#!/usr/bin/env bash
# The packages under systemd, in a container: tests/packages/boot.sh ROOT PACKAGES [visit]
#
# ROOT is a fresh debootstrap root with systemd. The commands of docs/operate/install.md are run in it, as they stand there. With `visit` two browsers meet through it.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$1 packages=$2
readonly NAME=visite-packages INSIDE=10.77.12.2 OUTSIDE=10.77.12.1
folder=$(mktemp -d) machine= leader=

end() {
  [ -z "$machine" ] || { kill "$machine" 2>/dev/null && wait "$machine" 2>/dev/null; } || true
  ip netns delete "$NAME" 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
fail() {
  printf '!! %s: %s\n' "$(basename "$root")" "$*"
  [ -z "$leader" ] || inside journalctl --boot --no-pager --lines 60 --unit session-d --unit signal-d --unit stun-d --unit init.scope || true
  exit 1
}
inside() { nsenter --target "$leader" --all -- env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
until_true() {
  local what=$1 seconds=$2
  shift 2
  for ((i = 0; i < seconds * 5; i++)); do "$@" && return; sleep 0.2; done
  fail "it took too long until $what"
}
fetch() { curl --silent --show-error --fail --max-time 10 --cacert "$folder/ca.pem" "https://$INSIDE$1"; }
is_ready() { [ "$(fetch /readyz 2>/dev/null)" = ready ]; }

# Its commands; without what is behind them, which an operator may want later.
commands() { sed '/^# Afterwards/q' docs/operate/install.md | sed -n '/^```sh$/,/^```$/{/^```/!p}' | sed "s/^NAME=.*/NAME=$INSIDE/; s/^sudo //"; }

# --- Booted ---

mkdir -p "$root/packages"
cp "$packages"/*.deb "$root/packages"
(cd tests/e2e && node --input-type=module -e "import { makeCertificates } from './harness/authority.js'; makeCertificates('$folder', ['$INSIDE'])")
cp "$folder/server.pem" "$root/packages/fullchain.pem"
cp "$folder/server.key" "$root/packages/privkey.pem"
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
  printf '\n!! SKIPPED, not tested: the packages under systemd (this machine boots no container)\n'
  exit 0
fi
until_true "it has booted" 60 sh -c "nsenter --target $leader --all -- systemctl is-system-running | grep -q -e running -e degraded"

# --- Installed as the guide says ---

commands >"$root/packages/guide.sh"
grep -q 'systemctl enable' "$root/packages/guide.sh" || fail "the guide has no commands"
inside bash -euxc 'cd /packages && . ./guide.sh' >"$folder/guide.log" 2>&1 || { cat "$folder/guide.log"; fail "a command of docs/operate/install.md failed"; }
grep -q "^https://$INSIDE/" <(grep -o "https://$INSIDE/.*" "$folder/guide.log") || fail "the guide leads to no link"
until_true "signal-d is ready" 60 is_ready
for unit in {session-d,signal-d,stun-d}.{socket,service}; do
  inside systemctl is-active --quiet "$unit" || fail "$unit is not active"
done
for daemon in session-d signal-d stun-d; do
  pid=$(inside systemctl show --property MainPID --value "$daemon")
  inside sh -c "tr '\\0' '\\n' </proc/$pid/environ" | grep -q '^LISTEN_FDS=' || fail "$daemon was handed no socket"
done
echo "$(basename "$root"): booted and installed by the guide, everything is ready on the sockets of the units"

# --- What nobody notices ---

touch "$folder/hammering" "$folder/answered"
(while [ -e "$folder/hammering" ]; do fetch /healthz >/dev/null || { touch "$folder/refused"; exit; }; echo >>"$folder/answered"; done) &
hammer=$!
for _ in 1 2 3 4 5; do
  inside systemctl restart session-d signal-d stun-d
  before=$(wc -l <"$folder/answered")
  until_true "somebody is answered" 20 sh -c "[ \$(wc -l <'$folder/answered') -gt $((before + 3)) ]"
done
rm "$folder/hammering"
wait "$hammer"
[ ! -e "$folder/refused" ] || fail "a restart has refused somebody"
until_true "signal-d is ready again" 20 is_ready
inside systemctl reload session-d signal-d stun-d
inside systemctl is-active --quiet session-d signal-d stun-d || fail "a reload has ended a daemon"
echo "$(basename "$root"): five restarts of all three, $(wc -l <"$folder/answered") requests, and nobody was refused"

pid=$(inside systemctl show --property MainPID --value session-d)
inside sh -c "kill -STOP $pid"
until_true "the watchdog has restarted session-d" 30 sh -c "[ \"\$(nsenter --target $leader --all -- systemctl show --property NRestarts --value session-d)\" -ge 1 ]"
until_true "signal-d is ready after the watchdog" 20 is_ready
echo "$(basename "$root"): the watchdog has replaced a session-d that stood still"

for daemon in session-d:visite-session signal-d:visite-signal stun-d:visite-stun; do
  inside runuser -u "${daemon#*:}" -- "${daemon%:*}" --self-test >"$folder/self-test" 2>&1 || { cat "$folder/self-test"; fail "the sandbox of ${daemon%:*} has a hole"; }
done
echo "$(basename "$root"): what is forbidden was refused"

if [ "${3:-}" = visit ]; then
  VISITE_LEADER=$leader VISITE_ORIGIN="https://$INSIDE" VISITE_CA="$folder/ca.pem" \
    node --test --test-reporter=tests/e2e/reporter.js tests/packages/visit.test.js || fail "no visit went through it"
fi

inside systemctl reset-failed
inside sh -c 'rm -r /etc/systemd/system/session-d.service.d; systemctl daemon-reload; dpkg --purge session-d signal-d stun-d visite >/dev/null'
! pgrep --ns "$leader" --nslist pid -f '^/usr/bin/(session|signal|stun)-d ' >/dev/null || fail "a daemon runs after the purge"
# The certificate is the operator's: they have put it there, and there it stays.
left=$(inside find /etc /var/lib /usr /run -xdev -path '*visite*' ! -path /etc/visite ! -path /etc/visite/signal-d.pem ! -path '/run/systemd/*')
[ -z "$left" ] || fail "after the purge there is still: $left"
echo "$(basename "$root"): purged while it ran, and all of it is gone"
