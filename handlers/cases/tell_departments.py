"""What people of departments are told about a case that lies with them, by day."""

from collections.abc import Collection

from handlers.context import Context
from handlers.pushes.notices import owe_notice
from handlers.pushes.reaching import Reach, reach, why_told
from handlers.pushes.send_times import When
from storage.cases import referrals
from storage.models import Case


def tell_people(ctx: Context, case: Case, departments: Collection[str], key: str, text: str) -> Reach:
    """Owe the people of these departments a notice, and say how far they can be reached now.

    Who speaks is not told what they do themselves.
    """
    named = referrals.people_of(ctx.session, departments, ctx.now)
    told = [person_id for person_id in named if person_id != ctx.sender.person_id]
    reached = reach(ctx, told, kind="notice")
    for person_id in told:
        owe_notice(ctx, person_id, case, when=When.BY_DAY, dedupe_key=key, text=text)
    return reached


def units_told(ctx: Context, reached: Reach) -> str:
    """Say that the department hears of it, or that no way leads to its people."""
    if not reached.nobody:
        return ctx.texts("units_told")
    return ctx.texts("units_not_told", why=why_told(ctx, reached.why))
