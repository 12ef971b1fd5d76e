"""Sends sealed messages over many connections and measures the answers; a process of its own."""

import asyncio
import itertools
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

import uvloop
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

APP_ID, TOKEN, AES_KEY = "wxsandbox0000000001", "benchtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

TROUBLES = (
    "楼道灯坏了半个月",
    "停车位不足",
    "家里停水两天",
    "垃圾没人收",
    "夜市吵得睡不着",
    "电梯老是坏",
    "雨天积水严重",
    "公交车太少，等半小时",
    "楼上装修太吵了",
    "路灯不亮，晚上看不见",
)
PLACES = ("东苑小区", "七格社区", "滨河路", "银沙路", "迎宾路")


@dataclass(frozen=True, slots=True)
class Figures:
    """Rate in messages a second, waits in milliseconds."""

    rate: float
    p50: float
    p99: float
    failed: int
    cpu_us: float = 0.0
    """What the server used, in microseconds a message."""

    def with_cpu(self, cpu_us: float) -> "Figures":
        return replace(self, cpu_us=cpu_us)


_LENGTH = re.compile(rb"(?i)content-length: *([0-9]+)")


def sealed_requests(count: int, voters: int, path: str, *, seed: int = 1) -> list[bytes]:
    """Make whole HTTP requests, signed and sealed; every message has its own id."""
    chance = random.Random(seed)
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    now = int(time.time())
    first_id = chance.randrange(10**15, 10**16)
    requests = []
    for index in range(count):
        text = chance.choice(PLACES) + chance.choice(TROUBLES)
        xml = (
            f"<xml><ToUserName>gh_bench</ToUserName><FromUserName>o{chance.randrange(voters):027d}</FromUserName>"
            f"<CreateTime>{now}</CreateTime><MsgType>text</MsgType><Content>{text}</Content>"
            f"<MsgId>{first_id + index}</MsgId></xml>"
        )
        nonce = str(chance.randrange(10**9))
        sealed = xmltodict.parse(crypto.encrypt_message(xml, nonce, str(now)))["xml"]
        body = f"<xml><ToUserName>gh_bench</ToUserName><Encrypt>{sealed['Encrypt']}</Encrypt></xml>".encode()
        query = urlencode(
            {
                "signature": _signature(str(now), nonce),
                "timestamp": now,
                "nonce": nonce,
                "encrypt_type": "aes",
                "msg_signature": sealed["MsgSignature"],
            }
        )
        head = (
            f"POST {path}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


def _signature(timestamp: str, nonce: str) -> str:
    signer = WeChatSigner()
    signer.add_data(TOKEN, timestamp, nonce)
    return str(signer.signature)


class _Connection(asyncio.Protocol):
    """Sends one request after another and takes the time of each answer.

    A protocol on uvloop, not streams: what the client costs is taken from the servers beside it.
    """

    def __init__(self, pending: list[bytes], waits: list[float], failures: list[int]) -> None:
        self._pending, self._waits, self._failures = pending, waits, failures
        self._received = b""
        self._began = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < int(_LENGTH.findall(head)[0]):
            return
        self._waits.append(time.perf_counter() - self._began)
        if not head.startswith(b"HTTP/1.1 200") or not body.startswith(b"<"):
            self._failures.append(1)
        self._received = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        if not self._pending:
            self.done.set_result(None)
            self._transport.close()
            return
        request = self._pending.pop()
        self._began = time.perf_counter()
        self._transport.write(request)


async def _send_all(ports: Sequence[int], requests: list[bytes], connections: int) -> Figures:
    waits: list[float] = []
    failures: list[int] = []
    pending = list(reversed(requests))
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    opened = [
        await loop.create_connection(lambda: _Connection(pending, waits, failures), "127.0.0.1", port)
        for port in itertools.islice(itertools.cycle(ports), connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in opened))
    took = time.perf_counter() - began
    waits.sort()
    return Figures(
        rate=len(waits) / took,
        p50=waits[len(waits) // 2] * 1000,
        p99=waits[int(len(waits) * 0.99)] * 1000,
        failed=len(failures),
    )


def send_all(ports: Sequence[int], requests: list[bytes], connections: int) -> Figures:
    """Send all requests over so many connections, spread evenly over the ports."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_send_all(ports, requests, connections))
