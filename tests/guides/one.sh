# Sourced by run.sh: all on one machine, which a practice uses.

one_machine() {
  boot one 10
  trust one
  hand_packages "$work/old" one
  follow one install.md "1. The packages"
  follow one install.md "2. The name and the certificate"
  with_relay
  follow one install.md "3. Start"
  follow one install.md "4. The first practice"
  says "https://video.example.org/practice#"
  follow one watch.md "Watching"
  says "signal-d   ready"
  tell "installed by the guide"

  follow one probe.md "Set it up"
  follow one probe.md "Look"
  says "VISITE OK"
  follow one probe.md "By itself"
  follow one probe.md "Load"
  follow one sizing.md "Measure yours"
  says "200 came about, 0 failed"
  upgrade
  firewall
  data_protection
  incidents
  follow one data-protection.md "When the contract ends"
  [ ! -e "$work/one/root/var/lib/visite/session" ] || fail "the guide leaves the store"
}

# What the examples have as comments.
with_relay() {
  local place="/^#\[relay\]/,/^#stun_d/"
  configure one "$place"'s/^#\([a-z_[]\)/\1/; s|^urls = .*|urls = ["turn:video.example.org:3478"]|' session-d.toml
  configure one '/^#\[api.unix\]/,/^#daemon_uids/s/^#\([a-z_[]\)/\1/; /^#\[turn\]/,/^#allow/s/^#\(\[turn\]\|relay\|secret_file\|ports\|allow\)/\1/' stun-d.toml
  configure one "s|^relay = .*|relay = [\"$NETWORK.10\"]|; s|^allow = .*|allow = [\"$NETWORK.0/24\"]|" stun-d.toml
  inside one sh -c 'mkdir -p /var/lib/visite/stun && openssl rand -base64 32 >/var/lib/visite/stun/turn.secret && chown -R visite-stun: /var/lib/visite/stun && chmod 700 /var/lib/visite/stun
    install -m 600 -o visite-session /var/lib/visite/stun/turn.secret /etc/visite/turn.secret'
}

upgrade() {
  follow one upgrade.md "Before" 1
  says "0.1.0-1"
  follow one upgrade.md "Before" 2
  hand_packages "$work/new" one
  follow one upgrade.md "Upgrade"
  [ "$(inside one dpkg-query -W -f '${Version}' session-d)" = 0.1.0-2 ] || fail "the upgrade upgrades nothing"
  follow one upgrade.md "Look"
  says "VISITE OK"
  inside one visite practice add "Made after the upgrade" >/dev/null
  follow one upgrade.md "Back" 1
  hand_packages "$work/old" one
  follow one upgrade.md "Back" 2
  [ "$(inside one dpkg-query -W -f '${Version}' session-d)" = 0.1.0-1 ] || fail "the way back leads nowhere"
  inside one visite practice list >"$work/said"
  says "Praxis am Finkenweg"
  ! grep -q "after the upgrade" "$work/said" || fail "the backup was not restored"
  until_true "signal-d is ready again" 30 is_ready one
  tell "upgraded, and back again"
}

# Whether a machine outside can get at a port: refused is got at.
reaches() { outside python3 -c '
import socket, sys
try: socket.create_connection((sys.argv[1], int(sys.argv[2])), 2).close()
except ConnectionRefusedError: pass
except OSError: sys.exit(1)' "$NETWORK.10" "$1"; }
# A Binding request over UDP.
is_told_its_address() { outside python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(2)
s.sendto(bytes.fromhex("000100002112a442") + bytes(12), (sys.argv[1], int(sys.argv[2])))
try: sys.exit(s.recv(99)[:2] != bytes.fromhex("0101"))
except OSError: sys.exit(1)' "$NETWORK.10" "$1"; }

firewall() {
  local port
  # Somebody listens where nobody is to get at.
  configure one 's/^metrics = .*/metrics = "0.0.0.0:9477"/' signal-d.toml
  inside one systemctl restart signal-d
  reaches 9477 || fail "the test sees nothing"
  follow one firewall.md "The rules"
  for port in 22 443 3478 3479; do reaches "$port" || fail "the firewall closes $port over TCP"; done
  for port in 3478 3479; do is_told_its_address "$port" || fail "the firewall closes $port over UDP"; done
  for port in 80 8444 8445 9476 9477 9478; do ! reaches "$port" || fail "the firewall lets $port through"; done
  [ -z "$(inside one sh -c 'cat /proc/net/nf_conntrack 2>/dev/null' | grep -e 'udp.*dport=347[89]')" ] || fail "the kernel keeps who has asked"
  inside one visite probe >"$work/said" || { cat "$work/said"; fail "no visit gets through the firewall"; }
  says "relay_udp"
  follow one firewall.md "Let one more in"
  inside one nft add rule inet visite input ip saddr "$NETWORK.1" tcp dport 9477 accept
  reaches 9477 || fail "who was let in is held back"
  follow one firewall.md "Block a network"
  reaches 443 || fail "somebody else is blocked"
  inside one nft add element inet visite blocked "{ $NETWORK.1 timeout 1h }"
  ! reaches 443 || fail "who is blocked gets in"
  inside one nft delete element inet visite blocked "{ $NETWORK.1 }"
  follow one firewall.md "Look"
  says ":3478"
  tell "the firewall lets through what it should, and nothing else"
}

data_protection() {
  local practice
  follow one data-protection.md "What the server holds" 1
  says "retention_hours = 24"
  follow one data-protection.md "What the server holds" 2
  practice=$(inside one visite practice list | awk '/Probe/ { print $1 }')
  follow one data-protection.md "What you can be asked for" 1 "PRACTICE=$practice"
  tell "what is stored is told"
}

incidents() {
  local practice device key before
  follow one incidents.md "Incidents"
  says "VISITE OK"
  follow one incidents.md "A daemon is down"
  until_true "signal-d is ready after its restart" 30 is_ready one
  follow one incidents.md "A certificate has run out"
  says "notAfter="
  follow one incidents.md "The disk is full"

  follow one incidents.md "An attack" 1 TAG=00112233445566778899aabb
  practice=$(inside one visite practice list | awk '/Probe/ { print $1 }')
  device=$(inside one visite device list "$practice" | awk 'NR == 1 { print $1 }')
  key=$(inside one visite key add "A portal" >/dev/null && inside one visite key list | awk 'NR == 1 { print $1 }')
  room=$(inside one visite room list "$practice" --all | awk 'NR == 1 { print $1 }')
  follow one incidents.md "A patient's link has got into wrong hands" 1 "PRACTICE=$practice" "ROOM=$room"
  follow one incidents.md "An API key" 1 "KEY=$key"

  before=$(inside one ls /var/lib/visite/session/keys)
  follow one incidents.md "The signing keys, or a backup"
  [ "$(inside one ls /var/lib/visite/session/keys)" != "$before" ] || fail "the signing key is the old one"
  until_true "signal-d is ready with the new key" 30 is_ready one
  follow one incidents.md "The relay's secret"
  inside one visite probe >"$work/said" || { cat "$work/said"; fail "no visit after all secrets were changed"; }
  says "relay_udp"
  follow one incidents.md "A practice's device is lost" 1 "PRACTICE=$practice" "DEVICE=$device"
  ! inside one visite probe >"$work/said" || fail "a device that was revoked makes appointments"
  tell "the commands for incidents do what they say"
}
