"""A whole bad day: real channel, real sender, real ticks, and two books that agree in the evening."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo.demo_bad_day import play_bad_day
from tests.sandbox.whole_demo import whole_demo


def test_nothing_is_lost_or_doubled_on_a_bad_day(
    sqlite_district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    terminal = io.StringIO()
    with whole_demo(sqlite_district, tmp_path) as sandbox:
        books = play_bad_day(sandbox, Console(file=terminal, width=100))

    record = books["record"]
    assert books["agree"], terminal.getvalue()
    assert not [push for push in books["pushes"] if push["difference"]]
    assert books["compared"] >= sum(
        record["pushes"].get(status, 0) for status in ("sent", "delivered", "unknown")
    )
    assert record["cases"] == 6
    told = terminal.getvalue()
    assert "钱奶奶：改发订阅通知，送到" in told
    assert "赵大爷：客服消息，送到" in told
    assert "吴叔：别的路都没有，等工作人员打电话，没送到" in told
    assert re.search(r"工作人员问“没送到的”：1 \d{4}-0006 选民：上次来消息后的几条用完了", told)
    assert books["callbacks"]["repeated"] == 4
    assert books["faulty"].keys() == {"errcode", "html", "hang", "reset", "status"}
    assert record["pushes"]["unknown"] == 1, "the web page's message, which a person decides on"
    assert not {"pending", "sending"} & record["pushes"].keys()
    assert "对得上" in terminal.getvalue()
