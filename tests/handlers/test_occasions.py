import dataclasses
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.holidays import Calendar
from handlers.calendar.occasions import (
    PATTERNS,
    DutyRule,
    due_between,
    faults_of,
    nominal_dates,
    occasions_between,
    reminder_instants,
)
from handlers.calendar.times import SHANGHAI
from handlers.pushes.send_times import CROWDED, QUIET_FROM, QUIET_UNTIL, around

CALENDAR = Calendar()
NEW_YEAR_2027 = Calendar({date(2027, 1, 1): ("holiday", "元旦"), date(2027, 1, 10): ("workday", "调休")})


def rule(**changes: Any) -> DutyRule:
    return DutyRule(**{"key": "reception", "name": "代表统一接待选民日", "pattern": "monthly", **changes})


def days(asked: DutyRule, since: date, until: date) -> list[str]:
    return [day.isoformat() for day in nominal_dates(asked, since, until)]


@pytest.mark.parametrize(
    ("asked", "since", "until", "expected"),
    [
        pytest.param(
            rule(day=10),
            date(2026, 11, 1),
            date(2027, 2, 1),
            ["2026-11-10", "2026-12-10", "2027-01-10"],
            id="the 10th of every month",
        ),
        pytest.param(
            rule(day=31),
            date(2027, 1, 1),
            date(2027, 5, 1),
            ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"],
            id="the 31st is the last day",
        ),
        pytest.param(
            rule(pattern="quarterly", day=20),
            date(2026, 7, 21),
            date(2027, 5, 1),
            ["2026-10-20", "2027-01-20", "2027-04-20"],
            id="the 20th of each quarter's first month",
        ),
        pytest.param(
            rule(pattern="quarterly", day=20, months=(3, 6, 9, 12)),
            date(2026, 11, 1),
            date(2027, 5, 1),
            ["2026-12-20", "2027-03-20"],
            id="the last month of each quarter",
        ),
        pytest.param(
            rule(pattern="every_two_months", day=15, anchor=date(2026, 11, 1)),
            date(2026, 1, 1),
            date(2027, 4, 1),
            ["2026-11-15", "2027-01-15", "2027-03-15"],
            id="every two months, none before it begins",
        ),
        pytest.param(
            rule(pattern="nth_weekday", nth=-1, weekday=5),
            date(2026, 11, 1),
            date(2027, 2, 1),
            ["2026-11-27", "2026-12-25", "2027-01-29"],
            id="the last Friday",
        ),
        pytest.param(
            rule(pattern="nth_weekday", nth=5, weekday=1),
            date(2026, 11, 1),
            date(2027, 4, 1),
            ["2026-11-30", "2027-03-29"],
            id="a fifth Monday only where there is one",
        ),
        pytest.param(
            rule(pattern="weekly", weekday=1),
            date(2026, 11, 23),
            date(2026, 12, 8),
            ["2026-11-23", "2026-11-30", "2026-12-07"],
            id="every Monday",
        ),
        pytest.param(
            rule(pattern="half_yearly", day=8),
            date(2026, 1, 1),
            date(2027, 2, 1),
            ["2026-01-08", "2026-07-08", "2027-01-08"],
            id="twice a year",
        ),
        pytest.param(
            rule(pattern="yearly", day=29, months=(2,)),
            date(2027, 1, 1),
            date(2029, 1, 1),
            ["2027-02-28", "2028-02-29"],
            id="once a year, on a day that some years lack",
        ),
        pytest.param(rule(day=10), date(2026, 11, 10), date(2026, 11, 10), [], id="an empty window"),
    ],
)
def test_a_rule_asks_for_its_days(asked: DutyRule, since: date, until: date, expected: list[str]) -> None:
    assert faults_of(asked) == ()
    assert days(asked, since, until) == expected


@pytest.mark.parametrize(
    ("policy", "calendar", "nominal", "held_on", "reason", "provisional"),
    [
        pytest.param("hold", CALENDAR, date(2027, 1, 10), date(2027, 1, 10), "", False, id="held anyway"),
        pytest.param(
            "next_workday",
            CALENDAR,
            date(2027, 1, 10),
            date(2027, 1, 11),
            "周日",
            True,
            id="put off by weekends while the year is unknown",
        ),
        pytest.param(
            "next_workday",
            NEW_YEAR_2027,
            date(2027, 1, 10),
            date(2027, 1, 10),
            "",
            False,
            id="a Sunday that is worked once the notice is loaded",
        ),
        pytest.param(
            "next_workday",
            CALENDAR,
            date(2026, 10, 10),
            date(2026, 10, 10),
            "",
            False,
            id="a Saturday made up for the holiday",
        ),
        pytest.param("skip", CALENDAR, date(2026, 5, 10), None, "周日", False, id="skipped on a Sunday"),
        pytest.param(
            "next_workday",
            CALENDAR,
            date(2026, 2, 20),
            date(2026, 2, 24),
            "春节",
            False,
            id="put off over the Spring Festival",
        ),
    ],
)
def test_the_rules_own_policy_decides_about_holidays(
    *, policy: str, calendar: Calendar, nominal: date, held_on: date | None, reason: str, provisional: bool
) -> None:
    asked = rule(day=nominal.day, holiday=policy)

    (planned,) = occasions_between(asked, nominal, nominal + timedelta(days=1), calendar)

    assert planned.held_on == held_on
    assert planned.reason == reason
    assert planned.provisional is provisional


def test_two_weekly_occasions_never_fall_together_after_a_long_holiday() -> None:
    mondays = rule(pattern="weekly", weekday=1, holiday="next_workday")

    planned = occasions_between(mondays, date(2026, 2, 9), date(2026, 3, 3), CALENDAR)

    assert [(each.nominal_date.day, each.held_on and each.held_on.day) for each in planned] == [
        (9, 9),
        (16, None),
        (23, 24),
        (2, 2),
    ]


def instants(asked: DutyRule, nominal: date) -> dict[int, datetime]:
    (planned,) = occasions_between(asked, nominal, nominal + timedelta(days=1), CALENDAR)
    return dict(reminder_instants(asked, planned))


def test_reminders_come_a_week_before_the_day_before_and_in_the_morning() -> None:
    due = instants(rule(day=10), date(2026, 12, 10))

    assert [(lead, at.date().isoformat()) for lead, at in due.items()] == [
        (7, "2026-12-03"),
        (1, "2026-12-09"),
        (0, "2026-12-10"),
    ]
    assert due[7].time() == time(8, 30)
    assert due[0].time() == time(8, 5)


def test_a_put_off_occasion_is_reminded_of_by_its_new_day() -> None:
    due = instants(rule(day=10, holiday="next_workday"), date(2027, 1, 10))

    assert due[7].date() == date(2027, 1, 4)
    assert due[0].date() == date(2027, 1, 11)


@pytest.mark.parametrize(
    ("starts", "on_the_day"),
    [
        pytest.param(time(9, 0), True, id="a morning"),
        pytest.param(time(8, 20), True, id="early"),
        pytest.param(time(7, 30), False, id="too early: told the evening before"),
        pytest.param(time(19, 30), True, id="an evening is told in the morning"),
    ],
)
def test_the_last_reminder_leaves_half_an_hour(starts: time, on_the_day: bool) -> None:
    at = instants(rule(day=10, starts=starts, ends=time(21, 0)), date(2026, 12, 10))[0]

    assert (at.date() == date(2026, 12, 10)) is on_the_day
    assert at <= datetime.combine(date(2026, 12, 10), starts, SHANGHAI) - timedelta(minutes=30)


def test_a_skipped_occasion_is_told_once() -> None:
    due = instants(rule(day=10, holiday="skip"), date(2026, 5, 10))

    assert list(due) == [7]
    assert due[7].date() == date(2026, 5, 3)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        pytest.param(rule(pattern="fortnightly", day=1), "pattern 'fortnightly'", id="unknown pattern"),
        pytest.param(rule(), "needs a day", id="no day"),
        pytest.param(rule(day=32), "day must be 1 to 31", id="a day no month has"),
        pytest.param(rule(pattern="weekly"), "weekly needs a weekday", id="no weekday"),
        pytest.param(rule(pattern="nth_weekday", nth=6, weekday=1), "nth must be", id="a sixth Monday"),
        pytest.param(rule(pattern="every_two_months", day=1), "needs an anchor", id="no anchor"),
        pytest.param(rule(day=1, holiday="never"), "holiday 'never'", id="unknown policy"),
        pytest.param(rule(day=1, ends=time(8, 0)), "ends must be after", id="ends before it starts"),
        pytest.param(rule(day=1, leads=(7, 7)), "leads must differ", id="one lead twice"),
    ],
)
def test_a_wrong_rule_is_named(asked: DutyRule, fault: str) -> None:
    assert any(fault in found for found in faults_of(asked))


# -- for any rule and any window --------------------------------------------------------------------------

WINDOW_DAYS = st.dates(date(2025, 6, 1), date(2027, 12, 1))


@st.composite
def rules(draw: st.DrawFn) -> DutyRule:
    pattern = draw(st.sampled_from(sorted(PATTERNS)))
    by_weekday = pattern in {"weekly", "nth_weekday"} or draw(st.booleans())
    return DutyRule(
        key=draw(st.sampled_from(["reception", "dual", "theme"])),
        name="履职日",
        pattern=pattern,
        day=None if by_weekday else draw(st.integers(1, 31)),
        nth=draw(st.sampled_from([1, 2, 3, 4, 5, -1])) if by_weekday and pattern != "weekly" else None,
        weekday=draw(st.integers(1, 7)) if by_weekday else None,
        months=draw(st.sampled_from([(), (2,), (1, 4, 7, 10)])) if pattern != "yearly" else (3,),
        anchor=draw(st.dates(date(2025, 1, 1), date(2027, 1, 1))) if pattern == "every_two_months" else None,
        starts=draw(st.times(time(6, 0), time(20, 0))),
        leads=tuple(draw(st.sets(st.integers(0, 30), max_size=4))),
        holiday=draw(st.sampled_from(["hold", "next_workday", "skip"])),
    )


@given(asked=rules())
def test_any_well_formed_rule_has_no_fault(asked: DutyRule) -> None:
    assert faults_of(asked) == ()


@given(asked=rules(), since=WINDOW_DAYS, length=st.integers(0, 400))
def test_no_two_occasions_share_a_day(asked: DutyRule, since: date, length: int) -> None:
    planned = occasions_between(asked, since, since + timedelta(days=length), CALENDAR)

    nominal = [each.nominal_date for each in planned]
    held = [each.held_on for each in planned if each.held_on]
    assert len(set(nominal)) == len(nominal)
    assert len(set(held)) == len(held)
    assert all(since <= day < since + timedelta(days=length) for day in nominal)


@given(asked=rules(), since=WINDOW_DAYS, length=st.integers(0, 400))
def test_what_is_put_off_is_held_on_a_working_day(asked: DutyRule, since: date, length: int) -> None:
    asked = dataclasses.replace(asked, holiday="next_workday")

    for each in occasions_between(asked, since, since + timedelta(days=length), CALENDAR):
        assert each.held_on is None or CALENDAR.is_workday(each.held_on)


@given(day=st.integers(28, 31), since=WINDOW_DAYS)
def test_a_monthly_day_that_is_missing_means_the_last_one(day: int, since: date) -> None:
    for nominal in nominal_dates(rule(day=day), since, since + timedelta(days=500)):
        assert nominal.day == day or (nominal + timedelta(days=1)).day == 1


@given(asked=rules(), since=WINDOW_DAYS, first=st.integers(0, 200), second=st.integers(0, 200))
def test_dates_do_not_depend_on_where_a_window_is_cut(
    asked: DutyRule, since: date, first: int, second: int
) -> None:
    cut = since + timedelta(days=first)
    until = cut + timedelta(days=second)

    whole = occasions_between(asked, since, until, CALENDAR)

    assert whole == (
        *occasions_between(asked, since, cut, CALENDAR),
        *occasions_between(asked, cut, until, CALENDAR),
    )


MINUTES = st.integers(0, 60 * 24 * 60)


@given(asked=st.lists(rules(), max_size=3), since=WINDOW_DAYS, first=MINUTES, second=MINUTES)
def test_reminders_do_not_depend_on_where_a_window_is_cut(
    asked: list[DutyRule], since: date, first: int, second: int
) -> None:
    begin = datetime.combine(since, time(0), SHANGHAI)
    cut = begin + timedelta(minutes=first)
    until = cut + timedelta(minutes=second)

    whole = due_between(asked, begin, until, CALENDAR)
    parts = due_between(asked, begin, cut, CALENDAR) + due_between(asked, cut, until, CALENDAR)

    assert whole == parts


@given(asked=rules(), since=WINDOW_DAYS)
def test_no_reminder_comes_in_the_night_or_when_everyone_sends(asked: DutyRule, since: date) -> None:
    begin = datetime.combine(since, time(0), SHANGHAI)

    for due in due_between([asked], begin, begin + timedelta(days=120), CALENDAR):
        told = {around(due.at, person) for person in range(20)}
        assert all(QUIET_UNTIL <= at.time() < QUIET_FROM for at in told)
        assert all(at.minute not in CROWDED for at in told)
