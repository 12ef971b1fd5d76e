"""Case numbers: no gap, no double, whatever is rolled back and whoever takes them at once."""

import threading
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError

from storage.cases.numbers import take_numbers
from storage.models import Counter

DAY = date(2026, 11, 21)


class UndoneError(Exception):
    """Rolls a transaction back on purpose."""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.sampled_from([11, 12])), max_size=25))
def test_what_is_rolled_back_gives_its_numbers_to_the_next(steps: list[tuple[int, bool, int]]) -> None:
    engine = create_engine("sqlite://")
    Counter.metadata.create_all(engine, tables=[Counter.metadata.tables["counter"]])
    kept: dict[int, list[str]] = {11: [], 12: []}
    for count, undone, month in steps:
        try:
            with engine.begin() as connection:
                taken = take_numbers(connection, date(2026, month, 1), count)
                if undone:
                    raise UndoneError
        except UndoneError:
            continue
        kept[month] += taken
    engine.dispose()

    for month, numbers in kept.items():
        assert numbers == [f"26{month}-{n:04d}" for n in range(1, len(numbers) + 1)]


def test_many_at_once_take_each_number_once(engine: Engine) -> None:
    taken: list[str] = []
    lock = threading.Lock()

    def take(undone: bool) -> None:
        try:
            with engine.begin() as connection:
                mine = take_numbers(connection, DAY, 3)
                if undone:
                    raise UndoneError
        except UndoneError:
            return
        with lock:
            taken.extend(mine)

    threads = [threading.Thread(target=take, args=(turn % 4 == 0,)) for turn in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [f"2611-{n:04d}" for n in range(1, 91)]


def test_a_month_with_more_than_four_digits_goes_on(engine: Engine) -> None:
    with engine.begin() as connection:
        take_numbers(connection, DAY, 9_999)

        assert take_numbers(connection, DAY, 1) == ["2611-10000"]


def test_no_table_is_an_error_and_not_a_number() -> None:
    with create_engine("sqlite://").connect() as connection, pytest.raises(OperationalError):
        take_numbers(connection, DAY, 1)
