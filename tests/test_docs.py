"""The docs name everything an operator can set, call or watch, and their links lead somewhere."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli.main import make_app
from bot.core.metrics import Metrics
from bot.core.settings import Settings, variable
from storage.models import State

ROOT = Path(__file__).parents[1]
OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CATEGORIES = (
    *("wealth", "water", "housing", "health", "education", "travel"),
    *("commerce", "safety", "governance", "rural", "other"),
)
LARGEST_PICTURE = 300_000


def commands(command: Any, name: str = "lianxinqiao") -> list[str]:
    inner: dict[str, Any] = getattr(command, "commands", {})
    return [full for short, each in inner.items() for full in commands(each, f"{name} {short}")] or [name]


def ticks() -> list[str]:
    tree = ast.parse((ROOT / "bot" / "jobs.py").read_text(encoding="utf-8"))
    return [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Tick"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_written_up(field: str) -> None:
    assert f"| `{variable(field)}` |" in OPERATE


def test_no_setting_is_written_up_that_does_not_exist() -> None:
    told = set(re.findall(r"LXQ_[A-Z_]+[A-Z]", "".join(page.read_text(encoding="utf-8") for page in PAGES)))

    assert told <= {variable(field) for field in Settings.model_fields}


@pytest.mark.parametrize("command", commands(get_command(make_app([]))))
def test_every_command_is_written_up(command: str) -> None:
    rows = [line for line in OPERATE.splitlines() if line.startswith("| `lianxinqiao")]
    first, _, second = command.removeprefix("lianxinqiao ").partition(" ")

    assert any(f"lianxinqiao {first}" in row and f"{second}" in row for row in rows)


@pytest.mark.parametrize("name", [family.name for family in Metrics().registry.collect()])
def test_every_metric_is_written_up(name: str) -> None:
    assert f"`{name}`" in OPERATE or f"`{name}_total`" in OPERATE


def test_every_timed_job_is_written_up() -> None:
    names = ticks()

    assert names
    assert [name for name in names if f"`{name}`" not in OPERATE] == []


@pytest.mark.parametrize("word", [*CATEGORIES, *State])
def test_every_category_and_state_is_in_the_glossary(word: str) -> None:
    assert f"| `{word}` |" in GLOSSARY


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_a_page_lead_to_a_heading(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", content, flags=re.MULTILINE)
    }

    assert set(re.findall(r"\]\(#([^)]+)\)", content)) <= anchors


def test_pictures_are_small_enough_to_clone() -> None:
    pictures = [*(ROOT / "docs").glob("*.png"), *(ROOT / "docs").glob("*.jpg")]

    assert [picture.name for picture in pictures if picture.stat().st_size > LARGEST_PICTURE] == []


COMPLIANCE = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
NAMED = sorted(
    set(re.findall(r"`((?:bot|handlers|nlp|storage|tests|docs)/[\w/.-]+\.\w+(?:::\w+)?)`", COMPLIANCE))
)


@pytest.mark.parametrize("named", NAMED)
def test_what_the_security_officer_is_shown_is_there(named: str) -> None:
    file, _, test = named.partition("::")

    assert (ROOT / file).is_file()
    assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")


def test_the_security_officer_is_shown_enough_to_look_at() -> None:
    assert len(NAMED) > 30
