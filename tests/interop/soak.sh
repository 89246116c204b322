#!/usr/bin/env bash
# A server with room for many allocations, and `soak` at it: soak.sh BINARIES ALLOCATIONS SECONDS
set -euo pipefail
# A socket for each allocation, in each of the two.
ulimit -n $(($2 + 1000))
folder=$(mktemp -d)
secret='a secret of the soak alone'
printf '%s' "$secret" >"$folder/secret"
cat >"$folder/stun-d.toml" <<END
listen = ["127.0.0.1:$((20000 + RANDOM % 10000))"]
[turn]
relay = ["127.0.0.1"]
allow = ["127.0.0.0/8"]
secret_file = "$folder/secret"
allocations_of_credential = $2
allocations_of_address = $2
allocations = $2
END
mkfifo "$folder/log"
"$1/stun-d" --config "$folder/stun-d.toml" 2>"$folder/log" &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
# Its first line says that it is ready.
exec 3<"$folder/log"
read -r _ <&3
"$1/soak" "$(sed -n 's/^listen = \["\(.*\)"\]$/\1/p' "$folder/stun-d.toml")" $server "$secret" "$2" "$3"
