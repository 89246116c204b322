"""Two RTCPeerConnections of aiortc that have nothing but the relay: peers.py URL NAME PASSWORD. Says by which kinds of candidates they met, what was heard, and how many pictures came."""

import asyncio
import sys

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack


def only_relayed(description: RTCSessionDescription) -> RTCSessionDescription:
    """aiortc has no iceTransportPolicy: each hears of the other's relayed candidates only."""
    lines = [line for line in description.sdp.splitlines() if not line.startswith("a=candidate:") or " typ relay" in line]
    return RTCSessionDescription(sdp="\r\n".join(lines) + "\r\n", type=description.type)


async def main(url: str, name: str, password: str) -> None:
    configuration = RTCConfiguration(iceServers=[RTCIceServer(urls=url, username=name, credential=password)])
    one, other = RTCPeerConnection(configuration), RTCPeerConnection(configuration)
    heard, pictures = asyncio.get_running_loop().create_future(), asyncio.get_running_loop().create_future()

    channel = one.createDataChannel("words")
    channel.on("open", lambda: channel.send("hello"))
    other.on("datachannel", lambda channel: channel.on("message", heard.set_result))
    one.addTrack(VideoStreamTrack())

    async def watch(track: VideoStreamTrack) -> None:
        for _ in range(10):
            await track.recv()
        pictures.set_result(10)

    other.on("track", lambda track: asyncio.ensure_future(watch(track)))

    await one.setLocalDescription(await one.createOffer())
    await other.setRemoteDescription(only_relayed(one.localDescription))
    await other.setLocalDescription(await other.createAnswer())
    await one.setRemoteDescription(only_relayed(other.localDescription))
    words, count = await asyncio.wait_for(asyncio.gather(heard, pictures), 40)

    ice = [end.sctp.transport.transport._connection for end in (one, other)]
    kinds = [connection._nominated[1].remote_candidate.type for connection in ice]
    print(*kinds, words, count)
    await asyncio.gather(one.close(), other.close())


asyncio.run(main(*sys.argv[1:]))
