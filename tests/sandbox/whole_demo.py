"""The demo as it is, on a port of its own, with a clock that moves only when it is turned."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.app import build_app
from bot.demo.demo import demo_settings, sandbox_config
from bot.sandbox.app import make_sandbox
from tests.sandbox.conftest import StandingClock
from tests.serving import serving


@contextmanager
def whole_demo(district: Path, folder: Path) -> Iterator[str]:
    """Run bot and pretend WeChat on a copy of a filled database; give the sandbox's address."""
    shutil.copyfile(district, folder / "lianxinqiao.sqlite3")
    listener = socket.create_server(("127.0.0.1", 0))
    port, clock = listener.getsockname()[1], StandingClock()
    settings = demo_settings(port, folder)
    app = build_app(settings, clock, works=False)
    sandbox = make_sandbox(sandbox_config(settings, port, app, clock))
    app.site.mount("/sandbox", sandbox)
    app.start()
    try:
        with serving(app.asgi, listener) as address:
            yield f"{address}/sandbox"
    finally:
        sandbox.state.sandbox.delivery.close()
        app.stop()
