"""A practice's software: makes appointments with links, and follows what happens in them.

    appointments.py create PRACTICE        prints the room's id and the patient's link
    appointments.py watch PRACTICE [TOKEN] prints an event a line: the resume token, type, room, seat

In the environment: VISITE_TARGET (session-d: `unix:/run/visite/session.sock`, or `host:port` over TLS with the authority in VISITE_CA), VISITE_API_KEY,
and for `create` VISITE_ISSUER, VISITE_ISSUER_SECRET (32 bytes, base64url) and VISITE_PRACTICE_HASH (16 bytes, base64url).
"""

import base64
import hashlib
import hmac
import os
import sys
import time
import uuid

import grpc

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


def create(practice):
    issuer = os.environ["VISITE_ISSUER"]
    request = session_pb2.CreateRoomRequest(
        practice=practice,
        issuer=issuer,
        invites=[session_pb2.InviteSpec(seat=1)],
        # The same for every attempt: whoever asks again makes no second room.
        request_id=str(uuid.uuid4()),
    )
    request.start_time.FromSeconds(int(time.time()))
    request.duration.FromSeconds(20 * 60)
    with channel() as to:
        created = session_pb2_grpc.RoomServiceStub(to).CreateRoom(request, metadata=identity(), timeout=10)
    # What stands behind the `#` never reaches a server (docs/signalling.md, section 1).
    key = room_key(decode(os.environ["VISITE_ISSUER_SECRET"]), created.room.id)
    fragment = b"\x01" + key + decode(os.environ["VISITE_PRACTICE_HASH"])
    print(created.room.id, created.invites[0].link + "#" + encode(fragment), flush=True)


def room_key(issuer_secret, room):
    """HKDF-SHA256 (RFC 5869) with an empty salt; 32 bytes are one block."""
    extracted = hmac.digest(bytes(32), issuer_secret, hashlib.sha256)
    info = prefixed(b"visite v1 room key") + prefixed(room.encode())
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


def prefixed(text):
    return len(text).to_bytes(2) + text


def watch(practice, token=""):
    """Goes on for ever: after an interruption from where it was, without a gap."""
    while True:
        try:
            with channel() as to:
                request = events_pb2.WatchEventsRequest(practice=practice, resume_token=token)
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
        case ["create", practice]:
            create(practice)
        case ["watch", practice, *token]:
            watch(practice, *token)
        case _:
            sys.exit(__doc__)
