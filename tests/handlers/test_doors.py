"""Words enter a case through one door: nobody else writes rows of cases, of their parts, or takes their words in."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOOR = "handlers/cases/entering.py"
WRITES = {
    DOOR,
    "handlers/effects.py",
    # Past cases: each text is read by the same function before, and whom it accuses is noted by the door.
    "storage/figures/history.py",
    # What was there before an upgrade: a place that is none is kept with its case, and was read for the seal before.
    "handlers/rereading/old_cases.py",
}
ROWS = {"Case", "CasePart"}


def modules() -> list[Path]:
    return sorted(path for folder in ("bot", "handlers", "storage") for path in (ROOT / folder).rglob("*.py"))


def calls(path: Path) -> list[tuple[str, list[str]]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.func.id, [each.id for each in node.args if isinstance(each, ast.Name)])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


def test_nobody_but_the_door_writes_cases_or_their_parts() -> None:
    writers = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        for name, given in calls(path)
        if name in ROWS | {"write_rows"} or (name in {"insert_rows", "insert_ignoring"} and ROWS & set(given))
    }

    assert writers <= WRITES


def test_a_voice_that_is_written_down_passes_the_door() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if "cases.write_down(" in path.read_text(encoding="utf-8")
    }

    assert users == {"handlers/staff/results.py"}
    passes = [given for name, given in calls(ROOT / "handlers/staff/results.py") if name == "heard"]
    assert passes == [["ctx", "case", "voice", "words"]]
