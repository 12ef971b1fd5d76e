"""Every send of the platform beside the push that the bot believes sent: which belong together, which stand alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.sandbox.sent import Sent
from storage.keeping.beliefs import BelievedPush

ARRIVED = frozenset({"sent", "delivered"})
DOUBTFUL = frozenset({"unknown", "pending", "sending"})
"""A push of these that was tried may have arrived."""
WORDS_FOR = {
    "pending": "待发",
    "sending": "正在发",
    "sent": "送到",
    "delivered": "送到",
    "unknown": "不明",
    "dead": "没送到",
}
DROPPED = {"minute": "一分钟里太多", "hour": "一小时里太多", "duplicate": "十分钟里重复"}
SHORT = 24

Belongs = Callable[[Sent, BelievedPush], bool]


@dataclass(frozen=True, slots=True)
class Pair:
    """A send and the push behind it; one of the two is missing where only one book has it."""

    sent: Sent | None
    push: BelievedPush | None

    @property
    def difference(self) -> str:
        """Say what is wrong with it; nothing if both books tell the same."""
        sent, push = self.sent, self.push
        if push is None:
            return f"平台收下了“{_short(sent.text)}”，机器人没有记这一条" if sent else ""
        if sent is None:
            return f"机器人记了“{_short(push.text)}”送到，平台没有这一条" if push.status in ARRIVED else ""
        if push.status not in ARRIVED and not is_doubtful(push):
            return f"“{_short(sent.text)}”平台送了，机器人记的是{WORDS_FOR[push.status]}"
        if sent.dropped and push.status in ARRIVED:
            return f"“{_short(sent.text)}”平台收下却没有显示（{DROPPED.get(sent.dropped, sent.dropped)}）"
        return "" if _same_words(sent, push) else f"“{_short(sent.text)}”两边的内容不同"


def is_doubtful(push: BelievedPush) -> bool:
    """Tell whether the bot itself says that it cannot know whether this push arrived."""
    return push.status in DOUBTFUL and push.tried


def pair(sends: Sequence[Sent], pushes: Sequence[BelievedPush]) -> list[Pair]:
    """Find the push of each send: by the platform's id, by the bot's own id, else by recipient and words."""
    lonely, free = list(sends), [push for push in pushes if push.tried or push.status in ARRIVED]
    free.sort(key=lambda push: (push.status not in ARRIVED, not is_doubtful(push), push.id))
    found: dict[int, BelievedPush] = {}
    for belongs in (_same_msgid, _same_client_id, _same_words):
        for sent, push in _matches(lonely, free, belongs):
            found[id(sent)] = push
        lonely = [sent for sent in lonely if id(sent) not in found]
        taken = {push.id for push in found.values()}
        free = [push for push in free if push.id not in taken]
    return [*(Pair(sent, found.get(id(sent))) for sent in sends), *(Pair(None, push) for push in free)]


def _matches(
    sends: Sequence[Sent], pushes: Sequence[BelievedPush], belongs: Belongs
) -> Iterator[tuple[Sent, BelievedPush]]:
    taken: set[int] = set()
    for sent in sends:
        for push in pushes:
            if push.id not in taken and sent.person in push.addresses and belongs(sent, push):
                taken.add(push.id)
                yield sent, push
                break


def _same_msgid(sent: Sent, push: BelievedPush) -> bool:
    return bool(sent.msgid) and sent.msgid == push.provider_id


def _same_client_id(sent: Sent, push: BelievedPush) -> bool:
    return bool(sent.client_id) and sent.client_id == push.client_id


def _same_words(sent: Sent, push: BelievedPush) -> bool:
    """Compare what stands in the fields, or the words; a card leaves the lines out that stand on its buttons."""
    if sent.values:
        return sorted(sent.values) == sorted(push.values)
    return all(line in push.text for line in sent.text.split("\n"))


def _short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"
