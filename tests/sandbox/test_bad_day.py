"""A whole bad day: real channel, real sender, real ticks, and two books that agree in the evening."""

import io
import shutil
import socket
from pathlib import Path

import pytest
from rich.console import Console

from bot.app import build_app
from bot.demo import demo_settings, sandbox_config
from bot.demo_bad_day import play_bad_day
from bot.sandbox.app import make_sandbox
from tests.sandbox.conftest import StandingClock
from tests.serving import serving


def test_nothing_is_lost_or_doubled_on_a_bad_day(
    sqlite_district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    shutil.copyfile(sqlite_district, tmp_path / "lianxinqiao.sqlite3")
    listener = socket.create_server(("127.0.0.1", 0))
    port, clock = listener.getsockname()[1], StandingClock()
    settings = demo_settings(port, tmp_path)
    app = build_app(settings, clock, works=False)
    sandbox = make_sandbox(sandbox_config(settings, port, app, clock))
    app.site.mount("/sandbox", sandbox)
    app.start()
    terminal = io.StringIO()
    try:
        with serving(app.asgi, listener) as address:
            books = play_bad_day(f"{address}/sandbox", Console(file=terminal, width=100))
    finally:
        sandbox.state.sandbox.delivery.close()
        app.stop()

    record = books["record"]
    assert books["agree"], terminal.getvalue()
    assert record["cases"] == 4
    assert books["callbacks"]["repeated"] == 4
    assert books["faulty"].keys() == {"errcode", "html", "hang", "reset", "status"}
    assert record["pushes"]["unknown"] == 1, "the web page's message, which a person decides on"
    assert not {"pending", "sending"} & record["pushes"].keys()
    assert "对得上" in terminal.getvalue()
