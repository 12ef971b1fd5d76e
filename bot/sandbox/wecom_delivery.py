"""Callbacks to the bot as WeCom makes them: always sealed, with the application's number, five seconds, three tries."""

import secrets
from collections.abc import Mapping

from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto

from bot.channels.wechat_crypto import decode_aes_key
from bot.sandbox.delivery import TIMEOUT, Callbacks, Carries, Fields, between, sign, to_xml
from bot.sandbox.wecom_account import WeComAccount
from bot.sandbox.world import Person, World

ANSWER_WITHIN = 1.0
"""Seconds in which the console wants the answer to its question."""
NOT_SENT = frozenset({"Recognition", "Ticket"})


class WeComDelivery(Callbacks):
    """Carries what members do in the application to the bot, and its passive replies into their chats."""

    out_of_service = "应用暂时没有回应"
    silence = (b"",)

    def __init__(self, account: WeComAccount, world: World, timeout: float = TIMEOUT) -> None:
        super().__init__(account.webhook_url, world, timeout)
        self._account = account
        self._crypto = WeChatCrypto(account.token, account.aes_key, account.corp_id)

    def message(self, person: Person, kind: str, fields: Fields) -> str:
        return super().message(person, kind, _without(fields, NOT_SENT))

    def event(self, person: Person, name: str, fields: Fields | None = None) -> str:
        """Deliver an event; WeCom writes their names in small letters."""
        return super().event(person, name.lower(), _without(fields or {}, NOT_SENT))

    def ask(self) -> bool:
        """Ask the bot's address the console's question; tell whether it answered rightly and in time."""
        question = str(secrets.randbelow(10**19))
        sealed = PrpCrypto(decode_aes_key(self._account.aes_key)).encrypt(question, self._account.corp_id)
        echo = sealed.decode()
        timestamp, nonce = self._stamp()
        query = {
            "msg_signature": sign(self._account.token, timestamp, nonce, echo),
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": echo,
        }
        return self._answers(query, question, ANSWER_WITHIN)

    def _envelope(self, person: Person) -> dict[str, str | int]:
        return {**super()._envelope(person), "ToUserName": self._account.corp_id}

    def _sealed(self, person: Person, xml: str) -> tuple[dict[str, str], str]:  # noqa: ARG002 - no id in the query
        timestamp, nonce = self._stamp()
        told = xml.removesuffix("</xml>") + f"<AgentID>{self._account.agent_id}</AgentID></xml>"
        sealed = self._crypto.encrypt_message(told, nonce, timestamp)
        encrypted = between(sealed, "<Encrypt><![CDATA[", "]]></Encrypt>")
        query = {
            "msg_signature": sign(self._account.token, timestamp, nonce, encrypted),
            "timestamp": timestamp,
            "nonce": nonce,
        }
        body = to_xml(
            {
                "ToUserName": self._account.corp_id,
                "Encrypt": encrypted,
                "AgentID": int(self._account.agent_id),
            }
        )
        return query, body

    def _opened(self, body: str) -> str:
        signature = between(body, "<MsgSignature><![CDATA[", "]]>")
        timestamp = between(body, "<TimeStamp>", "</TimeStamp>")
        nonce = between(body, "<Nonce><![CDATA[", "]]>")
        return str(self._crypto.decrypt_message(body, signature, timestamp, nonce))


class Carrier:
    """Carries for both platforms: each person's words go where that person is."""

    def __init__(self, official: Carries, wecom: Carries) -> None:
        self._by_channel: Mapping[str, Carries] = {"official-account": official, "wecom": wecom}

    def message(self, person: Person, kind: str, fields: Fields) -> str:
        return self._by_channel[person.channel].message(person, kind, fields)

    def event(self, person: Person, name: str, fields: Fields | None = None) -> str:
        return self._by_channel[person.channel].event(person, name, fields)

    def report(self, person: Person, name: str, fields: Fields) -> None:
        self._by_channel[person.channel].report(person, name, fields)


def _without(fields: Fields, names: frozenset[str]) -> Fields:
    return {name: value for name, value in fields.items() if name not in names}
