"""Settings: environment variables that begin with LXQ_ (or the same lines in `.env`), all faults told at once."""

import base64
import binascii
import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "LXQ_"
TESTS_PREFIX = "LXQ_TEST_"
DATABASE_FILE = "lianxinqiao.sqlite3"
AES_KEY_LETTERS = 43
AES_KEY_BYTES = 32
SHORTEST_SECRET = 32
LOOPBACK = ("127.0.0.1", "::1", "localhost")

_NO_ACCOUNT = (
    "no account is configured: set LXQ_OFFICIAL_APP_ID, LXQ_OFFICIAL_APP_SECRET, LXQ_OFFICIAL_TOKEN and "
    "LXQ_OFFICIAL_AES_KEY, or those of WeCom (docs/operate.md says where the console shows them), "
    "or try `lianxinqiao demo`"
)

Mode = Literal["plain", "compatible", "safe"]


class SettingsError(Exception):
    """What is wrong with the settings, one sentence a fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseModel):
    """Everything an operator decides; made from the environment once, never read from it again."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Path("data")
    """Where the SQLite file, attachments and the lock live."""
    database_url: str = Field(default="", repr=False, validate_default=True)
    """Any SQLite or PostgreSQL URL; a SQLite file under the data folder by default."""
    timezone: str = "Asia/Shanghai"

    official_app_id: str = ""
    official_app_secret: SecretStr = SecretStr("")
    official_token: SecretStr = SecretStr("")
    official_token_previous: SecretStr = SecretStr("")
    official_aes_key: SecretStr = SecretStr("")
    official_aes_key_previous: SecretStr = SecretStr("")
    official_mode: Mode = "safe"
    official_api_base: str = "https://api.weixin.qq.com"
    official_template_reminder: str = ""
    official_template_reminder_fields: str = ""
    """Which field of the template takes what: `活动名称=thing1,时间=thing2,地点=thing3,备注=thing4`."""
    official_template_result: str = ""
    official_template_result_fields: str = ""
    official_subscription_reminder: str = ""
    official_subscription_reminder_fields: str = ""
    official_subscription_result: str = ""
    official_subscription_result_fields: str = ""
    official_subscriptions_last: bool = True
    """Whether the subscription messages are long-term ones; else each acceptance is good for one message."""
    pushes_per_minute: int = Field(default=0, ge=0, le=1_000_000)
    """Calls that all workers together may make; 0 for as many as they can."""

    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")

    wecom_corp_id: str = ""
    wecom_agent_id: str = ""
    wecom_secret: SecretStr = SecretStr("")
    wecom_token: SecretStr = SecretStr("")
    wecom_token_previous: SecretStr = SecretStr("")
    wecom_aes_key: SecretStr = SecretStr("")
    wecom_aes_key_previous: SecretStr = SecretStr("")
    wecom_cards: bool = False
    """Questions go out as cards with buttons; whoever reads the app in WeChat does not see those."""
    wecom_api_base: str = "https://qyapi.weixin.qq.com"

    staff_channel: Literal["any", "wecom"] = "any"
    """Where staff work: `wecom` refuses their commands and pushes on the official account."""
    deputy_channel: Literal["any", "wecom"] = "any"

    forward_url: str = ""
    """Where events go that are not the bot's own, such as those of a shop or a ticket system."""
    forward_secret: SecretStr = SecretStr("")

    archive_after_days: int = Field(default=90, ge=7, le=3650)
    """A month leaves the database for a file once its last day is so many days past."""
    keep_raw_days: int = Field(default=30, ge=1, le=3650)
    """How long a message that nobody could read is kept as it came."""
    messages_per_minute: int = Field(default=30, ge=5, le=1_000_000)
    """What one person writes beyond this in a minute is handled a little later."""
    max_body_bytes: int = Field(default=65536, ge=1024, le=10_000_000)
    max_upload_bytes: int = Field(default=5_000_000, ge=100_000, le=50_000_000)
    """A larger file that staff hand in is refused before it is read."""
    max_age_seconds: int = Field(default=600, ge=30, le=86_400)
    public_url: str = ""
    """Where the bot is reached from outside, for links to files on the official account."""
    media_url: str = ""
    font: str = ""

    @model_validator(mode="before")
    @classmethod
    def _place_the_database(cls, values: dict[str, object]) -> dict[str, object]:
        if values.get("database_url"):
            return values
        folder = Path(str(values.get("data_dir") or "data"))
        return values | {"database_url": f"sqlite:///{folder / DATABASE_FILE}"}

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError(
                "is not a database URL; write sqlite:////folder/file or postgresql://user:password@host/name"
            ) from None
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername not in ("sqlite", "postgresql+psycopg"):
            raise ValueError("must begin with sqlite:// or postgresql://; no other database is supported")
        return url.render_as_string(hide_password=False)

    @field_validator("timezone")
    @classmethod
    def _is_a_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a time zone; write one like Asia/Shanghai")
        return value

    @field_validator(
        "official_aes_key", "official_aes_key_previous", "wecom_aes_key", "wecom_aes_key_previous"
    )
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _decodes_to_a_key(value.get_secret_value()):
            raise ValueError(
                f"must be the EncodingAESKey of the console: {AES_KEY_LETTERS} letters and digits "
                f"that decode to {AES_KEY_BYTES} bytes; copy it again"
            )
        return value

    @field_validator("official_token", "official_token_previous", "wecom_token", "wecom_token_previous")
    @classmethod
    def _is_a_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9]{3,32}", value.get_secret_value()):
            raise ValueError("must be 3 to 32 letters and digits, the same as in the console")
        return value

    @field_validator("wecom_agent_id")
    @classmethod
    def _is_an_agent(cls, value: str) -> str:
        if value and not value.isdecimal():
            raise ValueError("must be the number (AgentId) that the WeCom console shows, such as 1000002")
        return value

    @field_validator("official_api_base", "wecom_api_base")
    @classmethod
    def _is_a_safe_address(cls, value: str) -> str:
        url = urlsplit(value)
        if not url.hostname or (url.scheme != "https" and url.hostname not in LOOPBACK):
            raise ValueError("must begin with https:// (http:// only for this machine, 127.0.0.1)")
        return value.rstrip("/")

    @field_validator("forward_url", "sms_url", "public_url")
    @classmethod
    def _is_safe_to_forward_to(cls, value: str) -> str:
        url = urlsplit(value)
        if value and (not url.hostname or (url.scheme != "https" and url.hostname not in LOOPBACK)):
            raise ValueError("must begin with https:// (http:// only for this machine, 127.0.0.1)")
        return value.rstrip("/")

    @field_validator("forward_secret")
    @classmethod
    def _is_a_secret(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(
                f"must have at least {SHORTEST_SECRET} characters; `openssl rand -hex 32` makes one"
            )
        return value

    @field_validator("media_url")
    @classmethod
    def _is_a_folder(cls, value: str) -> str:
        if "://" in value and not value.startswith("file:///"):
            raise ValueError("must be a folder or file:///folder; this version keeps attachments in a folder")
        return value

    @field_validator(
        "official_template_reminder_fields",
        "official_template_result_fields",
        "official_subscription_reminder_fields",
        "official_subscription_result_fields",
    )
    @classmethod
    def _names_fields(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^=,]{1,40}=\w{1,40}(,[^=,]{1,40}=\w{1,40}){0,20}", value):
            raise ValueError(
                "must read 活动名称=thing1,时间=thing2,地点=thing3,备注=thing4 with the template's own names"
            )
        return value

    @field_validator("font")
    @classmethod
    def _is_a_font(cls, value: str) -> str:
        if value and not Path(value).is_file():
            raise ValueError("names a file that is not there; leave it empty to search the system's fonts")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def media_folder(self) -> Path:
        return Path(self.media_url.removeprefix("file://")) if self.media_url else self.data_dir / "media"

    @property
    def archive_folder(self) -> Path:
        return self.data_dir / "archive"

    @property
    def official_configured(self) -> bool:
        return bool(self.official_app_id)

    @property
    def wecom_configured(self) -> bool:
        return bool(self.wecom_corp_id)

    @property
    def official_templates(self) -> dict[str, str]:
        """Template ids of the console by the key that a push carries; those not set are left out."""
        return _set(reminder=self.official_template_reminder, result=self.official_template_result)

    @property
    def official_template_fields(self) -> dict[str, dict[str, str]]:
        """For each template, the platform's name of a field by ours."""
        return _fields(
            reminder=self.official_template_reminder_fields, result=self.official_template_result_fields
        )

    @property
    def official_subscriptions(self) -> dict[str, str]:
        """Ids of the subscription messages by the key that a push carries."""
        return _set(reminder=self.official_subscription_reminder, result=self.official_subscription_result)

    @property
    def official_subscription_fields(self) -> dict[str, dict[str, str]]:
        return _fields(
            reminder=self.official_subscription_reminder_fields,
            result=self.official_subscription_result_fields,
        )


def _set(**ids: str) -> dict[str, str]:
    return {key: value for key, value in ids.items() if value}


def _fields(**written: str) -> dict[str, dict[str, str]]:
    """Read `ours=theirs,ours=theirs` for each key."""
    pairs = {key: [pair.split("=") for pair in line.split(",") if pair] for key, line in written.items()}
    return {
        key: {ours.strip(): theirs.strip() for ours, theirs in each} for key, each in pairs.items() if each
    }


def load_settings(env: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings; a variable of the environment stands above the same line of the file."""
    in_file = dotenv_values(env_file) if env_file and env_file.is_file() else {}
    given = {
        name: value.strip()
        for name, value in ({**in_file, **env}).items()
        if name.startswith(PREFIX) and not name.startswith(TESTS_PREFIX) and value and value.strip()
    }
    faults = [*_unknown(given), *_half_configured(given)]
    known = {field: given[variable(field)] for field in Settings.model_fields if variable(field) in given}
    try:
        settings = Settings.model_validate(known)
    except ValidationError as error:
        raise SettingsError(faults + [_sentence(detail) for detail in error.errors()]) from None
    if faults:
        raise SettingsError(faults)
    return settings


def variable(field: str) -> str:
    return PREFIX + field.upper()


def serving_faults(settings: Settings) -> list[str]:
    """Say why the bot cannot serve yet with settings that are sound in themselves."""
    if settings.official_configured or settings.wecom_configured:
        return []
    return [_NO_ACCOUNT]


def _decodes_to_a_key(value: str) -> bool:
    if not re.fullmatch(rf"[A-Za-z0-9+/]{{{AES_KEY_LETTERS}}}", value):
        return False
    try:
        return len(base64.b64decode(value + "=")) == AES_KEY_BYTES
    except binascii.Error:
        return False


def _unknown(given: Mapping[str, str]) -> Iterator[str]:
    known = [variable(field) for field in Settings.model_fields]
    for name in sorted(set(given) - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        yield f"{name} is not a setting" + (f"; did you mean {near[0]}?" if near else "; remove it")


def _half_configured(given: Mapping[str, str]) -> Iterator[str]:
    official = [f"LXQ_OFFICIAL_{name}" for name in ("APP_ID", "APP_SECRET", "TOKEN")]
    if given.get("LXQ_OFFICIAL_MODE", "safe") != "plain":
        official.append("LXQ_OFFICIAL_AES_KEY")
    wecom = [f"LXQ_WECOM_{name}" for name in ("CORP_ID", "AGENT_ID", "SECRET", "TOKEN", "AES_KEY")]
    forward = ["LXQ_FORWARD_URL", "LXQ_FORWARD_SECRET"]
    for name in ("LXQ_STAFF_CHANNEL", "LXQ_DEPUTY_CHANNEL"):
        if given.get(name) == "wecom" and "LXQ_WECOM_CORP_ID" not in given:
            yield f"{name}=wecom needs WeCom: set LXQ_WECOM_CORP_ID and what belongs to it, or remove it"
    for group, account in ((official, "the official account"), (wecom, "WeCom"), (forward, "forwarding")):
        present = [name for name in group if name in given]
        if present:
            for name in group:
                if name not in given:
                    yield f"{name} is missing: {account} needs it as soon as {present[0]} is set"


def _sentence(detail: ErrorDetails) -> str:
    name = variable(str(detail["loc"][0])) if detail["loc"] else "the settings"
    reason = detail.get("ctx", {}).get("error")
    if isinstance(reason, ValueError):
        return f"{name} {reason}"
    return f"{name} is not right: {detail['msg'][0].lower()}{detail['msg'][1:]}"
