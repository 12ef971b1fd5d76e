"""Commands that keep running: serve and worker."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated, NoReturn

import structlog
import typer
import uvicorn

from bot.app import App, build_app
from bot.checks import find_faults
from bot.cli.common import alone, read_settings, refuse
from bot.connections import PatientProtocol
from bot.core.clock import shanghai_now
from bot.core.guard import Pulse, under_guard
from bot.core.logs import configure_logs

log = structlog.get_logger(__name__)

GRACE_SECONDS = 10
"""How long requests in work may take to end; the platform has given up after five."""


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; the reverse proxy stands before it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Receive messages; on SQLite also run timed jobs and deliveries."""
    with _running(works=None) as app:
        uvicorn.run(
            app.asgi,
            host=host,
            port=port,
            loop="uvloop",
            http=PatientProtocol,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )


def worker() -> None:
    """Run timed jobs and deliveries; on PostgreSQL any number of workers may run."""
    with _running(works=True):
        threading.Event().wait()


@contextmanager
def _running(*, works: bool | None) -> Iterator[App]:
    """Check, lock, build and start; at the end stop in the order that answers what was accepted."""
    configure_logs()
    settings = read_settings()
    faults = find_faults(settings)
    if faults:
        raise refuse(faults)
    # Only what can run is watched; from here on this is the child.
    heart = under_guard()
    # uvicorn raises a signal it was stopped by once more when it is done: it must not kill us before `stop`.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    with alone(settings):
        app = build_app(settings, shanghai_now(settings.timezone), works=works)
        pulse = Pulse(app.writer, heart)
        try:  # a signal may come at any moment, also while it starts
            app.start()
            pulse.start()
            log.info("started" if works is None else "worker started")
            yield app
        finally:
            pulse.stop()
            app.stop()
            log.info("stopped")


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    # Told once is enough; a second signal must not interrupt the end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)
