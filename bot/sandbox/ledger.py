"""The pretend platform's own books beside what the bot believes, person by person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.world import AFTER_MESSAGE, Person, World
from storage.beliefs import Belief

ARRIVED = ("sent", "delivered")
OWED = ("pending", "sending")


def ledger(world: World, beliefs: Mapping[str, Belief]) -> list[dict[str, Any]]:
    """Give a line for everybody: what the platform knows, what the bot believes, and where they differ."""
    now = world.clock()
    received = [entry for entry in world.entries() if entry["via"] == "push"]
    lines = []
    for person in world.people():
        count = sum(entry["person"] == person.id for entry in received)
        belief = beliefs.get(person.id)
        lines.append(
            {
                "person": person.id,
                "name": person.name,
                "channel": person.channel,
                "following": person.followed_at is not None,
                "received": count,
                "windows": {
                    cause: {"left": window.left, "until": window.until.isoformat(timespec="seconds")}
                    for cause, window in person.windows.items()
                    if window.until > now
                },
                "consents": person.consents,
                "believed": _shown(belief) if belief else None,
                "differences": differences(person, count, belief, now),
            }
        )
    return lines


def differences(person: Person, received: int, belief: Belief | None, now: datetime) -> list[str]:
    """Say where the books differ; a push of unknown fate may or may not have arrived."""
    if belief is None:
        return ["机器人不认识此人"]
    found = []
    follows = person.followed_at is not None
    if belief.following != follows:
        found.append("关注状态不同")
    sent, unknown = _count(belief, ARRIVED), _count(belief, ("unknown",))
    if not sent <= received <= sent + unknown + _count(belief, OWED):
        found.append(f"收到{received}条，机器人记了{sent}条送到、{unknown}条不明")
    if person.channel == "official-account" and follows:
        window = person.windows.get("message")
        is_open = window is not None and window.until > now
        believes_open = bool(belief.last_message_at and now - belief.last_message_at < AFTER_MESSAGE[1])
        if is_open != believes_open:
            found.append("48小时窗口不同")
    return found


def _count(belief: Belief, statuses: tuple[str, ...]) -> int:
    return sum(belief.pushes.get(status, 0) for status in statuses)


def _shown(belief: Belief) -> dict[str, Any]:
    last = belief.last_message_at
    return {
        "following": belief.following,
        "last_message_at": last.isoformat(timespec="seconds") if last else "",
        "unreachable": belief.unreachable_code,
        "sent": _count(belief, ARRIVED),
        "owed": _count(belief, OWED),
        "unknown": _count(belief, ("unknown",)),
        "dead": _count(belief, ("dead",)),
    }
