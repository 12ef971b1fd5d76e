"""Whether a push has an open way now: what a reply may promise is “这就发给…”, or “没送到：…” with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handlers.account.duty_channel import may_go
from handlers.context import Context, Work
from handlers.pushes.ladder import Choice, Means, choose, why_unreachable
from storage.messages import ledger, recipients
from storage.messages.sending import Owed


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people there are to tell, and how many of them no way leads to now."""

    people: int
    closed: int = 0
    why: str = ""
    """The code of the first closed way; empty where all are reached."""

    @property
    def nobody(self) -> bool:
        return self.closed == self.people


def reach(
    work: Work, person_ids: Iterable[int], *, kind: str, template: str = "", at: datetime | None = None
) -> Reach:
    """Tell how far these people can be reached by a push of a kind, now or at the time for which it is planned.

    Who asks for somebody that speaks says in the answer what is closed; it is not told a second time.
    """
    wanted = list(dict.fromkeys(person_ids))
    found = choices(work, wanted, kind=kind, template=template, at=at)
    shut = {person: code for person in wanted if (code := _why_closed(*found[person]))}
    codes = list(shut.values())
    if isinstance(work, Context):
        work.said_closed.update(shut)
    return Reach(len(wanted), len(codes), codes[0] if codes else ("no_account" if not wanted else ""))


def choices(
    work: Work, person_ids: Iterable[int], *, kind: str, template: str = "", at: datetime | None = None
) -> dict[int, tuple[Owed, Choice]]:
    """Give for each person which ways a push of a kind would have: the one place where that is asked ahead."""
    session, switches, whom, at = work.session, work.switches, set(person_ids), at or work.now
    accounts = recipients.accounts_of(session, whom)
    roles = recipients.roles_of(session, whom, work.now)
    phones = recipients.phones_of(session, whom)
    accepted = ledger.acceptances_of(session, [each.id for group in accounts.values() for each in group])
    means = Means(
        channels=switches.channels,
        templates=switches.templates,
        subscriptions=switches.subscriptions,
        closed=ledger.closed_ways(session, work.now),
    )
    found = {}
    for person_id in whom:
        held = frozenset(roles.get(person_id, ()))
        every = accounts.get(person_id, [])
        allowed = tuple(
            each for each in every if may_go(each.channel, kind=kind, roles=held, switches=switches)
        )
        push = Owed(
            id=0,
            person_id=person_id,
            kind=kind,
            text="",
            template=template,
            fields={},
            question_id=None,
            attempts=0,
            client_msg_id="",
            first_attempt_at=at,
            expires_at=None,
            interrupted=False,
            accounts=allowed,
            acceptances=accepted,
            phone=phones.get(person_id, ""),
            roles=held,
            kept=len(allowed) < len(every),
        )
        found[person_id] = (push, choose(push, at, means))
    return found


def _why_closed(push: Owed, choice: Choice) -> str:
    """Give why no way is open; empty where one is, or where one opens again by itself."""
    if choice.ways or choice.wait_until is not None:
        return ""
    return why_unreachable(push, choice)


def why_told(work: Work, code: str) -> str:
    """Say in plain words why somebody cannot be reached."""
    key = f"staff_reason_{code}"
    return work.texts(key if key in work.texts else "staff_reason_other")
