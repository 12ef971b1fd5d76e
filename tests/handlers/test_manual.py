"""帮助 shows lines that work when they are typed as they stand."""

from datetime import UTC, datetime

import pytest

from handlers.commands.staff import MANUAL
from handlers.messages import IncomingMessage, Kind, Role
from handlers.route import Group, Route
from handlers.routing.routes import ROUTES
from handlers.texts import read_sentences
from nlp.text.fold import command_line
from storage.people.people import Sender
from storage.people.scopes import Grant

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LONGEST_LINE = 22
"""So many characters fit on one line of a phone."""
ORDER = (Role.DISTRICT, Role.STREET, Role.STATION, Role.OPERATOR, Role.DEPARTMENT, Role.DEPUTY)


def typed(text: str) -> IncomingMessage:
    return IncomingMessage(
        channel="wecom",
        sender="somebody",
        recipient="corp",
        kind=Kind.TEXT,
        dedupe_key="1",
        sent_at=NOW,
        text=text,
    )


@pytest.mark.parametrize("route", [each for each in MANUAL.routes if each.help], ids=lambda each: each.name)
def test_an_example_is_taken_by_the_command_that_it_explains(route: Route) -> None:
    role = next(each for each in ORDER if each in route.roles)
    sender = Sender(person_id=1, account_id=1, channel="wecom", grants=(Grant(role, ""),))
    line = command_line(route.example)

    taken = next(each for each in ROUTES if each.match(typed(line), sender, line) is not None)

    assert taken.name == route.name
    assert len(route.example) <= LONGEST_LINE


def test_every_heading_has_a_name() -> None:
    sentences = read_sentences()

    assert [group for group in Group if f"help_{group}" not in sentences] == []
