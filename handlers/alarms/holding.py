"""Somebody says that they have an alarm in hand: it climbs no further, and whoever raised it hears that a person knows."""

from handlers import wording
from handlers.cases.telling import short_form
from handlers.context import Context
from handlers.messages import Role
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from storage.casework.clusters import DESPAIR
from storage.messages import alarms
from storage.models import Case


def hold(ctx: Context, case: Case) -> bool:
    """Take the alarms of a case; False where somebody had them before, or none is open."""
    taken = alarms.take(ctx.session, case.id, ctx.sender.person_id, ctx.now)
    if taken and case.voter_id is not None and case.voter_id != ctx.sender.person_id:
        _tell_voter(ctx, case, case.voter_id, taken[-1])
    return bool(taken)


def who(ctx: Context, case: Case) -> str:
    """Say in which office the sender has it, never by name."""
    held = {(grant.role, grant.area) for grant in ctx.sender.grants}
    if case.sealed:
        return ctx.texts("alarm_by_named")
    if case.station and (Role.STATION, case.station) in held:
        return wording.station_name(case.station, ctx)
    street = ctx.district.street_of(case.street) if (Role.STREET, case.street) in held else None
    if street:
        return street.name
    return (
        ctx.district.settings.desk_name if ctx.sender.holds(Role.DISTRICT) else ctx.texts("alarm_by_operator")
    )


def _tell_voter(ctx: Context, case: Case, voter_id: int, alarm_id: int) -> None:
    despair = wording.despair_key("alarm_voter_despair", case.text)
    key = despair if case.urgency == DESPAIR else "alarm_voter"
    owe(
        ctx.session,
        ctx,
        voter_id,
        when=When.AT_ONCE,
        dedupe_key=f"alarm taken/{alarm_id}",
        kind="result",
        text=ctx.texts(key, number=case.number, who=who(ctx, case)),
        template="" if case.urgency == DESPAIR else "result",
        fields={} if case.urgency == DESPAIR else short_form(ctx, case.number, "heard"),
        case_id=case.id,
    )
