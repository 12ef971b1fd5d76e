"""A tiny bot of our own behind a real web server: it opens what the sandbox sends and answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

APP_ID, SECRET, TOKEN = "wxsandbox0000000001", "sandboxsecret", "echotoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WAIT = 10

REPLY = (
    "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
    "<CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[{text}]]></Content></xml>"
)


@dataclass
class Call:
    query: dict[str, str]
    envelope: dict[str, Any]
    message: dict[str, Any]


@dataclass
class Echo:
    """Keeps every call; `answer` gives status and body, by default an echo in the account's mode."""

    mode: str = "safe"
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answer: Callable[[Call], tuple[int, bytes]] | None = None
    arrived: threading.Condition = field(default_factory=threading.Condition)
    crypto: Any = field(default_factory=lambda: WeChatCrypto(TOKEN, AES_KEY, APP_ID))

    def take(self, address: str, body: bytes) -> tuple[int, bytes]:
        query = dict(parse_qsl(urlsplit(address).query))
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        envelope = xmltodict.parse(body)["xml"]
        message = envelope
        if "Encrypt" in envelope:
            opened = self.crypto.decrypt_message(
                body, query["msg_signature"], query["timestamp"], query["nonce"]
            )
            message = xmltodict.parse(opened)["xml"]
        call = Call(query, envelope, message)
        with self.arrived:
            self.calls.append(call)
            self.arrived.notify_all()
        return self.answer(call) if self.answer else (200, self.reply(call, f"收到：{_words(message)}"))

    def reply(self, call: Call, text: str, *, to: str = "") -> bytes:
        message = call.message
        text = text.replace("]]>", "]]]]><![CDATA[>")
        plain = REPLY.format(to=to or message["FromUserName"], sender=message["ToUserName"], text=text)
        if "Encrypt" not in call.envelope:
            return plain.encode()
        return bytes(self.crypto.encrypt_message(plain, "nonce", call.query["timestamp"]).encode())

    def wait_for(self, event: str) -> Call:
        """Give the first call with this event, as soon as it is there."""

        def found() -> list[Call]:
            return [call for call in self.calls if call.message.get("Event") == event]

        with self.arrived:
            assert self.arrived.wait_for(found, WAIT), f"no {event} came"
            return found()[0]


def _words(message: dict[str, Any]) -> str:
    return str(message.get("Content") or message.get("Event") or message["MsgType"])


@contextmanager
def echoing(mode: str) -> Iterator[Echo]:
    echo = Echo(mode)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = echo.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        echo.url = f"http://127.0.0.1:{server.server_address[1]}/channels/official-account"
        try:
            yield echo
        finally:
            server.shutdown()
            thread.join()
