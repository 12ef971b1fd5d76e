"""The arrows between folders and the few things that live in one place only."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("bot", "handlers", "nlp", "storage")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
LONGEST = 400

MAY_IMPORT = {
    "bot": {"bot", "handlers", "nlp", "storage"},
    "handlers": {"handlers", "nlp", "storage"},
    "nlp": {"nlp"},
    "storage": {"storage"},
}
ONLY_IN = {
    "jieba": ("nlp/text/tokenizer.py",),
    "wechatpy": ("bot/channels/", "bot/sandbox/"),
    "requests": ("bot/channels/", "bot/sandbox/", "bot/demo"),
    "fastapi": ("bot/",),
    "starlette": ("bot/",),
    "uvicorn": ("bot/",),
    "apscheduler": ("bot/core/ticks.py",),
    "typer": ("bot/cli/", "bot/__main__.py"),
    "alembic": ("storage/migrate.py", "storage/migrations/"),
    "psycopg": (),
}
NLP_NEVER = {"sqlalchemy", "requests", "socket", "urllib", "http"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name_of(path))


@cache
def imports_of(path: Path) -> frozenset[str]:
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative imports hide the arrow"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_follow_the_arrows() -> None:
    against = [
        f"{name_of(path)} imports {name}"
        for path in MODULES
        for name in {name.partition(".")[0] for name in imports_of(path)} & set(FOLDERS)
        if name not in MAY_IMPORT[path.relative_to(ROOT).parts[0]]
    ]

    assert against == []


def test_a_library_stays_in_its_place() -> None:
    astray = [
        f"{name_of(path)} imports {library}"
        for path in MODULES
        for library in {name.partition(".")[0] for name in imports_of(path)}
        if not name_of(path).startswith(ONLY_IN.get(library, name_of(path)))
        or (name_of(path).startswith("nlp/") and library in NLP_NEVER)
    ]

    assert astray == []


def test_only_the_clock_reads_the_time() -> None:
    reads = [
        f"{node.value.id}.{node.attr} in line {node.lineno} of {name_of(path)}"
        for path in MODULES
        if name_of(path) != "bot/core/clock.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr)
        in {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
    ]

    assert reads == []


def test_a_push_is_owed_by_one_function_that_asks_when() -> None:
    """Who writes a row of the outbox by hand could forget the night."""
    by_hand = {
        name_of(path)
        for path in MODULES
        for name in imports_of(path)
        if name in {"storage.messages.outbox.outbox_row", "storage.messages.outbox.enqueue"}
    }

    assert by_hand == set()


def test_imports_stand_at_the_top_and_hide_no_circle() -> None:
    inside = [
        f"line {node.lineno} of {name_of(path)}"
        for path in MODULES
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    hiding = [name_of(path) for path in MODULES if imports_of(path) & {"typing.TYPE_CHECKING", "__future__"}]

    assert inside == []
    assert hiding == []


def test_the_mask_is_called_by_the_gate_alone() -> None:
    """Whoever shows words to others goes through the gate, which also refuses what is not for others."""
    takes = {
        name_of(path)
        for path in MODULES
        if not name_of(path).startswith("nlp/masking")
        and {"nlp.masking.mask", "nlp.masking.masked", "nlp.masking.names_in", "nlp.masking.names_somebody"}
        & imports_of(path)
    }

    assert takes == {
        "handlers/safety/gate.py",
        "nlp/alarms/private.py",
        "nlp/alarms/character.py",
        "nlp/places/place_check.py",
    }


def test_no_module_imports_itself_by_a_detour() -> None:
    known = {
        name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__") for path in MODULES
    }
    arrows = {
        name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__"): imports_of(path)
        & known
        for path in MODULES
    }
    done: set[str] = set()

    def circle_from(module: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if module in way:
            return (*way[way.index(module) :], module)
        if module in done:
            return ()
        for target in sorted(arrows[module] - {module}):
            if circle := circle_from(target, (*way, module)):
                return circle
        done.add(module)
        return ()

    circles = [" → ".join(circle) for module in sorted(known) if (circle := circle_from(module, ()))]

    assert circles == []


@pytest.mark.parametrize("house", FOLDERS)
def test_no_room_of_a_house_imports_itself_by_a_detour(house: str) -> None:
    """A room is a folder of a house, or a module beside the folders."""
    arrows: dict[str, set[str]] = {}
    for path in MODULES:
        here = name_of(path).removesuffix(".py").split("/")
        if here[0] == house:
            rooms = {name.split(".")[1] for name in imports_of(path) if name.startswith(f"{house}.")}
            arrows.setdefault(here[1], set()).update(rooms - {here[1]})

    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        pytest.fail(" ← ".join(error.args[1]))


def test_each_room_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in MODULES
        if path.name == "__init__.py" and not ast.get_docstring(tree_of(path))
    ]

    assert silent == []


def test_a_module_is_short_enough_to_be_one_job() -> None:
    too_long = [
        name_of(path)
        for path in MODULES
        # Revisions are lists of columns, read from top to bottom.
        if "migrations/versions" not in name_of(path)
        and len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    ]

    assert too_long == []


def test_the_top_of_the_project_holds_only_what_was_agreed() -> None:
    agreed = {
        *("bot", "handlers", "nlp", "storage", "tests", "docs", "pyproject.toml", "Makefile", "LICENSE"),
        *("README.md", "README.zh-CN.md", "CHANGELOG.md", "requirements.txt", "requirements-dev.txt"),
        "data",  # the default data folder, never committed
    }
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - {"dist", "build"}

    assert found <= agreed


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}

    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
