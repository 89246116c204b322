#!/usr/bin/env bash
# A practice's software in a shell, with buf and OpenSSL 3, to try it out: OpenSSL takes a secret as an argument, which others on the machine can see.
#
#     appointments.sh create   prints the room's id and the patient's link
#     appointments.sh watch    prints each event as JSON
#
# In the environment: what the practice's console shows for this software (settings, connected software: VISITE_ADDRESS, VISITE_PRACTICE, VISITE_PRACTICE_HASH,
# VISITE_ISSUER, VISITE_ISSUER_SECRET); from the operator VISITE_API_KEY and VISITE_SOCKET (session-d's, /run/visite/session.sock); VISITE_PROTO, the folder of the protos.
set -euo pipefail

create() {
  # The key is derived of the room's id: so the software draws the id. The same `request_id` for every attempt: whoever asks again makes no second room.
  local room key request token
  room=$(openssl rand -hex 16)
  key=$(derive "$(bytes "$VISITE_ISSUER_SECRET")" 'visite v1 room key' "$room")
  request='{"practice": "%s", "room_id": "%s", "issuer": "%s", "start_time": "%s", "duration": "1200s", "invites": [{"seat": 1}], "request_id": "%s"}'
  # shellcheck disable=SC2059 # it is a format
  request=$(printf "$request" "$VISITE_PRACTICE" "$room" "$VISITE_ISSUER" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$room")
  token=$(call RoomService/CreateRoom "$request" | sed -n 's/.*"token": *"\([A-Za-z0-9_-]\{22\}\)".*/\1/p')
  # What stands behind the `#` never reaches a server (docs/signalling.md, section 1).
  echo "$room $VISITE_ADDRESS/v/$token#$(text "01$key$(bytes "$VISITE_PRACTICE_HASH")")"
}

watch() {
  call EventService/WatchEvents "{\"practice\": \"$VISITE_PRACTICE\"}"
}

call() {
  local at=(--http2-prior-knowledge --protocol grpc --unix-socket "$VISITE_SOCKET" --schema "$VISITE_PROTO")
  buf curl "${at[@]}" -H "authorization: Bearer $VISITE_API_KEY" -d "$2" "http://session-d/visite.session.v1.$1"
}

# HKDF-SHA256 (RFC 5869) with an empty salt: secret (hex), label, room → 32 bytes (hex).
derive() {
  openssl kdf -keylen 32 -kdfopt digest:SHA2-256 -kdfopt "hexkey:$1" -kdfopt hexsalt:"$(printf '00%.0s' {1..32})" \
    -kdfopt "hexinfo:$(prefixed "$2")$(prefixed "$3")" HKDF | tr -d ':\n' | tr A-F a-f
}

# A text behind its length (u16), as hex.
prefixed() {
  printf '%04x' "${#1}"
  printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

# base64url → hex, and back.
bytes() {
  local padding=$((-${#1} & 3))
  printf '%s%s' "$1" "$(printf '%.*s' $padding ===)" | tr -- -_ +/ | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n'
}

text() {
  # shellcheck disable=SC2059 # it is a format
  printf "$(sed 's/../\\x&/g' <<<"$1")" | openssl base64 -A | tr -- +/ -_ | tr -d =
}

case "${1:-}" in
  create | watch) "$1" ;;
  *) echo 'appointments.sh create | watch' >&2; exit 2 ;;
esac
