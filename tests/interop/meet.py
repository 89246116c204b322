"""Two ICE agents of aioice that have nothing but the relay: meet.py PORT NAME PASSWORD. Says by which kinds of candidates they met, and what came."""

import asyncio
import sys

from aioice import Candidate, Connection


def only_relayed(connection: Connection) -> list[Candidate]:
    return [candidate for candidate in connection.local_candidates if candidate.type == "relay"]


async def main(port: str, name: str, password: str) -> None:
    one, other = (
        Connection(ice_controlling=controlling, turn_server=("127.0.0.1", int(port)), turn_username=name, turn_password=password)
        for controlling in (True, False)
    )
    await asyncio.gather(one.gather_candidates(), other.gather_candidates())
    for here, there in ((one, other), (other, one)):
        for candidate in only_relayed(there):
            await here.add_remote_candidate(candidate)
        await here.add_remote_candidate(None)
        here.remote_username, here.remote_password = there.local_username, there.local_password
    await asyncio.gather(one.connect(), other.connect())
    await one.send(b"hello")
    data = await asyncio.wait_for(other.recv(), 10)
    kinds = [side._nominated[1].remote_candidate.type for side in (one, other)]
    print(*kinds, data.decode())
    await asyncio.gather(one.close(), other.close())


asyncio.run(main(*sys.argv[1:]))
