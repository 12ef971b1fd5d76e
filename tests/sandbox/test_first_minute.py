"""The story that the demo tells first: each of the three people sees what it is told for."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo.demo_story import tell
from tests.sandbox.whole_demo import whole_demo


def test_voter_deputy_and_staff_each_see_their_part(
    sqlite_district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    terminal = io.StringIO()
    with whole_demo(sqlite_district, tmp_path) as sandbox:
        tell(sandbox, Console(file=terminal, width=200))

    told = terminal.getvalue()
    voter, rest = told.split("代表收到10日接待日的提醒")
    deputy, staff = rest.split("工作人员问一句")
    assert "编号 2611-0001" in voter
    assert "没有等您选的事" not in deputy, deputy
    assert "接待" in deputy.split("已绑定")[1]
    assert "上月登记1件" in staff
