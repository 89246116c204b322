#!/usr/bin/env bash
# The units by themselves: what systemd makes of them, and how much they are exposed (0: not at all, 100: as any program of root's). Case 72.
set -euo pipefail
cd "$(dirname "$0")/../.."

for unit in systemd/*.service; do
  systemd-analyze security --offline=true --threshold=15 --no-pager "$unit" | tail -n 1
done

# The manual pages and programs that they name are of the packages.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cp systemd/*.service systemd/*.socket "$folder"
sed -i '/^Documentation=/d; s|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$folder"/*.service
found=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$folder"/* 2>&1 | grep -F "$folder" || true)
[ -z "$found" ] || { printf '%s\n' "$found"; exit 1; }

# Each key of the example's `listen` is a line of its socket unit, and the other way round.
for daemon in session-d signal-d stun-d; do
  in_unit=$(sed -n 's/^ListenStream=//p' "systemd/$daemon.socket" | sort -u)
  in_config=$(sed -n 's/^\(listen\|path\) = \[\{0,1\}\(.*[^]]\)\]\{0,1\}$/\2/p' "deploy/$daemon.toml" | tr -d '" ' | tr , '\n' | sort -u)
  [ "$in_unit" = "$in_config" ] || { printf '%s.socket listens at\n%s\nand %s.toml at\n%s\n' "$daemon" "$in_unit" "$daemon" "$in_config"; exit 1; }
done
echo "The units are good, and listen where the examples do."
