"""Who read what shows who a voter is: every such look is an entry of the audit chain, and the voter can ask for it."""

from collections.abc import Sequence

from handlers import wording
from handlers.cases import case_words
from handlers.context import Context
from handlers.messages import Role
from handlers.safety import gate
from storage.keeping import audit
from storage.models import Case, CasePart
from storage.people import openness

TEXT_READ, PHONE_SEEN, PHONES_SEEN = "text read", "phone seen", "phones seen"
FLAT_RELEASED = "flat released"
ORIGINAL_READ, SHEET_APPLIED, IMPORTED = "original read", "sheet applied", "imported"
UNSEALED = "unsealed"


def office(ctx: Context) -> str:
    """Name the office in which the sender acts: the widest one."""
    held = {grant.role: grant.area for grant in reversed(ctx.sender.grants)}
    if Role.DISTRICT in held:
        return ctx.texts("office_district")
    if Role.STREET in held:
        area = ctx.district.areas.get(held[Role.STREET])
        return ctx.texts("office_street", name=area.name if area else held[Role.STREET])
    if Role.STATION in held:
        return wording.station_name(held[Role.STATION], ctx)
    if Role.DEPARTMENT in held:
        return wording.department_name(held[Role.DEPARTMENT], ctx)
    return ctx.texts("office_none")


def shown(ctx: Context, case: Case, text: str) -> str:
    """Give a voter's words as staff may read them: without name and number where the voter wants that."""
    return gate.for_the_house(text) if openness.hidden_from_staff(ctx.session, [case.id]) else text


def whole_text(ctx: Context, case: Case, parts: Sequence[CasePart]) -> str:
    """Give all that staff may read of a case, supporters' words each as far as their own voter wants."""
    told_in = {case.id, *(part.case_id for part in parts)}
    hidden = set() if case.urgency else openness.hidden_from_staff(ctx.session, told_in)

    def hide(case_id: int, text: str) -> str:
        return gate.for_the_house(text) if case_id in hidden else text

    return case_words.whole_text(case, parts, ctx, hide)


def note_text(ctx: Context, case: Case, shown: str) -> None:
    """Note that somebody was shown a sealed case, or words in which a name or a number stands; call it last."""
    if case.sealed or gate.names_somebody(shown):
        note(ctx, TEXT_READ, case_id=case.id)


def note(
    ctx: Context, action: str, *, case_id: int | None = None, person_id: int | None = None, reason: str = ""
) -> None:
    """Note what the sender looked at, or did with personal data; call it last."""
    audit.note(
        ctx.session,
        action,
        now=ctx.now,
        who=office(ctx),
        actor_id=ctx.sender.person_id,
        case_id=case_id,
        person_id=person_id,
        reason=gate.clean(reason),
    )
