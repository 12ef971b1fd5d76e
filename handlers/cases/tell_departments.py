"""What people of departments are told about a case that lies with them, by day."""

from collections.abc import Collection

from handlers.context import Context
from handlers.pushes.notices import owe_notice
from handlers.pushes.send_times import When
from storage import referrals
from storage.models import Case


def tell_people(ctx: Context, case: Case, departments: Collection[str], key: str, text: str) -> None:
    """Owe the people of these departments a notice; who speaks is not told what they do themselves."""
    for person_id in referrals.people_of(ctx.session, departments, ctx.now):
        if person_id != ctx.sender.person_id:
            owe_notice(ctx, person_id, case, when=When.BY_DAY, dedupe_key=key, text=text)
