"""Not at night, and not in the minutes in which everybody sends."""

from datetime import datetime, time, timedelta

import pytest

from handlers.calendar.times import SHANGHAI
from handlers.district.pack import DistrictSettings
from handlers.pushes.send_times import CROWDED, around, in_daytime, in_peace, out_of_quiet_hours

DAY = datetime(2026, 12, 9, tzinfo=SHANGHAI)
PEOPLE = range(200)
SETTINGS = DistrictSettings()


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        pytest.param(DAY.replace(hour=20, minute=59), None, id="just before the night"),
        pytest.param(DAY.replace(hour=21), DAY + timedelta(days=1), id="as the night begins"),
        pytest.param(DAY.replace(hour=3), DAY, id="long after midnight"),
        pytest.param(DAY.replace(hour=7, minute=29), DAY, id="just before the morning"),
        pytest.param(DAY.replace(hour=7, minute=30), None, id="as the morning begins"),
    ],
)
def test_a_push_of_the_night_waits_for_the_morning(at: datetime, morning: datetime | None) -> None:
    given = out_of_quiet_hours(at, whose="a voter")

    if morning is None:
        assert given == at
    else:
        assert given.date() == morning.date()
        assert time(7, 31) <= given.time() <= time(7, 33)


def test_half_past_eight_means_some_minute_around_it_and_the_same_for_one_person() -> None:
    usual = DAY.replace(hour=8, minute=30)
    told = [around(usual, person) for person in PEOPLE]

    assert {at.minute for at in told} == {27, 28, 29, 31, 32, 33}
    assert told == [around(usual, person) for person in PEOPLE]


@pytest.mark.parametrize("minute", range(60))
def test_what_many_get_at_once_never_goes_in_a_minute_in_which_everybody_sends(minute: int) -> None:
    at = DAY.replace(hour=10, minute=minute)
    told = {in_peace(at, SETTINGS, whose=person) for person in PEOPLE}

    assert all(each.minute not in CROWDED for each in told)
    assert (told == {at}) == (minute not in CROWDED)


def test_what_one_voter_waits_for_goes_at_any_minute_of_the_day() -> None:
    noon = DAY.replace(hour=12)

    assert in_daytime(noon, SETTINGS) == noon
