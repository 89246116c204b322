#!/usr/bin/env bash
# One Debian release, from an empty root to a purged one: tests/packages/install.sh ROOT OLD NEW
#
# ROOT is a fresh debootstrap root; OLD and NEW are folders of packages, NEW's with a higher version. systemd doesn't run in there (boot.sh is for that), so nothing is started.
set -euo pipefail
root=$1 old=$(realpath "$2") new=$(realpath "$3")

inside() { chroot "$root" env LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"; }
fail() { printf '!! %s: %s\n' "$(basename "$root")" "$*"; exit 1; }
is_there() { local path; for path in "$@"; do [ -e "$root$path" ] || [ -L "$root$path" ] || fail "$path is missing"; done; }

printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/packages"
cp "$old"/*.deb "$root/packages"
mkdir -p "$root/packages/new"
cp "$new"/*.deb "$root/packages/new"

# What is there already is none of ours; what comes with packages that ours need is dpkg's.
names='visite|session-d|signal-d|stun-d'
leftovers() { (cd "$root" && find . -xdev -regextype posix-extended -regex ".*($names).*" ! -path './packages*' ! -path './tmp/*' ! -path './proc/*' ! -path './var/log/*' | sort); }
[ -z "$(leftovers)" ] || fail "the root is not fresh: $(leftovers)"

inside sh -c 'cd /packages && apt-get -qq install -y --no-install-recommends ./*.deb' >"$root/tmp/apt.log" 2>&1 || { cat "$root/tmp/apt.log"; fail "they can't be installed"; }
is_there /usr/bin/{session-d,signal-d,stun-d,visite} /etc/visite/{session-d,signal-d,stun-d}.toml /usr/share/visite/web/{visit,practice,index,check}.html \
  /usr/lib/systemd/system/{session-d,signal-d,stun-d}.{service,socket} /usr/lib/systemd/system/visite-probe.{service,timer} \
  /usr/share/man/man8/{session-d,signal-d,stun-d}.8.gz /usr/share/man/man5/{session-d,signal-d,stun-d}.toml.5.gz /usr/share/man/man1/visite{,-practice,-probe,-up}.1.gz \
  /usr/share/doc/visite/{prometheus/visite.rules.yml,grafana/visite.json} \
  /usr/share/doc/{session-d,signal-d,stun-d,visite}/{copyright,third-party.txt.gz,changelog.Debian.gz} /usr/share/bash-completion/completions/visite
for user in visite-session visite-signal visite-stun visite-probe; do inside getent passwd "$user" >/dev/null || fail "there is no user $user"; done
inside getent group visite >/dev/null || fail "there is no group visite"
for daemon in session-d stun-d; do inside "$daemon" --check-config || fail "$daemon refuses its own example"; done
# There is no /proc in there, which it wants.
systemd-tmpfiles --root="$root" --create session-d.conf signal-d.conf stun-d.conf
for daemon in session-d signal-d stun-d; do
  [ "$(stat -c '%a %U' "$root/etc/visite/keys/$daemon")" = "700 root" ] || fail "others see the keys of $daemon"
  ! inside systemctl is-enabled --quiet "$daemon" 2>/dev/null || fail "$daemon is enabled before anybody has configured it"
done
inside systemctl -q enable session-d signal-d stun-d visite-probe.timer
is_there /etc/systemd/system/sockets.target.wants/{session-d,signal-d,stun-d}.socket /etc/systemd/system/timers.target.wants/visite-probe.timer
inside bash -n /usr/share/bash-completion/completions/visite
inside visite --version >/dev/null

echo '# mine' >>"$root/etc/visite/session-d.toml"
mkdir -p "$root"/var/lib/{visite/session,visite/stun,visite-probe}
touch "$root/var/lib/visite/session/session.db" "$root/etc/visite/keys/signal-d/tls.key" "$root/etc/visite/probe.json" "$root/var/lib/visite-probe/visite-probe.prom"
inside sh -c 'cd /packages/new && apt-get -qq install -y --no-install-recommends ./*.deb' >"$root/tmp/apt.log" 2>&1 || { cat "$root/tmp/apt.log"; fail "they can't be upgraded"; }
[ "$(inside dpkg-query -W -f '${Version}' session-d)" = "$(dpkg-deb -f "$new"/session-d_*.deb Version)" ] || fail "they were not upgraded"
tail -n 1 "$root/etc/visite/session-d.toml" | grep -q '# mine' || fail "an upgrade has changed the operator's configuration"
is_there /var/lib/visite/session/session.db /etc/visite/keys/signal-d/tls.key /etc/visite/probe.json /etc/systemd/system/{sockets.target.wants/signal-d.socket,timers.target.wants/visite-probe.timer}

inside dpkg --remove session-d signal-d stun-d visite >/dev/null
is_there /etc/visite/session-d.toml /var/lib/visite/session/session.db /etc/visite/keys/signal-d/tls.key /etc/visite/probe.json
[ ! -e "$root/usr/bin/session-d" ] || fail "session-d is there after its removal"
inside dpkg --purge session-d signal-d stun-d visite >/dev/null
left=$(leftovers)
[ -z "$left" ] || fail "after the purge there is still: $left"
rm -r "$root/packages" "$root/usr/sbin/policy-rc.d"
echo "$(basename "$root"): installed, upgraded, removed, purged; nothing is left but the users"
