"""Sends sealed messages over many connections and measures the answers; a process of its own."""

import asyncio
import random
import time
from dataclasses import dataclass
from urllib.parse import urlencode

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


async def _connection(port: int, pending: list[bytes], waits: list[float], failures: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while pending:
        request = pending.pop()
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        body = await reader.readexactly(length)
        waits.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 200") or not body.startswith(b"<"):
            failures.append(1)
    writer.close()


async def _send_all(port: int, requests: list[bytes], connections: int) -> Figures:
    waits: list[float] = []
    failures: list[int] = []
    pending = list(reversed(requests))
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, pending, waits, failures) for _ in range(connections)))
    took = time.perf_counter() - began
    waits.sort()
    return Figures(
        rate=len(waits) / took,
        p50=waits[len(waits) // 2] * 1000,
        p99=waits[int(len(waits) * 0.99)] * 1000,
        failed=len(failures),
    )


def send_all(port: int, requests: list[bytes], connections: int) -> Figures:
    return asyncio.run(_send_all(port, requests, connections))
