"""WeCom (企业微信): requests of one self-built application in, answers in the same breath out."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.channels.base import Quarantined, Received, Rejected
from bot.channels.wechat_crypto import Codec
from bot.channels.wechat_envelope import Envelope, read_genuine, write_reply
from bot.channels.wechat_xml import Document

NAME = "wecom"
ARRIVED = b""
LONGEST_ECHO = 1024


class WeCom:
    """Verifies, opens, reads and answers the platform's requests; knows no database and no network.

    Everything is sealed; inside stands the corp's id, and in each message the application's number.
    """

    name = NAME

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: str,
        token: str,
        aes_key: str,
        clock: Callable[[], datetime],
        previous_aes_key: str = "",
        previous_token: str = "",
        max_age: int = 600,
    ) -> None:
        if not token:
            raise ValueError("without a token every signature could be forged")
        if not aes_key:
            raise ValueError("WeCom seals everything: the EncodingAESKey is needed")
        self._codec = Codec(
            tokens=(token, previous_token), receive_id=corp_id, encoded_keys=(aes_key, previous_aes_key)
        )
        self._envelope = Envelope(self._codec, clock=clock, max_age=max_age)
        self._agent_id = agent_id

    def verify(self, query: Mapping[str, str]) -> str:
        """Answer the question the console asks when the address is saved: the opened text, bare."""
        timestamp, nonce = self._envelope.fresh(query)
        # Base64 has no blanks: one that stands there was a plus sign before somebody unquoted the address.
        echo = query.get("echostr", "").replace(" ", "+")
        if not 0 < len(echo) <= LONGEST_ECHO:
            raise Rejected("query", 400)
        if not self._codec.is_signed(query.get("msg_signature", ""), timestamp, nonce, echo):
            raise Rejected("signature")
        try:
            return self._codec.open(echo)[0].decode()
        except UnicodeDecodeError:
            raise Rejected("decrypt") from None

    def parse(self, query: Mapping[str, str], body: bytes) -> Received:
        """Check, open and read one message or event."""
        raw, keys = self._envelope.open(query, body)
        return read_genuine(raw, channel=NAME, check=self._check_agent, keys=keys)

    def render(self, reply_text: str, received: Received, now: datetime) -> bytes:
        """Answer with a text, sealed with the key of the request; an empty body says only that it arrived."""
        if not reply_text or not received.sender or not received.recipient or received.keys is None:
            return ARRIVED
        return self._envelope.seal(write_reply(reply_text, received, now), received.keys, now)

    def _check_agent(self, document: Document) -> None:
        """Keep aside what was written to another application; events about the whole corp name none."""
        if "AgentID" in document.repeated | document.nested:
            raise Quarantined("agent")
        agent = document.fields.get("AgentID", "").strip()
        if agent != self._agent_id and (agent or document.fields.get("MsgType", "").strip() != "event"):
            raise Quarantined("agent")
