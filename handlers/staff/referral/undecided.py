"""What waits for an office's decision about a case: given back, more days asked for, too late; found on its card."""

import re
from dataclasses import dataclass, field
from typing import Any

from handlers import wording
from handlers.cases.rungs import Rung, late_by
from handlers.context import Context
from handlers.messages import Role
from storage.cases import referrals
from storage.messages.questions import option
from storage.models import Case, Referral

_DAYS_ASKED = re.compile(r"（(\d{1,3})天）$")
_REASON_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Undecided:
    """A question that somebody still has to answer, whether or not its push was read."""

    kind: str
    said: str
    options: list[dict[str, str]]
    data: dict[str, Any] = field(default_factory=dict)


def undecided(ctx: Context, case: Case, lead: Referral) -> Undecided | None:
    """Give what the office must decide about a case that lies with a department; the most pressing thing only."""
    if not referrals.is_held(case):
        return None
    if lead.state == referrals.REFUSED:
        return _refused(ctx, lead)
    if lead.state not in referrals.WAITING:
        return None
    return _more_days(ctx, lead) or _late(ctx, case, lead)


def _refused(ctx: Context, lead: Referral) -> Undecided:
    reason = wording.clipped(lead.reason, _REASON_SHOWN)
    options = [
        option(1, ctx.texts("refused_again"), "again"),
        option(2, ctx.texts("refused_disagree"), "disagree"),
    ]
    return Undecided("refused", ctx.texts("undecided_refused", reason=reason), options)


def _more_days(ctx: Context, lead: Referral) -> Undecided | None:
    if lead.extension_asked_at is None or lead.extended_days:
        return None
    asked = referrals.steps_since(ctx.session, lead, ["extension asked", "extension refused"])
    days = _DAYS_ASKED.search(asked[-1].note) if asked and asked[-1].action == "extension asked" else None
    if days is None:
        return None
    reason = _DAYS_ASKED.sub("", asked[-1].note).partition("：")[2]
    options = [
        option(1, ctx.texts("extension_grant"), "grant"),
        option(2, ctx.texts("extension_deny"), "deny"),
    ]
    said = ctx.texts("undecided_extension", days=days[1], reason=wording.clipped(reason, _REASON_SHOWN))
    return Undecided("extension", said, options, {"days": int(days[1])})


def _late(ctx: Context, case: Case, lead: Referral) -> Undecided | None:
    """Offer the district desk to tell who stands above a department, from the day on which it is asked about it."""
    settings = ctx.district.settings
    late = late_by(lead.due, ctx.now.date(), ctx.district.calendar)
    if not ctx.sender.holds(Role.DISTRICT) or case.paused_at is not None or late < settings.desk_after_days:
        return None
    told = {step.action for step in referrals.steps_since(ctx.session, lead, ["head told", "leader told"])}
    rung = Rung.HEAD if "head told" not in told else Rung.LEADER
    if "leader told" in told or (rung is Rung.LEADER and late < settings.leader_after_days):
        return None
    options = [
        option(digit, ctx.texts(f"over_desk_{value}"), value)
        for digit, value in enumerate((str(rung), "phone", "wait"), 1)
    ]
    return Undecided("over_desk", ctx.texts("undecided_late", days=late), options)
