"""Every regular expression of the program, found by itself: those made on import, and those written inside functions."""

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "handlers", "nlp", "storage")
_FUNCTIONS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_RUNS_A_PROGRAM = "__main__"


@dataclass(frozen=True, slots=True)
class Found:
    where: str
    pattern: str
    flags: int


def patterns() -> list[list[Any]]:
    """Give where each pattern stands, the pattern and its flags, found by a process of its own that imports it all anew."""
    collected = subprocess.run(
        [sys.executable, "-m", "tests.linear.collected"],
        check=False,
        text=True,
        capture_output=True,
        cwd=ROOT,
    )

    assert collected.returncode == 0, collected.stderr
    return list(json.loads(collected.stdout))


def collect() -> list[Found]:
    """Import the whole program and give each pattern once; one that cannot be known before a call is an error."""
    found: dict[tuple[str, int], Found] = {}

    def note(where: str, pattern: Any, flags: int) -> None:
        if isinstance(pattern, re.Pattern):
            pattern, flags = pattern.pattern, pattern.flags
        if isinstance(pattern, str):
            found.setdefault((pattern, int(flags)), Found(where, pattern, int(flags)))
        elif isinstance(pattern, bytes):
            found.setdefault(
                (pattern.decode("latin-1"), int(flags)), Found(where, pattern.decode("latin-1"), int(flags))
            )

    seen: set[str] = set()

    def hooked(where: str, pattern: Any, flags: int) -> None:
        seen.add(where)
        note(where, pattern, flags)

    with_hook(lambda: [importlib.import_module(name) for name in _modules()], hooked)
    for name in _modules():
        for where, pattern, flags in _inside(sys.modules[name], seen):
            note(where, pattern, flags)
    return list(found.values())


def with_hook(do: Callable[[], object], note: Callable[[str, Any, int], None]) -> None:
    """Do something while every pattern that our own files make is noted."""
    original = re._compile  # type: ignore[attr-defined]  # noqa: SLF001

    def compiling(pattern: Any, flags: int) -> Any:
        frame = sys._getframe(1)  # noqa: SLF001
        while frame and frame.f_code.co_filename == re.__file__:
            frame = _before(frame)
        where = frame.f_code.co_filename if frame else ""
        if any(where.startswith(str(ROOT / folder)) for folder in FOLDERS):
            note(f"{Path(where).relative_to(ROOT)}:{frame.f_lineno}", pattern, flags)
        return original(pattern, flags)

    re._compile = compiling  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        do()
    finally:
        re._compile = original  # type: ignore[attr-defined]  # noqa: SLF001


def _before(frame: FrameType) -> FrameType:
    assert frame.f_back
    return frame.f_back


def _modules() -> Iterator[str]:
    for folder in FOLDERS:
        yield folder
        for module in pkgutil.walk_packages([str(ROOT / folder)], f"{folder}."):
            if not module.name.endswith(_RUNS_A_PROGRAM) and ".migrations" not in module.name:
                yield module.name


def _inside(module: ModuleType, seen: set[str]) -> Iterator[tuple[str, Any, int]]:
    """Give the patterns that stand in calls of a module, made of what the module itself knows."""
    path = Path(str(module.__file__))
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "re"
            and call.func.attr in _FUNCTIONS
        ):
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            try:
                pattern = eval(compile(ast.Expression(call.args[0]), where, "eval"), dict(vars(module)))
            except NameError:
                assert where in seen, f"{where}: a pattern that is known only in a call cannot be tried"
                continue
            yield where, pattern, _flags(call, module)


def _flags(call: ast.Call, module: ModuleType) -> int:
    given = [each.value for each in call.keywords if each.arg == "flags"]
    if call.func.attr == "compile" and len(call.args) > 1:  # type: ignore[attr-defined]
        given.append(call.args[1])
    return int(eval(compile(ast.Expression(given[0]), "flags", "eval"), dict(vars(module)))) if given else 0


if __name__ == "__main__":
    json.dump([[each.where, each.pattern, each.flags] for each in collect()], sys.stdout)
