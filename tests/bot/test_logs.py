import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from bot.core.logs import DROPPED, configure_logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    structlog_before = structlog.get_config()
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    structlog.configure(**structlog_before)
    root.handlers[:], root.level = before


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_and_ids(lines: io.StringIO) -> None:
    structlog.get_logger("bot").info("case filed", case_id=42, number="2611-0042")

    assert read(lines)[0].items() >= {"event": "case filed", "level": "info", "number": "2611-0042"}.items()


@pytest.mark.parametrize("key", ["text", "openid", "name", "phone", "sender", "access_token", "Content"])
def test_fields_that_may_be_personal_are_emptied(lines: io.StringIO, key: str) -> None:
    structlog.get_logger("bot").warning("handled", **{key: "东苑小区3幢楼道灯坏了"})

    assert read(lines)[0][key] == DROPPED


@pytest.mark.parametrize(
    "personal",
    [
        pytest.param("o6_bmjrPTlm6_2sgVt7hMZOPfL2M", id="OpenID"),
        pytest.param("13900000000", id="phone"),
        pytest.param("access_token=ABCDEF", id="token in an address"),
    ],
)
def test_personal_shapes_vanish_from_any_text(lines: io.StringIO, personal: str) -> None:
    logging.getLogger("some.library").warning("sent to %s in time", personal)

    assert personal not in lines.getvalue()
    assert DROPPED in lines.getvalue()


def test_a_case_number_and_our_ids_stay(lines: io.StringIO) -> None:
    structlog.get_logger("bot").info("pushed", number="2611-0042", outbox_id="249172483072000001")

    assert "2611-0042" in lines.getvalue()
    assert "249172483072000001" in lines.getvalue()


def test_an_exception_shows_where_it_passed_but_not_what_it_quotes(lines: io.StringIO) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (word TEXT UNIQUE)"))
        connection.execute(text("INSERT INTO t VALUES (:word)"), {"word": "陈女士"})
        try:
            connection.execute(text("INSERT INTO t VALUES (:word)"), {"word": "陈女士"})
        except IntegrityError:
            structlog.get_logger("bot").exception("handler failed", inbox_id=7)
    engine.dispose()

    first = read(lines)[0]["exception"][0]
    assert first["type"] == "IntegrityError"
    assert any("test_logs.py" in place for place in first["at"])
    assert "陈女士" not in lines.getvalue()


def test_a_fault_of_the_machine_keeps_its_words(lines: io.StringIO) -> None:
    try:
        open("/nowhere/at/all", encoding="utf-8")  # noqa: PTH123, SIM115 -- only its error is wanted
    except OSError:
        structlog.get_logger("bot").exception("backup failed")

    assert "No such file" in read(lines)[0]["exception"][0]["says"]


def test_libraries_only_report_trouble(lines: io.StringIO) -> None:
    logging.getLogger("jieba").debug("Building prefix dict")
    logging.getLogger("apscheduler.scheduler").info("Added job")

    assert lines.getvalue() == ""
