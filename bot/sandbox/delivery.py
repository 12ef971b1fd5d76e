"""Callbacks to the bot exactly as WeChat makes them: signed, sealed, five seconds, three tries."""

import contextlib
import secrets
import struct
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

import requests
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.replies import deserialize_reply
from wechatpy.utils import WeChatSigner

from bot.sandbox.config import SandboxConfig
from bot.sandbox.faults import CallbackTricks
from bot.sandbox.keys import KeyPair, Keys
from bot.sandbox.world import Person, World

TIMEOUT = 5
TRIES = 3
LONGEST_REPLY = 2048
REPORTS_AFTER = 0.3
"""Seconds until a result is reported: the call that it is about has been answered by then."""
OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"

# What wechatpy lets through when a reply is not what it should be.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, struct.error, ExpatError, WeChatException)

Fields = Mapping[str, "str | int | Fields"]


class NoAnswerError(Exception):
    """The bot did not answer, or with what WeChat cannot read."""


class Carries(Protocol):
    """Brings what people do to the bot."""

    def message(self, person: Person, kind: str, fields: Fields) -> str: ...

    def event(self, person: Person, name: str, fields: Fields | None = None) -> str: ...

    def report(self, person: Person, name: str, fields: Fields) -> None: ...


class Callbacks(ABC):
    """What the deliveries of both platforms share: tries, patience, and the chat that shows the reply."""

    out_of_service = OUT_OF_SERVICE
    """What a person sees when the bot does not answer."""
    silence: tuple[bytes, ...] = (b"", b"success")
    """Replies that say only that the message arrived."""

    def __init__(self, url: str, world: World, timeout: float, tricks: CallbackTricks | None = None) -> None:
        self._url = url
        self._world = world
        self._timeout = timeout
        self._tricks = tricks or CallbackTricks()
        self._held: list[tuple[Person, str]] = []
        self._closing = threading.Event()
        self._later = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sandbox")

    def message(self, person: Person, kind: str, fields: Fields) -> str:
        """Deliver a message; give the passive reply, or the grey line that the person sees instead."""
        told = {"MsgType": kind, **fields, "MsgId": self._world.next_message_id()}
        if self._tricks.holds():
            self._held.append((person, to_xml({**self._envelope(person), **told})))
            return ""
        reply = self._deliver(person, told, times=self._tricks.times())
        held, self._held = self._held, []
        for other, xml in held:
            self._tricks.count("overtaken")
            self._hand_over(other, xml, seen=True)
        return reply

    def event(self, person: Person, name: str, fields: Fields | None = None) -> str:
        return self._deliver(person, {"MsgType": "event", "Event": name, **(fields or {})})

    def report(self, person: Person, name: str, fields: Fields) -> None:
        """Deliver a result that nobody sees, a moment later and without waiting."""
        due = time.monotonic() + REPORTS_AFTER
        self._later.submit(self._report, due, person, {"MsgType": "event", "Event": name, **fields})

    def close(self) -> None:
        """Report no more; what is on its way is waited for."""
        self._closing.set()
        self._later.shutdown()

    def _report(self, due: float, person: Person, fields: Fields) -> None:
        if not self._closing.wait(max(0.0, due - time.monotonic())):
            self._deliver(person, fields, seen=False)

    def _deliver(self, person: Person, fields: Fields, *, seen: bool = True, times: int = 1) -> str:
        xml = to_xml({**self._envelope(person), **fields})
        for _ in range(times - 1):
            self._tricks.count("repeated")
            with contextlib.suppress(NoAnswerError):
                self._post_until_answered(person, xml)
        return self._hand_over(person, xml, seen=seen)

    def _hand_over(self, person: Person, xml: str, *, seen: bool) -> str:
        try:
            reply = self._read(self._post_until_answered(person, xml), person)
        except NoAnswerError:
            if seen:
                self._world.add_entry(person, "note", "failure", self.out_of_service)
            return self.out_of_service
        if reply:
            self._world.add_entry(person, "out", "text", reply, via="passive")
        return reply

    def _post_until_answered(self, person: Person, xml: str) -> bytes:
        for number in range(TRIES):
            if number:
                self._tricks.count("retried")
            query, body = self._sealed(person, xml)
            with contextlib.suppress(requests.RequestException), requests.Session() as http:
                http.trust_env = False
                answer = http.post(
                    self._url,
                    params=query,
                    data=body.encode(),
                    headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                    timeout=self._timeout,
                    allow_redirects=False,
                )
                if answer.status_code == requests.codes.ok and not self._tricks.drops_answer():
                    self._tricks.count("acknowledged")
                    return answer.content
        raise NoAnswerError

    def _answers(self, query: Mapping[str, str], expected: str, timeout: float) -> bool:
        """Tell whether the bot's address answers a question of the console as it must, and in time."""
        try:
            with requests.Session() as http:
                http.trust_env = False
                answer = http.get(self._url, params=dict(query), timeout=timeout, allow_redirects=False)
        except requests.RequestException:
            return False
        return answer.status_code == requests.codes.ok and answer.text == expected

    @abstractmethod
    def _sealed(self, person: Person, xml: str) -> tuple[dict[str, str], str]:
        """Give query and body of one try."""

    @abstractmethod
    def _opened(self, body: str) -> str:
        """Open a reply; raises ValueError where it is not as the platform demands."""

    def _envelope(self, person: Person) -> dict[str, str | int]:
        return {
            "ToUserName": self._world.account_id,
            "FromUserName": person.id,
            "CreateTime": int(self._world.clock().timestamp()),
        }

    def _stamp(self) -> tuple[str, str]:
        return str(int(self._world.clock().timestamp())), str(secrets.randbelow(10**10))

    def _read(self, body: bytes, person: Person) -> str:
        """Read the passive reply; nothing and `success` are no reply, and anything unreadable is a failure."""
        if body.strip() in self.silence:
            return ""
        try:
            reply = deserialize_reply(self._opened(body.decode()))
        except UNREADABLE:
            raise NoAnswerError from None
        text = str(getattr(reply, "content", "") or "")
        if reply.target != person.id or len(text.encode()) > LONGEST_REPLY:
            raise NoAnswerError
        return text or f"[{reply.type}]"


class Delivery(Callbacks):
    """Carries messages and events of an official account to the bot and its passive replies into the chats."""

    def __init__(
        self,
        config: SandboxConfig,
        world: World,
        timeout: float = TIMEOUT,
        tricks: CallbackTricks | None = None,
    ) -> None:
        super().__init__(config.webhook_url, world, timeout, tricks)
        self._config = config
        self.keys = Keys(KeyPair(config.token, config.aes_key), config.app_secret)

    def ask(self, pair: KeyPair) -> bool:
        """Ask the bot's address the console's question, signed with a new token; tell whether it answered."""
        question, (timestamp, nonce) = str(secrets.randbelow(10**19)), self._stamp()
        query = {
            "signature": sign(pair.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": question,
        }
        return self._answers(query, question, TIMEOUT)

    def _sealed(self, person: Person, xml: str) -> tuple[dict[str, str], str]:
        timestamp, nonce = self._stamp()
        pair = self.keys.for_a_call()
        query = {
            "signature": sign(pair.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": person.id,
        }
        if self._config.mode == "plain" or not pair.aes_key:
            return query, xml
        sealed = self._crypto(pair).encrypt_message(xml, nonce, timestamp)
        encrypted = between(sealed, "<Encrypt><![CDATA[", "]]></Encrypt>")
        query |= {
            "encrypt_type": "aes",
            "msg_signature": sign(pair.token, timestamp, nonce, encrypted),
        }
        plain = xml if self._config.mode == "compatible" else to_xml({"ToUserName": self._world.account_id})
        return query, plain.removesuffix("</xml>") + f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"

    def _opened(self, body: str) -> str:
        if "<Encrypt>" not in body:
            if self._config.mode == "safe":
                raise ValueError("safe mode takes no open reply")
            return body
        signature = between(body, "<MsgSignature><![CDATA[", "]]>")
        timestamp = between(body, "<TimeStamp>", "</TimeStamp>")
        nonce = between(body, "<Nonce><![CDATA[", "]]>")
        now, before = self.keys.pairs
        with contextlib.suppress(*UNREADABLE):
            return str(self._crypto(now).decrypt_message(body, signature, timestamp, nonce))
        return str(self._crypto(before).decrypt_message(body, signature, timestamp, nonce))

    def _crypto(self, pair: KeyPair) -> WeChatCrypto:
        return WeChatCrypto(pair.token, pair.aes_key, self._config.app_id)


def between(text: str, before: str, after: str) -> str:
    """Give what stands between two marks; raises ValueError where they are missing."""
    start = text.index(before) + len(before)
    return text[start : text.index(after, start)]


def sign(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def to_xml(fields: Fields) -> str:
    """Write fields as WeChat does: numbers bare, texts in CDATA."""
    return f"<xml>{_inner(fields)}</xml>"


def _inner(fields: Fields) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())


def _value(value: Any) -> str:  # noqa: ANN401 - str, int or further fields
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return _inner(value)
