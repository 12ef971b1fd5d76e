"""WeCom's way out: texts, cards, pictures and files to members of the corp, and the media they sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.channels.base import Push, Reaction, SendError
from bot.channels.platform_client import TIMEOUT_SECONDS
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wechat_envelope import clip
from bot.channels.wecom_client import WeComClient
from bot.channels.wecom_errors import NOBODY
from handlers.account.members import task_id
from handlers.pushes.send_times import CROWDED

SAME_TEXT_KNOWN = 600
"""Seconds within which WeCom drops a push that equals an earlier one: a second belt against doubles."""
MOST_BUTTONS = 6
SHORTEST_WAIT = timedelta(seconds=20)
LONGEST_BUTTON = 10
"""Characters that a button shows whole; a longer answer is easier to read as a line of text."""
LONGEST_TOLD = 20


class Members(Protocol):
    """What all processes know together about the members that are written to."""

    def wait_for(self, member: str) -> timedelta:
        """Take a turn to write to a member, or give how long to wait for one."""
        ...

    def note_card(self, card_id: str, question_id: int, member: str, response_code: str) -> None:
        """Keep the code with which a card that went out may be changed."""
        ...


class WeComSender(WeComClient):
    """Sends what the outbox owes to members, at the pace that WeCom shows them messages."""

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: str,
        secret: str,
        api_base: str,
        keeper: TokenKeeper,
        members: Members,
        clock: Callable[[], datetime],
        cards: bool = False,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._agent_id = int(agent_id)
        self._members = members
        self._clock = clock
        self._cards = cards
        super().__init__(corp_id=corp_id, secret=secret, api_base=api_base, keeper=keeper, timeout=timeout)

    def push(self, push: Push) -> str:
        """Send it as what it is; give the platform's id for it."""
        self._keep_pace(push)
        message = self._message(push)
        answer = self._send_to(push.external_id, message)
        if code := answer.get("response_code"):
            card = message["template_card"]["task_id"]
            self._members.note_card(card, push.question_id, push.external_id, str(code))
        return str(answer.get("msgid", ""))

    def change_card(self, member: str, response_code: str, told: str) -> None:
        """Let the button of a card say what became of its question; each code does it once."""
        data = {
            "userids": [member],
            "agentid": self._agent_id,
            "response_code": response_code,
            "button": {"replace_name": told[:LONGEST_TOLD]},
        }
        self._authorized(
            lambda token: self._send("message/update_template_card", token, data, may_repeat=True)
        )

    def _keep_pace(self, push: Push) -> None:
        """Leave out what WeCom would take and silently drop, and the minutes in which everybody sends."""
        now = self._clock()
        if push.may_wait and now.minute in CROWDED:
            raise SendError("crowded", retryable=True, wait=timedelta(seconds=60 - now.second))
        if wait := self._members.wait_for(push.external_id):
            raise SendError("pace", retryable=True, wait=max(wait, SHORTEST_WAIT))

    def _message(self, push: Push) -> dict[str, Any]:
        if push.kind in {"image", "file"}:
            media_id = self._authorized(
                lambda token: self._upload(token, push.kind, push.text or push.kind, push.content)
            )
            return {"msgtype": push.kind, push.kind: {"media_id": media_id}}
        if push.kind == "markdown":
            return {"msgtype": "markdown", "markdown": {"content": clip(push.text)}}
        if self._cards and push.question_id and _fit_on_buttons(push.choices):
            return {"msgtype": "template_card", "template_card": card_of(push)}
        return {"msgtype": "text", "text": {"content": clip(push.text)}}

    def _send_to(self, member: str, message: Mapping[str, Any]) -> dict[str, Any]:
        data = {
            "touser": member,
            "agentid": self._agent_id,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SAME_TEXT_KNOWN,
            **message,
        }
        answer = self._authorized(lambda token: self._send("message/send", token, data, may_repeat=False))
        # WeCom counts a message to nobody as sent, and only names whom it did not reach.
        missed = {each for name in ("invaliduser", "unlicenseduser") for each in _names(answer.get(name))}
        if member.lower() in missed:
            raise SendError(NOBODY, retryable=False, reaction=Reaction.UNREACHABLE)
        return answer


def _fit_on_buttons(choices: Sequence[tuple[str, str]]) -> bool:
    return 0 < len(choices) <= MOST_BUTTONS and all(
        len(f"{digit} {label}") <= LONGEST_BUTTON for digit, label in choices
    )


def card_of(push: Push) -> dict[str, Any]:
    """Make a card of a question: the answers stand on buttons, each still with its digit."""
    shown = [f"{digit} {label}" for digit, label in push.choices]
    text = "\n".join(line for line in push.text.split("\n") if line not in shown)
    return {
        "card_type": "button_interaction",
        "sub_title_text": clip(text, 512),
        "task_id": task_id(push.question_id, push.client_msg_id),
        "button_list": [
            {"text": words, "key": digit} for words, (digit, _) in zip(shown, push.choices, strict=True)
        ],
    }


def _names(listed: object) -> set[str]:
    """Read `a|b`; WeCom compares the ids of members without regard to case, and gives them in small letters."""
    names = "|".join(map(str, listed)) if isinstance(listed, list) else str(listed or "")
    return {name.strip().lower() for name in names.split("|") if name.strip()}
