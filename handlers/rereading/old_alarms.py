"""Urgent cases of which the version before kept no alarm."""

from datetime import timedelta

from sqlalchemy.orm import Session

from handlers.context import World
from storage.keeping import rereading, sweeps
from storage.keeping.sweeps import Piece
from storage.messages import alarms

ALARMS = "old alarms"
_FRESH = timedelta(days=1)
"""What is older nobody is woken for: it stands under 急件 of 今日 and on the list of the upgrade."""


def raise_fresh(session: Session, position: int, until: int, world: World) -> Piece:
    """Let climb what came in within a day and nobody has touched; name the others on the list."""
    found = rereading.urgent_without_alarm(session, until)
    touched = rereading.worked_on(session, [case.id for case in found])
    fresh = [case for case in found if case.filed_at > world.now - _FRESH and case.id not in touched]
    rows = [
        alarms.alarm_row(
            case_id=case.id, kind=case.urgency, place=case.place, account_id=case.account_id, now=world.now
        )
        for case in fresh
    ]
    alarms.add(session.connection(), rows)
    raised = {case.id for case in fresh}
    for case in found:
        if case.id in raised or case.id not in touched:
            what = "alarm_raised" if case.id in raised else "alarm_old"
            sweeps.found(session, ALARMS, what, now=world.now, case_id=case.id)
    return Piece(position, len(found), over=True)
