"""What stands in the way of serving, all of it at once: the body of `lianxinqiao check`."""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import SendError
from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.token_keeper import Token, TokenKeeper
from bot.clock import Clock
from bot.settings import Settings, serving_faults
from storage.database import open_database
from storage.migrate import is_current
from storage.models import PackRow

MIGRATE = "run `lianxinqiao migrate`"

ADVICE = {
    "40013": "LXQ_OFFICIAL_APP_ID is not an AppID of the platform",
    "40125": "LXQ_OFFICIAL_APP_SECRET is wrong; reset it in the console and copy it again",
    "40164": "add this machine's public address to the IP whitelist of the console",
    "61004": "add this machine's public address to the IP whitelist of the console",
    "connection": "this machine cannot reach LXQ_OFFICIAL_API_BASE; look at its network, proxy and firewall",
    "timeout": "LXQ_OFFICIAL_API_BASE does not answer; look at this machine's network, proxy and firewall",
}


class _ForgetfulStore:
    """Shares nothing: a check must not replace the token that the bot is using."""

    def read(self) -> Token | None:
        return None

    def try_lease(self, now: datetime) -> bool:  # noqa: ARG002 -- there is nobody to wait for
        return True

    def write(self, token: Token) -> None:
        pass


def find_faults(settings: Settings) -> list[str]:
    """Name every fault that settings alone cannot show, each with what to do."""
    return [
        *serving_faults(settings),
        *_folder_faults("LXQ_DATA_DIR", settings.data_dir),
        *(_folder_faults("LXQ_MEDIA_URL", settings.media_folder) if settings.media_url else ()),
        *database_faults(settings),
    ]


def online_faults(settings: Settings, clock: Clock) -> Iterator[str]:
    """Ask the platform whether it knows the account; the token it gives is thrown away."""
    if not settings.official_configured:
        return
    sender = OfficialAccountSender(
        app_id=settings.official_app_id,
        secret=settings.official_app_secret.get_secret_value(),
        api_base=settings.official_api_base,
        keeper=TokenKeeper(_ForgetfulStore(), clock),
    )
    try:
        sender.check_credentials()
    except SendError as error:
        advice = ADVICE.get(error.code, "look the number up in the platform's list of return codes")
        yield f"the platform refuses the credentials of the official account ({error.code}): {advice}"
    finally:
        sender.close()


def database_faults(settings: Settings) -> Iterator[str]:
    """Say whether the record can be reached, is up to date, and holds a district."""
    if settings.on_sqlite:
        file = Path(make_url(settings.database_url).database or "")
        if not file.is_file():
            yield f"there is no database {file} yet: {MIGRATE}"
            return
    engine = open_database(settings.database_url)
    try:
        if not is_current(engine):
            yield f"the database is not up to date: {MIGRATE}"
        elif not _has_district(engine):
            yield "no district is loaded: run `lianxinqiao district import DIR` (docs/operate.md, The district pack)"
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", "") or type(error).__name__).strip().partition("\n")[0]
        yield f"the database of LXQ_DATABASE_URL cannot be reached: {reason}"
    finally:
        engine.dispose()


def _has_district(engine: Engine) -> bool:
    with engine.connect().execution_options(reading=True) as connection:
        return connection.execute(select(PackRow.key).limit(1)).first() is not None


def _folder_faults(variable: str, folder: Path) -> Iterator[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield f"the folder {folder} ({variable}) cannot be written: {error.strerror or error}"
