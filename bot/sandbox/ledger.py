"""The pretend platform's own books beside what the bot believes, person by person and push by push."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.pairing import ARRIVED, WORDS_FOR, Pair, is_doubtful, pair
from bot.sandbox.sent import Sent
from bot.sandbox.world import AFTER_ACTION, AFTER_MESSAGE, LASTING, OFFICIAL, Person, World
from storage.keeping.beliefs import Belief, Beliefs, BelievedPush

OWED = ("pending", "sending")
WINDOWS = {"message": "48小时窗口", "action": "1分钟窗口"}
LATEST = 100
"""Pushes that the page lists; those that differ are all there."""


def ledger(world: World, beliefs: Beliefs) -> dict[str, Any]:
    """Give a line for everybody and a line for every push, with everything in which the books differ."""
    people, now = world.people(), world.clock()
    by_person = _by_person(people, world, beliefs)
    lines = [_line(person, by_person[person.id], beliefs, now) for person in people]
    names = {person.id: person.name for person in people}
    told = [_told(each, names[openid], now) for openid, pairs in by_person.items() for each in pairs]
    told.sort(key=lambda each: (not each["difference"], each["at"]))
    wrong = [each for each in told if each["difference"]]
    right = [each for each in told if not each["difference"]]
    return {
        "people": lines,
        "pushes": [*wrong, *reversed(right[-LATEST:])],
        "compared": len(told),
        "archived": beliefs.since is not None,
        "agree": not any(line["differences"] for line in lines),
    }


def _by_person(people: Sequence[Person], world: World, beliefs: Beliefs) -> Mapping[str, list[Pair]]:
    """Sort sends and pushes to the people they went to; a push of somebody on both channels stands with one."""
    sends = world.sent.of(person.id for person in people)
    pairs: dict[str, list[Pair]] = {person.id: [] for person in people}
    for each in pair(sends, beliefs.pushes):
        if each.sent is not None:
            if each.push or beliefs.since is None or each.sent.at >= beliefs.since:
                pairs[each.sent.person].append(each)
        elif each.push is not None and (home := _home(each.push, pairs)):
            pairs[home].append(each)
    return pairs


def _home(push: BelievedPush, known: Mapping[str, Any]) -> str:
    return next((address for address in sorted(push.addresses) if address in known), "")


def _line(person: Person, pairs: Sequence[Pair], beliefs: Beliefs, now: datetime) -> dict[str, Any]:
    belief = beliefs.accounts.get(person.id)
    pushes = [push for push in beliefs.pushes if person.id in push.addresses]
    return {
        "person": person.id,
        "name": person.name,
        "channel": person.channel,
        "following": person.followed_at is not None,
        "received": sum(each.sent is not None for each in pairs),
        "windows": {cause: person.left(cause, now) for cause in WINDOWS},
        "consents": dict(person.consents),
        "believed": {
            "following": belief.following,
            "windows": {cause: _believed_left(belief, cause, now) for cause in WINDOWS},
            "consents": dict(belief.acceptances),
            "unreachable": belief.unreachable_code,
            "sent": _count(pushes, tuple(ARRIVED)),
            "owed": _count(pushes, OWED),
            "unknown": _count(pushes, ("unknown",)),
            "dead": _count(pushes, ("dead",)),
        }
        if belief
        else None,
        "differences": list(differences(person, pairs, belief, now)),
    }


def differences(person: Person, pairs: Sequence[Pair], belief: Belief | None, now: datetime) -> Iterator[str]:
    """Say everything in which the books differ; a push of unknown fate may or may not have arrived."""
    if belief is None:
        yield "机器人不认识此人"
        return
    follows = person.followed_at is not None
    if belief.following != follows:
        yield f"平台记的是{_following(follows)}，机器人记的是{_following(belief.following)}"
    for each in pairs:
        if each.difference:
            yield each.difference
    if person.channel == OFFICIAL and follows:
        doubts = [each.push for each in pairs if each.push and is_doubtful(each.push)]
        yield from _window_differences(person, belief, sum(push.rung == "text" for push in doubts), now)
        yield from _consent_differences(person, belief, sum(push.rung == "subscription" for push in doubts))


def _window_differences(person: Person, belief: Belief, doubts: int, now: datetime) -> Iterator[str]:
    for cause, name in WINDOWS.items():
        left, believed = person.left(cause, now), _believed_left(belief, cause, now)
        if abs(left - believed) > doubts:
            yield f"{name}：平台还让发{left}条，机器人以为还能发{believed}条"


def _consent_differences(person: Person, belief: Belief, doubts: int) -> Iterator[str]:
    for template in sorted(person.consents.keys() | belief.acceptances.keys()):
        left, believed = person.consents.get(template, 0), belief.acceptances.get(template, 0)
        if left != believed and (LASTING in (left, believed) or abs(left - believed) > doubts):
            yield f"订阅通知{template}：平台{_credit(left)}，机器人以为{_credit(believed)}"


def _believed_left(belief: Belief, cause: str, now: datetime) -> int:
    most, length = AFTER_MESSAGE if cause == "message" else AFTER_ACTION
    since = belief.last_message_at if cause == "message" else belief.last_action_at
    used = belief.window_used if cause == "message" else belief.action_used
    return max(0, most - used) if since is not None and _within(since, length, now) else 0


def _within(since: datetime, length: timedelta, now: datetime) -> bool:
    return now - since < length


def _credit(left: int) -> str:
    return "长期可发" if left == LASTING else f"还可发{left}条"


def _following(follows: bool) -> str:
    return "已关注" if follows else "没有关注"


def _count(pushes: Sequence[BelievedPush], statuses: Sequence[str]) -> int:
    return sum(push.status in statuses for push in pushes)


def _told(each: Pair, name: str, now: datetime) -> dict[str, Any]:
    sent, push = each.sent, each.push
    return {
        "person": name,
        "at": _time_of(sent, push, now),
        "text": sent.text if sent else push.text if push else "",
        "platform": (f"收下，没有显示（{sent.dropped}）" if sent.dropped else "收下") if sent else "没有",
        "bot": WORDS_FOR[push.status] if push else "没有",
        "way": (push.rung if push and push.rung else sent.kind if sent else ""),
        "difference": each.difference,
    }


def _time_of(sent: Sent | None, push: BelievedPush | None, now: datetime) -> str:
    at = sent.at if sent else push.created_at if push else now
    return at.astimezone(now.tzinfo).isoformat(timespec="seconds")
