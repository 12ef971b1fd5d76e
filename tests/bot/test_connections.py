"""Who opens a connection and brings no request is let go, and others are served meanwhile."""

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from bot.connections import PatientProtocol


class Hasty(PatientProtocol):
    head_seconds, whole_seconds, most_waiting = 0.05, 0.05, 3


class Crowded(PatientProtocol):
    most_waiting = 3


async def hello(_scope: object, _receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"hi"})  # type: ignore[operator]


async def after(protocol: type[PatientProtocol], said: bytes, lines: int = 1) -> tuple[list[bytes], bytes]:
    """Open lines that say something and no more; give what each hears to its end, and what a whole request hears."""
    config, state = uvicorn.Config(hello, log_config=None, lifespan="off"), ServerState()
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: protocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(lines)]
    for _, writer in opened:
        writer.write(said)
    ends = [asyncio.create_task(reader.read()) for reader, _ in opened]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    whole = await reader.read()
    heard = [end.result() for end in ends if end.done()]
    for _, each in [*opened, (reader, writer)]:
        each.close()
    await asyncio.gather(*ends, return_exceptions=True)
    server.close()
    return heard, whole


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HTTP/1.1\r\nHost: a\r\n", b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 30_000],
    ids=["nothing", "half a head", "a head without end"],
)
def test_a_line_without_a_request_is_ended(said: bytes) -> None:
    heard, whole = asyncio.run(after(Hasty, said))

    assert heard == [b""]
    assert whole.endswith(b"hi")


def test_a_new_line_finds_its_place_among_many_silent_ones() -> None:
    heard, whole = asyncio.run(after(Crowded, b"GET", lines=4))

    assert heard[0] == b""
    assert whole.endswith(b"hi")
