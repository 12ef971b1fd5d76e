"""On which working day who hears of a case that a department has not answered."""

from datetime import date, timedelta

import pytest

from handlers.calendar.holidays import Calendar
from handlers.cases.rungs import Clock, Rung, rungs
from handlers.district.pack import DistrictSettings

SENT, DUE = date(2026, 11, 23), date(2026, 12, 7)
"""A Monday, and the tenth working day after it."""
RECEIPT_DUE = date(2026, 11, 25)


def on(day: date, *, accepted: bool = True, told: tuple[Rung, ...] = ()) -> tuple[Rung, ...]:
    clock = Clock(sent=SENT, receipt_due=RECEIPT_DUE, due=DUE, accepted=accepted, told=told)
    return rungs(clock, day, Calendar(), DistrictSettings())


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 24), ()),
        (date(2026, 12, 1), ()),
        (date(2026, 12, 2), (Rung.NAG,)),  # the seventh of ten working days
        (DUE, ()),
        (date(2026, 12, 8), (Rung.OVERDUE,)),
        (date(2026, 12, 9), (Rung.OVERDUE,)),
        (date(2026, 12, 10), (Rung.HEAD,)),
        (date(2026, 12, 12), ()),  # a Saturday
        (date(2026, 12, 21), (Rung.HEAD, Rung.SUPERVISION)),
    ],
)
def test_each_day_has_its_rung(day: date, expected: tuple[Rung, ...]) -> None:
    assert on(day) == expected


def test_what_is_not_accepted_in_time_is_asked_about_until_the_nag_takes_over() -> None:
    assert on(date(2026, 11, 24), accepted=False) == ()
    assert on(RECEIPT_DUE, accepted=False) == (Rung.RECEIPT,)
    assert on(date(2026, 12, 2), accepted=False) == (Rung.NAG,)


def test_the_leader_comes_only_after_the_head_was_told() -> None:
    late = date(2026, 12, 15)

    assert on(late) == (Rung.HEAD,)
    assert on(late, told=(Rung.HEAD,)) == (Rung.LEADER,)
    assert on(late, told=(Rung.HEAD, Rung.LEADER)) == ()


def test_a_department_hears_at_most_one_thing_a_day() -> None:
    to_department = {Rung.RECEIPT, Rung.NAG, Rung.OVERDUE}
    days = [SENT + timedelta(days=count) for count in range(40)]

    assert all(len(to_department & set(on(day, accepted=False))) <= 1 for day in days)
