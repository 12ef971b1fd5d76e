"""Duties on one channel only: where the operator keeps staff or deputies to WeCom, elsewhere they are voters."""

from collections.abc import Iterable
from dataclasses import replace

from handlers.context import Switches
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, Role
from storage.people.people import Sender

AS_A_PERSON = frozenset({"answer", "result"})
"""Pushes that a person gets for what they wrote themselves; all others come with a role."""


def kept_to(role: str, switches: Switches) -> str:
    """Give the channel that a role is kept to; empty for any."""
    if role == Role.DEPUTY:
        return switches.deputy_channel
    return switches.staff_channel if role in STAFF_ROLES | BUREAU_ROLES else ""


def may_go(channel: str, *, kind: str, roles: Iterable[str], switches: Switches) -> bool:
    """Tell whether a push may go out through a channel to someone who holds these roles."""
    kept = {kept_to(role, switches) for role in roles} - {""}
    return kind in AS_A_PERSON or not kept or channel in kept


def here(
    sender: Sender, switches: Switches, staff_asks: frozenset[str], deputies_ask: frozenset[str]
) -> Sender:
    """Give the sender with only those roles and questions that belong on the channel they speak through."""
    grants = tuple(grant for grant in sender.grants if kept_to(grant.role, switches) in {"", sender.channel})
    if len(grants) == len(sender.grants):
        return sender
    hidden: set[str] = set()
    for grant in set(sender.grants) - set(grants):
        hidden |= deputies_ask if grant.role == Role.DEPUTY else staff_asks
    questions = [question for question in sender.questions if question.kind not in hidden]
    return replace(sender, grants=grants, questions=questions)
