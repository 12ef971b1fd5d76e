from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.clock import shanghai_now
from bot.core.settings import Settings, SettingsError, load_settings, serving_faults

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OFFICIAL = {
    "LXQ_OFFICIAL_APP_ID": "wx0000000000000001",
    "LXQ_OFFICIAL_APP_SECRET": "not-a-real-secret",
    "LXQ_OFFICIAL_TOKEN": "Token123",
    "LXQ_OFFICIAL_AES_KEY": AES_KEY,
}


def faults_of(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_settings(env, env_file=None)
    return raised.value.faults


def test_without_any_variable_the_record_is_a_file_in_the_data_folder() -> None:
    settings = load_settings({}, env_file=None)

    assert settings.database_url == "sqlite:///data/lianxinqiao.sqlite3"
    assert settings.timezone == "Asia/Shanghai"
    assert settings.max_body_bytes == 65536
    assert settings.max_age_seconds == 600


def test_the_record_moves_with_the_data_folder() -> None:
    settings = load_settings({"LXQ_DATA_DIR": "/srv/lxq"}, env_file=None)

    assert settings.database_url == "sqlite:////srv/lxq/lianxinqiao.sqlite3"
    assert settings.media_folder == Path("/srv/lxq/media")


def test_a_plain_postgresql_address_uses_the_driver_that_is_installed() -> None:
    settings = load_settings({"LXQ_DATABASE_URL": "postgresql://lxq:secret@db/lxq"}, env_file=None)

    assert settings.database_url == "postgresql+psycopg://lxq:secret@db/lxq"
    assert not settings.on_sqlite


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LXQ_TIMEZONE=Asia/Urumqi\nLXQ_MAX_AGE_SECONDS=60\n", encoding="utf-8")

    settings = load_settings({"LXQ_MAX_AGE_SECONDS": "90"}, env_file=file)

    assert settings.timezone == "Asia/Urumqi"
    assert settings.max_age_seconds == 90


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        pytest.param("LXQ_DATABASE_URL", "mysql://h/d", "sqlite:// or postgresql://", id="another database"),
        pytest.param("LXQ_DATABASE_URL", "not a url", "is not a database URL", id="no database"),
        pytest.param("LXQ_TIMEZONE", "Mars/Olympus", "like Asia/Shanghai", id="unknown time zone"),
        pytest.param("LXQ_OFFICIAL_AES_KEY", "short", "43 letters", id="key too short"),
        pytest.param("LXQ_OFFICIAL_AES_KEY", "*" * 43, "43 letters", id="key with odd letters"),
        pytest.param("LXQ_OFFICIAL_TOKEN", "a b", "3 to 32", id="token with a space"),
        pytest.param("LXQ_OFFICIAL_MODE", "secret", "plain", id="unknown mode"),
        pytest.param("LXQ_OFFICIAL_API_BASE", "http://example.org", "https://", id="secrets in the open"),
        pytest.param("LXQ_MAX_BODY_BYTES", "many", "integer", id="no number"),
        pytest.param("LXQ_MAX_AGE_SECONDS", "1", "30", id="window too narrow"),
        pytest.param("LXQ_MEDIA_URL", "s3://bucket", "folder", id="no folder"),
        pytest.param("LXQ_FONT", "/nowhere/font.ttf", "not there", id="font missing"),
        pytest.param(
            "LXQ_OFFICIAL_TEMPLATE_REMINDER_FIELDS", "thing1", "活动名称=thing1", id="field without ours"
        ),
        pytest.param("LXQ_WECOM_AGENT_ID", "my-app", "AgentId", id="agent is a number"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(variable: str, value: str, advice: str) -> None:
    faults = [fault for fault in faults_of(OFFICIAL | {variable: value}) if fault.startswith(variable)]

    assert len(faults) == 1
    assert advice in faults[0]


def test_a_mistyped_name_is_told_with_the_right_one() -> None:
    assert faults_of({"LXQ_OFICIAL_TOKEN": "Token123"}) == [
        "LXQ_OFICIAL_TOKEN is not a setting; did you mean LXQ_OFFICIAL_TOKEN?"
    ]


def test_a_half_configured_account_names_all_that_is_missing() -> None:
    faults = faults_of({"LXQ_OFFICIAL_APP_ID": "wx1", "LXQ_WECOM_TOKEN": "Token123"})

    assert [fault.split()[0] for fault in faults] == [
        "LXQ_OFFICIAL_APP_SECRET",
        "LXQ_OFFICIAL_TOKEN",
        "LXQ_OFFICIAL_AES_KEY",
        "LXQ_WECOM_CORP_ID",
        "LXQ_WECOM_AGENT_ID",
        "LXQ_WECOM_SECRET",
        "LXQ_WECOM_AES_KEY",
    ]


def test_plain_mode_needs_no_key() -> None:
    env = {name: value for name, value in OFFICIAL.items() if name != "LXQ_OFFICIAL_AES_KEY"}

    assert load_settings(env | {"LXQ_OFFICIAL_MODE": "plain"}, env_file=None).official_configured


def test_every_fault_is_told_at_once() -> None:
    faults = faults_of({"LXQ_TIMEZONE": "Nowhere", "LXQ_OFFICIAL_APP_ID": "wx1", "LXQ_TYPO": "1"})

    assert len(faults) == 5


def test_no_secret_is_ever_printed() -> None:
    settings = load_settings(OFFICIAL | {"LXQ_DATABASE_URL": "postgresql://u:pass-word@h/d"}, env_file=None)
    shown = repr(settings) + str(settings)

    assert not any(secret in shown for secret in ("not-a-real-secret", "Token123", AES_KEY, "pass-word"))


def test_a_fault_does_not_show_the_value() -> None:
    faults = faults_of(OFFICIAL | {"LXQ_OFFICIAL_AES_KEY": "almost-a-secret"})

    assert "almost-a-secret" not in " ".join(faults)


def test_settings_made_in_code_read_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LXQ_TIMEZONE", "Asia/Urumqi")

    assert Settings().timezone == "Asia/Shanghai"


def test_the_bot_does_not_serve_without_an_account() -> None:
    nothing = serving_faults(load_settings({}, env_file=None))

    assert "LXQ_OFFICIAL_APP_ID" in nothing[0]
    assert serving_faults(load_settings(OFFICIAL, env_file=None)) == []


def test_only_configured_templates_are_offered() -> None:
    settings = load_settings(OFFICIAL | {"LXQ_OFFICIAL_TEMPLATE_REMINDER": "T-1"}, env_file=None)

    assert settings.official_templates == {"reminder": "T-1"}


def test_the_fields_of_a_template_are_named_as_the_platform_names_them() -> None:
    env = OFFICIAL | {"LXQ_OFFICIAL_TEMPLATE_REMINDER_FIELDS": "活动名称=thing1,时间=thing2"}

    fields = load_settings(env, env_file=None).official_template_fields

    assert fields == {"reminder": {"活动名称": "thing1", "时间": "thing2"}}


def test_the_clock_tells_the_time_of_the_district() -> None:
    now = shanghai_now("Asia/Shanghai")()

    assert now.utcoffset() == timedelta(hours=8)
