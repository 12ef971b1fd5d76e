"""What a sentence tells somebody to type (回“…”, 写“…”) is a command of theirs, whatever else they are not."""

import re
from datetime import datetime

import pytest

from handlers.commands.free_lines import NotYoursRoute
from handlers.messages import IncomingMessage, Kind, Role
from handlers.routing.routes import ROUTES
from nlp.text.fold import command_line
from storage.people.people import Sender
from storage.people.scopes import Grant
from tests.handlers.test_texts import SENTENCES
from tests.stories.driver import SHANGHAI

_QUOTED = re.compile(r"[回写]“([^”{]*(?:\{number\}[^”{]*)?)”")
_REFUSALS = frozenset({"not yours", "staff unclear"})
VOTER = "voter"
STATION, OFFICE, DESK = (
    (Role.STATION, Role.STREET, Role.DISTRICT),
    (Role.STREET, Role.DISTRICT),
    (Role.DISTRICT,),
)
TOLD_TO: dict[str, tuple[str, ...]] = {
    # the office that refers, supervises and issues papers
    "staff_refer_|staff_referred|staff_redated|staff_not_held|staff_assist|staff_leave|staff_enter": OFFICE,
    "refused_|review_|desk_|order_nobody|opinion_|special_|reread_bulletin|part_refused|door_": OFFICE,
    "staff_note_how|staff_supervised|staff_unsupervise|ledger_back_no_way": OFFICE,
    "staff_refer_not_here": (Role.STATION,),
    # the district desk alone
    "staff_word|history_|activities_|paper_history|paper_activities|staff_lesson|totals_stations": DESK,
    "paper_register|activities_register": STATION,
    "staff_|ask_|burst_|check_|objection_|chart_|report_|bulletin_|recheck_|visitor_|one_by_one|totals_": STATION,
    "ledger_|paper_|sample_|original_why|proposal_|notice_wanted|activity_|figures_all|help_groups": STATION,
    "office_|alarm_take|alert_|supervision_|part_told|lost_how|code_|left_staff|stray_digit_staff": STATION,
    "nothing_open_staff|bound_staff|review": STATION,
    "original_not|original_hidden|department_|figures_|part_": (Role.DEPARTMENT,),
    "deputy_|reminder|occasion_|bound_deputy": (Role.DEPUTY,),
    "bound_role|bound_without|still_bound|unbound|help_|card_over|done_meanwhile": (
        Role.STATION,
        Role.DEPUTY,
    ),
}
ELSEWHERE = {
    "head_reads": "what the head is to ask the department's own people for",
    "original_hidden": "told to whoever asks, for the office to do",
    "occasion_reason_asked_for": "stands in what the station is told",
    "done_meanwhile": "names what each role has",
    "department_nothing": "names what each role has",
}


def _roles(key: str) -> tuple[str, ...]:
    return next((roles for start, roles in TOLD_TO.items() if re.match(start, key)), (VOTER,))


def _hints() -> dict[str, list[str]]:
    """Give the commands that each sentence quotes."""
    found = {key: list(dict.fromkeys(_QUOTED.findall(sentence))) for key, sentence in SENTENCES.items()}
    return {key: commands for key, commands in found.items() if commands and key not in ELSEWHERE}


HINTS = _hints()


def _taken(command: str, role: str) -> bool:
    """Tell whether some route takes a line by its words from who holds a role."""
    line = command_line(re.sub(r"\{number\}|(?<!原)编号", "2611-0042", command))
    grants = () if role == VOTER else (Grant(role, ""),)
    sender = Sender(person_id=1, account_id=1, channel="wecom", grants=grants)
    message = IncomingMessage(
        channel="wecom",
        sender="somebody",
        recipient="us",
        kind=Kind.TEXT,
        dedupe_key="hint",
        sent_at=datetime(2026, 11, 23, 10, 7, tzinfo=SHANGHAI),
        text=line,
    )
    return any(
        route.match(message, sender, line) is not None
        for route in ROUTES
        if (route.words or route.starts or route.pattern)
        and not isinstance(route, NotYoursRoute)
        and route.name not in _REFUSALS
    )


@pytest.mark.parametrize("key", HINTS)
def test_what_a_sentence_tells_somebody_to_type_is_understood(key: str) -> None:
    missed = [(command, role) for command in HINTS[key] for role in _roles(key) if not _taken(command, role)]

    assert missed == []


@pytest.mark.parametrize("key", ELSEWHERE)
def test_what_is_quoted_for_others_is_still_said(key: str) -> None:
    assert key in SENTENCES
