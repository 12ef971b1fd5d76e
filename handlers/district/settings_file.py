"""district.toml: read into rows of key and value, and written back with a word about each line."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.district import cells
from handlers.district.pack import DATUMS, DistrictSettings

FILE_NAME = "district.toml"

COMMENTS: Mapping[str, str] = {
    "name": "区的名称",
    "city": "所在的市",
    "account_name": "公众号的名称",
    "timezone": "时区",
    "datum": "本包里的坐标用哪种坐标系：gcj02（微信、高德）或 wgs84（手机原始定位）",
    "desk_name": "区里收件的办公室，没有站接手的件先到这里",
    "desk_address": "办公室的地址",
    "desk_phone": "办公室的电话",
    "office_hours": "上班时间",
    "look_days": "几个工作日内有人看（首次回应日期）",
    "answer_days": "承办单位几个工作日内答复，转办时可以另定",
    "receipt_days": "承办单位几个工作日内接收或退回",
    "nag_percent": "期限过了百分之几提醒承办单位",
    "desk_after_days": "超期几个工作日后问代表工委要不要告诉单位负责人",
    "leader_after_days": "超期几个工作日后问要不要告诉分管领导",
    "supervise_after_days": "超期几个工作日后列入督办",
    "promise_again_days": "答应的日子过了还没回选民，改到几个工作日后",
    "burst_people": "几位选民反映同一处同一类事，就告诉街道和区里",
    "burst_hours": "在多少小时之内算",
    "alarm_minutes": "急件几分钟没人回“收到”，就再告诉上一级：站、街道、区里、管机器的",
    "alarm_again_minutes": "都告诉了还没人回“收到”，每隔多少分钟再告诉一遍",
    "alarm_join_minutes": "同一人、同一处、同一种急事，多少分钟内算一件",
    "caused_pushes_an_hour": "一位选民一小时最多引出几条给别人的推送，再多的急件每分钟合成一条告诉区里",
    "recheck_percent": "每月从各单位说办好、已办结的件里抽百分之几回头看",
    "recheck_fewest": "每月每个单位至少抽几件回头看",
    "recheck_back_days": "自己抽回头看时，多少天内办结的件可以抽",
    "recheck_visit_days": "抽到的件几个工作日内去现场看",
    "recheck_metres": "回头看发的位置离件里的地方多少米以内才作数",
    "bulletin_total_before": "启用以前民情通报已经发到总第几期，没有写0",
    "bulletin_year_before": "其中最后一期是哪一年的",
    "bulletin_number_before": "是那一年的第几期",
    "handed_over_before": "启用以前交还问题多少个，报总数时另外写明",
    "transcribe_days": "几个工作日内把语音打成文字",
    "join_minutes": "多少分钟内的照片和补充并进刚记下的件",
    "quiet_from": "从几点起不推送（急事除外）",
    "quiet_to": "到几点为止不推送",
    "keep_positions": "微信自动上报的位置留不留",
    "election_notice": "有人问选民登记、投票时加上的一句：时间、办公室、网址；平时留空",
    "hotlines": "本区要告诉群众的电话",
}

_DEFAULTS: Mapping[str, Any] = {
    setting.name: {} if setting.default is MISSING else setting.default
    for setting in fields(DistrictSettings)
}
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_MOST: Mapping[str, int] = {
    "look_days": 60,
    "answer_days": 180,
    "receipt_days": 30,
    "nag_percent": 99,
    "desk_after_days": 60,
    "leader_after_days": 60,
    "supervise_after_days": 180,
    "promise_again_days": 60,
    "burst_people": 1000,
    "burst_hours": 720,
    "alarm_minutes": 60,
    "alarm_again_minutes": 1440,
    "alarm_join_minutes": 1440,
    "caused_pushes_an_hour": 1000,
    "recheck_percent": 100,
    "recheck_fewest": 100,
    "recheck_back_days": 1000,
    "recheck_visit_days": 60,
    "recheck_metres": 10_000,
    "bulletin_total_before": 99_999,
    "bulletin_year_before": 2999,
    "bulletin_number_before": 9_999,
    "handed_over_before": 9_999_999,
    "transcribe_days": 60,
    "join_minutes": 1440,
}


def read_settings(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Give the settings as rows, and every fault of the file."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        return [], [f"{FILE_NAME}: is not UTF-8 text"]
    except tomllib.TOMLDecodeError as error:
        return [], [f"{FILE_NAME}: {error}"]
    rows: list[dict[str, str]] = []
    faults: list[str] = []
    for name, value in content.items():
        if name not in _DEFAULTS:
            faults.append(f"{FILE_NAME}: '{name}' is not a setting; known: {', '.join(_DEFAULTS)}")
            continue
        try:
            rows.append({"key": name, "value": _kept(name, value)})
        except ValueError as error:
            faults.append(f"{FILE_NAME}: {name} {error}")
    order = list(_DEFAULTS)
    return sorted(rows, key=lambda row: order.index(row["key"])), faults


def _kept(name: str, value: object) -> str:
    """Give a setting's one way of writing: what JSON calls it, so that types are kept."""
    default = _DEFAULTS[name]
    if isinstance(default, time):
        text = value.strftime("%H:%M") if isinstance(value, time) else str(value)
        if not text:
            raise ValueError("is empty")
        return json.dumps(cells.clock(text))
    if isinstance(default, Mapping):
        if not isinstance(value, Mapping) or not all(isinstance(number, str) for number in value.values()):
            raise ValueError("must be a table of names and numbers in quotes")
        return json.dumps(dict(value), ensure_ascii=False)
    if type(value) is not type(default):
        raise ValueError(f"must be {_NAMES_OF_TYPES[type(default)]}")
    least = 0 if name.endswith("_before") else 1
    if isinstance(value, int) and not isinstance(value, bool) and not least <= value <= _MOST[name]:
        raise ValueError(f"must be {least} to {_MOST[name]}")
    if name == "datum" and value not in DATUMS:
        raise ValueError(f"'{value}' is not one of {', '.join(DATUMS)}")
    if name == "timezone":
        _check_zone(str(value))
    if name == "name" and not value:
        raise ValueError("is empty")
    return json.dumps(value, ensure_ascii=False)


_NAMES_OF_TYPES = {str: "text in quotes", int: "a whole number", bool: "true or false"}


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'{name}' is not a time zone") from None


def settings_from_rows(rows: Iterable[Mapping[str, str]]) -> DistrictSettings:
    values = {row["key"]: json.loads(row["value"]) for row in rows if row["key"] in _DEFAULTS}
    for name in ("quiet_from", "quiet_to"):
        if name in values:
            values[name] = time.fromisoformat(values[name])
    return DistrictSettings(**values)


def write_settings(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write district.toml; tables come last, as TOML wants it."""
    plain: list[str] = []
    tables: list[str] = []
    for row in (row for row in rows if row["key"] in COMMENTS):
        value = json.loads(row["value"])
        comment = f"# {COMMENTS[row['key']]}"
        if isinstance(value, dict):
            lines = [f"{_bare(name)} = {_quoted(number)}" for name, number in value.items()]
            tables += ["", comment, f"[{row['key']}]", *lines]
        else:
            plain += [comment, f"{row['key']} = {_quoted(value)}"]
    path.write_text("\n".join([*plain, *tables, ""]), encoding="utf-8", newline="\n")


def _bare(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _quoted(name)


def _quoted(value: object) -> str:
    # A JSON string, number or boolean is also a TOML one, but for the control character DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
