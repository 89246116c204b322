"""A guest of a Visite appointment that is no browser: guest.py LINK CA.pem [SECONDS].

Written from docs/signalling.md and docs/sealed-signalling.md alone, with aiortc for WebRTC, aiohttp for HTTP and WebSockets, and cryptography.
It joins, signs the consent that the practice asks for, and once let in sends silence and a green picture, and counts what comes.
"""

import asyncio
import hashlib
import hmac
import json
import os
import re
import ssl
import struct
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

from aiohttp import ClientSession, TCPConnector, WSMsgType
from aiortc import AudioStreamTrack, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

COMMIT, HELLO_A, HELLO_B, ENVELOPE = 1, 2, 3, 4
DESCRIPTION, CANDIDATES, RESTART = 1, 2, 3
PRACTICE = 0
NAME = "Foreign"


# --- Bytes (signalling.md, conventions) ---


def b64u(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def lp(field: bytes) -> bytes:
    return struct.pack(">H", len(field)) + field


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def derive(ikm: bytes, info: bytes, length: int = 32, salt: bytes = b"") -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(ikm)


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, b"".join(parts), "sha256")


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


# --- Keys ---


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public(point: bytes) -> ec.EllipticCurvePublicKey:
    if len(point) != 65 or point[0] != 4:
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def check_signature(point: bytes, signature: bytes, message: bytes) -> None:
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        public(point).verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise SystemExit("the practice's signature is wrong") from None


class Link:
    """signalling.md section 1."""

    def __init__(self, text: str) -> None:
        url, fragment = text.split("#")
        self.origin, self.invite = url.split("/v/")
        parts = unb64u(fragment)
        if len(parts) != 49 or parts[0] != 1:
            raise SystemExit("the link is damaged")
        self.key, self.practice = parts[1:33], parts[33:]


def open_welcome(link: Link, room: str, sealed: str) -> dict | None:
    """signalling.md section 6, the welcome."""
    if not sealed:
        return None
    data = unb64u(sealed)
    label = lp(b"visite v1 welcome")
    key = derive(link.key, lp(b"visite v1 welcome key") + lp(room.encode()))
    plain = AESGCM(key).decrypt(data[1:13], data[13:], label + lp(room.encode()))
    identity, signature = plain[:65], plain[65:129]
    document = plain[133 : 133 + int.from_bytes(plain[129:133], "big")]
    if sha256(identity)[:16] != link.practice:
        raise SystemExit("this is not the practice that the link names")
    check_signature(identity, signature, label + lp(document))
    return json.loads(document)


class Handshake:
    """The guest's part of sealed-signalling.md section 5, and its session."""

    def __init__(self, link: Link, room: str, epoch: int, seat: int, fingerprint: bytes) -> None:
        self.link, self.hid, self.own, self.fingerprint = link, os.urandom(16), new_key(), fingerprint
        self.nonce = os.urandom(32)
        self.ctx = lp(b"visite sealed v1") + lp(room.encode()) + struct.pack(">IBB", epoch, PRACTICE, seat) + self.hid
        self.mac_a, self.mac_b = (derive(link.key, lp(label) + self.ctx) for label in (b"mac A", b"mac B"))
        self.body = point_of(self.own) + self.nonce + self.veil(b"fingerprint B", self.nonce, fingerprint)
        commitment = sha256(lp(b"commitment"), self.ctx, self.body)
        self.commit = self.head(COMMIT) + commitment + mac(self.mac_b, lp(b"commit"), self.ctx, commitment)
        self.sent = self.received = 0

    def head(self, kind: int) -> bytes:
        return bytes((1, kind)) + self.hid

    def veil(self, label: bytes, nonce: bytes, fingerprint: bytes) -> bytes:
        return xor(fingerprint, derive(self.link.key, lp(label) + self.ctx + nonce))

    def answer(self, hello: bytes) -> bytes:
        """Takes hello A and gives hello B."""
        body, signature, given = hello[18:-96], hello[-96:-32], hello[-32:]
        said = lp(b"hello A") + self.ctx + lp(self.commit) + body
        if not hmac.compare_digest(given, mac(self.mac_a, said, signature)):
            raise SystemExit("the practice has another key")
        point, nonce, veiled, identity = body[:65], body[65:97], body[97:129], body[129:]
        if sha256(identity)[:16] != self.link.practice:
            raise SystemExit("this is not the practice that the link names")
        check_signature(identity, signature, said)
        self.peer = self.veil(b"fingerprint A", nonce, veiled)
        messages = lp(self.commit) + lp(hello)
        reply = self.head(HELLO_B) + self.body + mac(self.mac_b, lp(b"hello B"), self.ctx, messages, self.body)
        self.transcript = sha256(lp(b"transcript"), self.ctx, messages, lp(reply))
        secret = self.own.exchange(ec.ECDH(), public(point)) + self.link.key
        keys = (derive(secret, lp(label) + self.ctx, 32, self.transcript) for label in (b"A to B", b"B to A"))
        self.incoming, self.outgoing = (AESGCM(key) for key in keys)
        digits = int.from_bytes(derive(secret, lp(b"safety code") + self.ctx, 8, self.transcript), "big") % 1_000_000
        self.safety_code = f"{digits:06}"
        return reply

    def aad(self, direction: int, kind: int, counter: int) -> bytes:
        return lp(b"envelope") + self.ctx + struct.pack(">BBQ", direction, kind, counter) + self.transcript

    def seal(self, kind: int, payload: object) -> bytes:
        data = json.dumps(payload).encode()
        buckets = (12_288, 24_576) if kind == DESCRIPTION else (1_024,)
        size = next(size for size in buckets if 4 + len(data) <= size)
        plain = (struct.pack(">I", len(data)) + data).ljust(size, b"\0")
        counter, self.sent = self.sent, self.sent + 1
        nonce = bytes(4) + struct.pack(">Q", counter)
        sealed = self.outgoing.encrypt(nonce, plain, self.aad(1, kind, counter))
        return self.head(ENVELOPE) + struct.pack(">BQ", kind, counter) + sealed

    def open(self, envelope: bytes) -> tuple[int, object]:
        kind, counter = struct.unpack(">BQ", envelope[18:27])
        if counter != self.received:
            raise SystemExit("an envelope is missing or came twice")
        self.received += 1
        plain = self.incoming.decrypt(bytes(4) + struct.pack(">Q", counter), envelope[27:], self.aad(0, kind, counter))
        return kind, json.loads(plain[4 : 4 + int.from_bytes(plain[:4], "big")])


# --- Session descriptions (signalling.md section 5) ---


def fingerprints(sdp: str) -> list[bytes]:
    shown = re.findall(r"^a=fingerprint:(\S+) (\S+)\r?$", sdp, re.MULTILINE)
    return [bytes.fromhex(value.replace(":", "")) if name.lower() == "sha-256" else b"" for name, value in shown]


def told(sdp: str) -> str:
    """What the other end is told: one kind of fingerprint, and not who speaks when."""
    unwanted = ("a=fingerprint:sha-384", "a=fingerprint:sha-512")
    lines = [line for line in sdp.splitlines() if not line.startswith(unwanted) and "ssrc-audio-level" not in line]
    return "\r\n".join(lines) + "\r\n"


class Guest:
    def __init__(self, link: Link, socket, pc: RTCPeerConnection, found: dict, welcome: dict | None) -> None:
        self.link, self.socket, self.pc, self.found, self.welcome = link, socket, pc, found, welcome
        self.sequence, self.had, self.asked = 0, {}, []
        self.handshake: Handshake | None = None
        self.early: list[dict] = []
        self.frames = {"audio": 0, "video": 0}
        self.counting: list[asyncio.Task] = []
        self.over = asyncio.Event()

    async def say(self, message: dict) -> None:
        await self.socket.send_json(message)

    async def send_sealed(self, data: bytes) -> None:
        self.sequence += 1
        await self.say({"type": "sealed", "to": PRACTICE, "seq": self.sequence, "data": b64u(data)})

    async def begin(self) -> None:
        (own,) = set(fingerprints(told(self.pc.localDescription.sdp)))
        self.handshake = Handshake(self.link, self.found["room"], self.found["epoch"], self.found["seat"], own)
        await self.send_sealed(self.handshake.commit)

    async def listen(self) -> None:
        """signalling.md section 3."""
        async for frame in self.socket:
            if frame.type != WSMsgType.TEXT:
                continue
            message = json.loads(frame.data)
            match message["type"]:
                case "joined":
                    for sealed in message["sealed"]:
                        await self.unseal(sealed)
                case "sealed":
                    await self.unseal(message)
                case "ping":
                    await self.say({"type": "pong", "n": message["n"]})
                case "error":
                    raise SystemExit(f"{message['message']} ({message['code']})")

    async def unseal(self, message: dict) -> None:
        stream, seq, data = message["stream"], message["seq"], unb64u(message["data"])
        await self.say({"type": "ack", "to": message["from"], "stream": stream, "seq": seq})
        is_old = seq <= self.had.get(stream, 0)
        self.had[stream] = max(seq, self.had.get(stream, 0))
        # Of another handshake: an older page life's, or a prekey.
        if is_old or self.handshake is None or data[2:18] != self.handshake.hid:
            return
        if data[1] == HELLO_A:
            await self.send_sealed(self.handshake.answer(data))
            print("code", self.handshake.safety_code, flush=True)
            offer = {"type": "offer", "sdp": told(self.pc.localDescription.sdp)}
            await self.send_sealed(self.handshake.seal(DESCRIPTION, offer))
            await self.send_sealed(self.handshake.seal(CANDIDATES, []))
        elif data[1] == ENVELOPE:
            await self.take(*self.handshake.open(data))

    async def take(self, kind: int, payload) -> None:
        if kind == DESCRIPTION and self.pc.signalingState == "have-local-offer":
            if set(fingerprints(payload["sdp"])) != {self.handshake.peer}:
                raise SystemExit("the description shows another certificate than the handshake")
            await self.pc.setRemoteDescription(RTCSessionDescription(payload["sdp"], "answer"))
            await self.add(self.early)
        elif kind == CANDIDATES and self.pc.remoteDescription is None:
            self.early += payload
        elif kind == CANDIDATES:
            await self.add(payload)

    async def add(self, candidates: list[dict]) -> None:
        for one in candidates:
            candidate = candidate_from_sdp(one["candidate"].removeprefix("candidate:"))
            candidate.sdpMid = one["mid"]
            if candidate.protocol.lower() == "udp":
                await self.pc.addIceCandidate(candidate)

    # --- The data channel (signalling.md section 6) ---

    def talk(self, channel) -> None:
        def say(message: dict) -> None:
            channel.send(json.dumps(message))

        def opened() -> None:
            say({"type": "hello", "name": NAME, "visit": b64u(os.urandom(16)), "language": "en"})
            if self.welcome:
                self.sign(say)

        def heard(text: str) -> None:
            message = json.loads(text)
            match message["type"]:
                case "ping":
                    say({"type": "pong", "n": message["n"]})
                case "consent-seen":
                    print("signed", flush=True)
                case "admit":
                    print("admitted", flush=True)
                    self.attach()
                    say({"type": "media", "audio": True, "video": True, "screen": False})
                case "bye":
                    self.over.set()

        channel.on("open", opened)
        channel.on("message", heard)

    def attach(self) -> None:
        audio, camera, _screen = self.pc.getTransceivers()
        for transceiver, track in ((audio, AudioStreamTrack()), (camera, VideoStreamTrack())):
            transceiver.sender.replaceTrack(track)
            self.counting.append(asyncio.ensure_future(self.count(transceiver)))

    async def count(self, transceiver) -> None:
        try:
            while True:
                await transceiver.receiver.track.recv()
                self.frames[transceiver.kind] += 1
        except MediaStreamError:
            pass

    def sign(self, say) -> None:
        """The receipt."""
        texts = [text for text in self.welcome["texts"] if text["for"] == "adult"]
        if self.welcome["policy"] == "none" or not texts:
            return
        key, text = new_key(), texts[0]
        statement = json.dumps(
            {
                "v": 1,
                "room": self.found["room"],
                "epoch": self.found["epoch"],
                "fingerprints": {"practice": self.handshake.peer.hex(), "guest": self.handshake.fingerprint.hex()},
                "text": {name: text[name] for name in ("id", "language", "for", "version")}
                | {"sha256": sha256(text["markdown"].encode()).hex()},
                "name": NAME,
                "agreed": self.welcome["items"],
                "declined": [],
                "at": int(time.time() * 1_000),
                "mark": {"typed": NAME},
                "key": b64u(point_of(key)),
            }
        )
        signature = sign(key, lp(b"visite v1 consent") + lp(statement.encode()))
        say({"type": "consent", "statement": statement, "signature": b64u(signature)})


async def main(link: Link, ca: str, seconds: float) -> None:
    tls = ssl.create_default_context(cafile=ca)
    async with ClientSession(link.origin, connector=TCPConnector(ssl=tls)) as http:
        async with http.post("/api/v1/invite", json={"invite": link.invite}) as answer:
            found = await answer.json()
            if answer.status != 200:
                raise SystemExit(found["error"]["message"])
        welcome = open_welcome(link, found["room"], found["sealed_welcome"])
        pc = RTCPeerConnection()
        for kind in ("audio", "video", "video"):
            pc.addTransceiver(kind)
        control = pc.createDataChannel("control", negotiated=True, id=0)
        pc.createDataChannel("file", negotiated=True, id=1)
        # aiortc gathers all candidates here: they are in the description.
        await pc.setLocalDescription(await pc.createOffer())
        async with http.ws_connect("/signal", protocols=["visite.signal.v1"], max_msg_size=0) as socket:
            guest = Guest(link, socket, pc, found, welcome)
            guest.talk(control)
            client, stream = b64u(os.urandom(16)), b64u(os.urandom(16))
            await guest.say({"type": "join", "invite": link.invite, "client": client, "stream": stream})
            await guest.begin()
            listening = asyncio.ensure_future(guest.listen())
            ended = asyncio.ensure_future(guest.over.wait())
            await asyncio.wait({listening, ended}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
            listening.cancel()
            print("came", json.dumps(guest.frames), flush=True)
            await guest.say({"type": "leave"})
        await pc.close()


if __name__ == "__main__":
    asyncio.run(main(Link(sys.argv[1]), sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 60))
