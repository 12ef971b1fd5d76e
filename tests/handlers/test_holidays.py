from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.holidays import Calendar

CALENDAR = Calendar()
NOTICE_OF_2027 = Calendar(
    {
        date(2027, 1, 1): ("holiday", "元旦"),
        date(2027, 1, 9): ("workday", "调休"),
        date(2027, 1, 11): ("holiday", "调休"),
    }
)


@pytest.mark.parametrize(
    ("day", "works", "name"),
    [
        pytest.param(date(2026, 11, 23), True, "周一", id="a plain Monday"),
        pytest.param(date(2026, 11, 22), False, "周日", id="a plain Sunday"),
        pytest.param(date(2026, 10, 1), False, "国庆节", id="the first day of the National Day holiday"),
        pytest.param(date(2026, 10, 10), True, "周六", id="a Saturday made up for National Day"),
        pytest.param(date(2026, 2, 16), False, "春节", id="a Monday in the Spring Festival"),
        pytest.param(date(2027, 1, 1), False, "元旦", id="a day that is off by law in a year not known yet"),
        pytest.param(date(2027, 1, 4), True, "周一", id="a year not known yet goes by weekends"),
        pytest.param(date(2027, 1, 10), False, "周日", id="a weekend of a year not known yet"),
    ],
)
def test_a_day_is_worked_or_not(day: date, works: bool, name: str) -> None:
    assert CALENDAR.is_workday(day) is works
    assert CALENDAR.name(day) == name


def test_next_year_is_unknown_until_its_notice_is_loaded() -> None:
    assert CALENDAR.knows(2026)
    assert not CALENDAR.knows(2027)
    assert NOTICE_OF_2027.knows(2027)


def test_the_districts_own_rows_stand_above_the_official_calendar() -> None:
    assert not NOTICE_OF_2027.is_workday(date(2027, 1, 1))
    assert NOTICE_OF_2027.name(date(2027, 1, 1)) == "元旦"
    assert NOTICE_OF_2027.is_workday(date(2027, 1, 9))
    assert NOTICE_OF_2027.next_workday(date(2027, 1, 10)) == date(2027, 1, 12)


def test_ten_working_days_leave_out_the_weekends() -> None:
    assert CALENDAR.add_workdays(date(2026, 11, 23), 10) == date(2026, 12, 7)


def test_a_day_after_the_due_day_is_one_working_day_late() -> None:
    assert CALENDAR.workdays_between(date(2026, 11, 23), date(2026, 11, 24)) == 1


def test_the_long_holiday_is_stepped_over() -> None:
    assert CALENDAR.next_workday(date(2026, 9, 30)) == date(2026, 10, 8)


DAYS = st.dates(date(2024, 6, 1), date(2027, 6, 1))


@given(day=DAYS, count=st.integers(-40, 40))
def test_counting_is_the_reverse_of_adding(day: date, count: int) -> None:
    if not CALENDAR.is_workday(day) and count < 0:
        day = CALENDAR.next_workday(day)
    later = CALENDAR.add_workdays(day, count)

    assert CALENDAR.workdays_between(day, later) == count


@given(day=DAYS)
def test_the_next_working_day_is_the_nearest_one(day: date) -> None:
    following = CALENDAR.next_workday(day)

    assert CALENDAR.is_workday(following)
    between = (day + timedelta(days=n) for n in range(1, (following - day).days))
    assert not any(map(CALENDAR.is_workday, between))
