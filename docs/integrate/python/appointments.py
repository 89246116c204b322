"""A practice's software: makes appointments with links, and follows what happens in them.

    appointments.py create [LABEL]  prints the room's id and the patient's link
    appointments.py watch [TOKEN]   prints an event a line: the resume token, type, room, seat

In the environment: what the practice's console shows for this software (settings, connected software: VISITE_ADDRESS, VISITE_PRACTICE, VISITE_PRACTICE_HASH,
VISITE_ISSUER, VISITE_ISSUER_SECRET), and from the operator VISITE_API_KEY and VISITE_TARGET (session-d: `unix:/run/visite/session.sock`, or `host:port` over TLS
with the authority in VISITE_CA).
"""

import base64
import hashlib
import hmac
import os
import sys
import time
import uuid

import grpc
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from visite.session.v1 import events_pb2, events_pb2_grpc, session_pb2, session_pb2_grpc


def channel():
    target = os.environ["VISITE_TARGET"]
    if target.startswith("unix:"):
        # The path of a socket, which gRPC would name here, is no name of a host (RFC 9113, section 8.3.1).
        return grpc.insecure_channel(target, options=[("grpc.default_authority", "session-d")])
    with open(os.environ["VISITE_CA"], "rb") as authority:
        return grpc.secure_channel(target, grpc.ssl_channel_credentials(authority.read()))


def identity():
    return [("authorization", "Bearer " + os.environ["VISITE_API_KEY"])]


def create(label=""):
    # Its key is derived of the room's id, and the label is sealed with it: so the software draws the id.
    room = uuid.uuid4().hex
    key = derive(decode(os.environ["VISITE_ISSUER_SECRET"]), "visite v1 room key", room)
    request = session_pb2.CreateRoomRequest(
        practice=os.environ["VISITE_PRACTICE"],
        room_id=room,
        issuer=os.environ["VISITE_ISSUER"],
        invites=[session_pb2.InviteSpec(seat=1)],
        sealed_label=seal(key, room, label) if label else b"",
        # The same for every attempt: whoever asks again makes no second room.
        request_id=room,
    )
    request.start_time.FromSeconds(int(time.time()))
    request.duration.FromSeconds(20 * 60)
    with channel() as to:
        created = session_pb2_grpc.RoomServiceStub(to).CreateRoom(request, metadata=identity(), timeout=10)
    # What stands behind the `#` never reaches a server; where the link leads is not for the API to say (docs/signalling.md, section 1).
    fragment = b"\x01" + key + decode(os.environ["VISITE_PRACTICE_HASH"])
    print(room, f"{os.environ['VISITE_ADDRESS']}/v/{created.invites[0].token}#{encode(fragment)}", flush=True)


def derive(secret, label, room):
    """HKDF-SHA256 (RFC 5869) with an empty salt; 32 bytes are one block."""
    extracted = hmac.digest(bytes(32), secret, hashlib.sha256)
    info = prefixed(label.encode()) + prefixed(room.encode())
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


def seal(room_key, room, label):
    """What the practice reads about the appointment (docs/integrate, a label): at most 400 bytes of UTF-8."""
    plain = prefixed(label.encode())
    plain += bytes(-len(plain) % 128)
    nonce = os.urandom(12)
    bound = prefixed(b"visite v1 software label") + prefixed(room.encode())
    sealed = AESGCM(derive(room_key, "visite v1 software label key", room)).encrypt(nonce, plain, bound)
    return b"\x03" + prefixed(b"\x01" + nonce + sealed)


def prefixed(text):
    return len(text).to_bytes(2, "big") + text


def watch(token=""):
    """Goes on for ever: after an interruption from where it was, without a gap."""
    while True:
        try:
            with channel() as to:
                request = events_pb2.WatchEventsRequest(practice=os.environ["VISITE_PRACTICE"], resume_token=token)
                for answer in events_pb2_grpc.EventServiceStub(to).WatchEvents(request, metadata=identity()):
                    token = answer.resume_token
                    if answer.HasField("event"):
                        event = answer.event
                        seat = event.seat if event.HasField("seat") else "-"
                        kind = events_pb2.Event.Type.Name(event.type).removeprefix("TYPE_")
                        print(token, kind, event.room, seat, flush=True)
                    else:
                        print(token, "ALIVE", "-", "-", flush=True)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.OUT_OF_RANGE:
                # Events are missing: read the rooms (ListRooms) after the next first answer.
                token = ""
            elif error.code() != grpc.StatusCode.UNAVAILABLE:
                raise
            time.sleep(1)


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["create", *label] if len(label) < 2:
            create(*label)
        case ["watch", *token] if len(token) < 2:
            watch(*token)
        case _:
            sys.exit(__doc__)
