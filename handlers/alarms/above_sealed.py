"""A sealed case is no danger and does not ring; but where its alert reached nobody of the desk, the operator gets its number."""

from datetime import timedelta

from handlers.context import Work
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from storage.messages import alarms
from storage.messages.outbox import ALERT
from storage.people import accused

_HOPE = timedelta(minutes=30)
"""For so long a push that was refused for now may still arrive."""
_LOOKS_BACK = timedelta(days=3)


def tell_above_of_sealed(work: Work) -> int:
    """Owe the operator the number of each sealed case of which nobody of the desk could be told; give how many."""
    told = 0
    for case in alarms.sealed_unheard(work.session, work.now - _LOOKS_BACK, work.now - _HOPE):
        connection = work.session.connection()
        for person in accused.operators(connection, accused.of(connection, case.id), work.now):
            told += owe(
                work.session,
                work,
                person,
                when=When.AT_ONCE,
                dedupe_key=f"alert above/{case.id}/{person}",
                kind=ALERT,
                text=work.texts("alert_sealed_unheard", number=case.number),
                case_id=case.id,
            )
    return told
