"""One case through all its states, by chat alone, with everybody it touches; the transcript is data/whole_life.txt."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.driver import Story, running
from tests.stories.people import bind, steps_of, the_case
from tests.stories.transcript import Person, Stage, heard_in

SCRIPT = Path(__file__).parents[1] / "data" / "whole_life.txt"
VOTERS = {"王阿姨": "voter-1", "李师傅": "voter-2", "小赵": "voter-3"}
OFFICIALS = {
    "站里柯巧云": "staff:T005",
    "街道褚继业": "staff:T002",
    "区里张宁": "staff:T001",
    "城管局莫雨晴": "staff:T028",
    "住建局鲍明远": "staff:T027",
    "交通局祝安平": "staff:T029",
}
CAST = {name: Person(account) for name, account in VOTERS.items()} | {
    name: Person(account, "wecom") for name, account in OFFICIALS.items()
}


@pytest.fixture
def stage(district_url: str, tmp_path: Path) -> Iterator[Stage]:
    """Voters on the official account, with a short form for results; offices and departments in WeCom."""
    with running(district_url, tmp_path, official_template_result="template-result") as story:
        for account in OFFICIALS.values():
            bind(story.through("wecom"), account)
        yield Stage(story, CAST)


@pytest.mark.timeout(400)
def test_a_case_goes_through_its_whole_life_and_everybody_hears_just_what_they_should(
    stage: Stage, tmp_path: Path
) -> None:
    script = SCRIPT.read_text(encoding="utf-8")

    played = stage.play(script)
    as_played = tmp_path / SCRIPT.name
    as_played.write_text(played, encoding="utf-8")

    assert played == script, f"read {as_played}; if all in it is right, it takes the place of {SCRIPT}"
    assert stage.heard == heard_in(script)
    _went_through_every_state(stage.story)


def _went_through_every_state(story: Story) -> None:
    case, linked = the_case(story, "2611-0001"), the_case(story, "2701-0001")
    steps = steps_of(story, "2611-0001")

    assert (case.state, case.verdict, case.failures, case.supervised_at) == ("closed", "solved", 1, None)
    assert linked.linked_to == case.id
    assert list(dict.fromkeys(steps)) == [
        "filed",
        "supported",
        "assigned",
        "referred",
        "refused",
        "accepted",
        "paused",
        "resumed",
        "supervised",
        "extension asked",
        "part answered",
        "extended",
        "answered",
        "approved",
        "verdict solved",
        "graded",
        "reopened",
        "unsupervised",
        "again holds",
        "continued",
    ]
