"""What people of departments are told about a case that lies with them, by day."""

from collections.abc import Collection

from handlers.context import Context
from handlers.pushes.send_times import in_daytime
from storage import referrals
from storage.models import Case
from storage.outbox import enqueue


def tell_people(ctx: Context, case: Case, departments: Collection[str], key: str, text: str) -> None:
    """Owe the people of these departments a notice; who speaks is not told what they do themselves."""
    for person_id in referrals.people_of(ctx.session, departments, ctx.now):
        if person_id != ctx.sender.person_id:
            tell_person(ctx, case, person_id, key, text)


def tell_person(ctx: Context, case: Case, person_id: int, key: str, text: str) -> None:
    """Owe one person a notice about a case, once for each key."""
    enqueue(
        ctx.session,
        dedupe_key=f"{key}/{person_id}",
        person_id=person_id,
        kind="notice",
        text=text,
        case_id=case.id,
        now=ctx.now,
        not_before=in_daytime(ctx.now, ctx.district.settings, whose=person_id),
    )
