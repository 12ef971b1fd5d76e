"""`lianxinqiao demo`: a pretend WeChat, a demo district, bot and worker in one process; the story told first."""

import logging
import secrets
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import requests
import uvicorn
from rich.console import Console
from sqlalchemy.orm import Session

from bot.app import App, build_app
from bot.core.logs import configure_logs
from bot.core.settings import Settings, load_settings
from bot.demo.demo_bad_day import play_bad_day
from bot.demo.demo_story import tell
from bot.sandbox.app import make_sandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.config import CastMember, SandboxConfig, StationPin, Subscription
from bot.sandbox.keys import invented_aes_key
from bot.sandbox.wecom_account import WeComAccount
from handlers.account.accounts import area_name, roster_code
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.store import apply
from storage.engine.database import open_database
from storage.keeping.beliefs import believed, figures
from storage.migrate import migrate

HOST = "127.0.0.1"
_TIMEOUT = 20


class DemoError(Exception):
    """Why the demo cannot run or be reached, and what to do."""


def run_demo(*, port: int, data_dir: Path | None, faults: bool = False) -> None:
    """Tell the whole story, or a bad day, in the terminal, then serve the chat page until Ctrl-C."""
    out = Console(highlight=False)
    configure_logs(level=logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    with _folder(data_dir) as folder, _started(port, folder) as sandbox:
        if faults:
            # A connection that the bad day breaks off is nothing to report.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            play_bad_day(sandbox, out)
            out.print(f"\n账本：[bold]{sandbox}/ledger[/bold]")
        else:
            tell(sandbox, out)
        out.print(
            f"\n打开 [bold]{sandbox}/[/bold] 自己试试；另开一个终端可用 lianxinqiao say 一句话。Ctrl-C 结束。"
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            out.print("再见。")


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def say_to_demo(text: str, *, name: str, port: int) -> Iterator[str]:
    """Say one sentence to a running demo; give the bot's reply and what it pushed to that person."""
    try:
        answer = requests.post(
            f"http://{HOST}:{port}/sandbox/api/say", json={"as": name, "text": text}, timeout=_TIMEOUT
        )
        answer.raise_for_status()
    except requests.RequestException:
        raise DemoError(
            f"no demo answers on port {port}: start it with `make demo` in another terminal"
        ) from None
    said = answer.json()
    yield said["reply"]
    yield from (f"（推送）{push}" for push in said["pushes"])


@contextmanager
def _folder(data_dir: Path | None) -> Iterator[Path]:
    if data_dir is None:
        with tempfile.TemporaryDirectory(prefix="lianxinqiao-demo-") as fresh:
            yield Path(fresh)
    else:
        data_dir.mkdir(parents=True, exist_ok=True)
        yield data_dir


@contextmanager
def _started(port: int, folder: Path) -> Iterator[str]:
    """Run everything in this process; give the sandbox's address."""
    with _listening(port) as listener:
        clock = SandboxClock()
        settings = demo_settings(port, folder)
        _prepare(settings, clock())
        app = build_app(settings, clock, works=True)
        config = sandbox_config(settings, port, app, clock)
        app.site.mount("/sandbox", make_sandbox(config))
        server = _Announcing(
            uvicorn.Config(app.asgi, loop="uvloop", http="httptools", access_log=False, log_config=None)
        )
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="demo server")
        app.start()
        serving.start()
        try:
            if not server.up.wait(_TIMEOUT):
                raise DemoError("the demo's web server did not start; see the log above")
            yield f"http://{HOST}:{port}/sandbox"
        finally:
            server.should_exit = True
            serving.join(_TIMEOUT)
            app.stop()


class _Announcing(uvicorn.Server):
    """A server in a thread that tells when it is up, and leaves the signals to the main thread."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server((HOST, port))
    except OSError:
        raise DemoError(
            f"port {port} is taken: end what runs there, or choose another, `make demo PORT={port + 1}`"
        ) from None
    with listener:
        yield listener


def demo_settings(port: int, folder: Path) -> Settings:
    """Make settings that no real account can have; nothing of the environment is read."""
    return load_settings(
        {
            "LXQ_DATA_DIR": str(folder),
            "LXQ_OFFICIAL_APP_ID": f"wxsandbox{secrets.token_hex(5)}",
            "LXQ_OFFICIAL_APP_SECRET": f"sandbox-{secrets.token_hex(12)}",
            # The console still has the keys before: the page may change them while people write.
            "LXQ_OFFICIAL_TOKEN": secrets.token_hex(8),
            "LXQ_OFFICIAL_TOKEN_PREVIOUS": secrets.token_hex(8),
            "LXQ_OFFICIAL_AES_KEY": invented_aes_key(),
            "LXQ_OFFICIAL_AES_KEY_PREVIOUS": invented_aes_key(),
            "LXQ_OFFICIAL_API_BASE": f"http://{HOST}:{port}/sandbox/wechat",
            "LXQ_PUBLIC_URL": f"http://{HOST}:{port}",
            "LXQ_OFFICIAL_TEMPLATE_REMINDER": "sandbox-reminder",
            "LXQ_OFFICIAL_SUBSCRIPTION_RESULT": "sandbox-result",
            "LXQ_WECOM_CORP_ID": f"wwsandbox{secrets.token_hex(5)}",
            "LXQ_WECOM_AGENT_ID": "1000002",
            "LXQ_WECOM_SECRET": f"sandbox-{secrets.token_hex(12)}",
            "LXQ_WECOM_TOKEN": secrets.token_hex(8),
            "LXQ_WECOM_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
            "LXQ_WECOM_CARDS": "yes",
            "LXQ_WECOM_API_BASE": f"http://{HOST}:{port}/sandbox/wecom",
        },
        env_file=None,
    )


def _prepare(settings: Settings, now: datetime) -> None:
    engine = open_database(settings.database_url)
    try:
        migrate(engine)
        with Session(engine) as session, session.begin():
            apply(session, read_pack(DEMO_FOLDER), now)
    finally:
        engine.dispose()


def sandbox_config(settings: Settings, port: int, app: App, clock: SandboxClock) -> SandboxConfig:
    """Tell the pretend WeChat where the bot is and who lives in the district."""

    def cast() -> list[CastMember]:
        district = app.surroundings.world().district
        deputies = [
            CastMember(
                role="deputy",
                key=each.roster_key,
                name=each.name,
                title=f"{each.level}人大代表",
                area_name=area_name(each.stations[0], district) if each.stations else "",
            )
            for each in district.deputies.values()
        ]
        staff = [
            CastMember(
                role="staff",
                key=each.roster_key,
                name=each.name,
                title=app.surroundings.world().texts(f"role_{each.role}"),
                area_name=area_name(each.area, district),
            )
            for each in district.staff.values()
        ]
        return [*staff, *deputies]

    def issue_code(member: CastMember) -> str:
        return app.writer.transact(lambda session: roster_code(session, member.key, clock()))

    def stations() -> list[StationPin]:
        return [
            StationPin(key=each.key, name=each.name, longitude=each.longitude, latitude=each.latitude)
            for each in app.surroundings.world().district.stations.values()
            if each.longitude is not None and each.latitude is not None
        ]

    secrets_of: dict[str, Any] = {
        "app_secret": settings.official_app_secret.get_secret_value(),
        "token": settings.official_token_previous.get_secret_value(),
        "aes_key": settings.official_aes_key_previous.get_secret_value(),
        "next_token": settings.official_token.get_secret_value(),
        "next_aes_key": settings.official_aes_key.get_secret_value(),
    }
    return SandboxConfig(
        app_id=settings.official_app_id,
        mode=settings.official_mode,
        webhook_url=f"http://{HOST}:{port}/channels/official-account",
        clock=clock,
        account_name=app.surroundings.world().district.settings.account_name,
        cast=cast,
        issue_code=issue_code,
        after_jump=app.tick_all,
        subscriptions={
            settings.official_subscription_result: Subscription(
                title="办理结果通知",
                fields=("编号", "进度", "说明"),
                lasting=settings.official_subscriptions_last,
            )
        },
        stations=stations,
        believed=lambda: app.writer.transact(believed),
        record=lambda: app.writer.transact(figures),
        wecom=WeComAccount(
            corp_id=settings.wecom_corp_id,
            agent_id=settings.wecom_agent_id,
            secret=settings.wecom_secret.get_secret_value(),
            token=settings.wecom_token.get_secret_value(),
            aes_key=settings.wecom_aes_key.get_secret_value(),
            webhook_url=f"http://{HOST}:{port}/channels/wecom",
        ),
        **secrets_of,
    )
