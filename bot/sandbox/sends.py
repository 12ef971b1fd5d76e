"""What the account may send to whom: customer-service, template and subscription messages."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.config import SandboxConfig
from bot.sandbox.delivery import Delivery
from bot.sandbox.sent import Sent
from bot.sandbox.world import NOT_ACCEPTED, Person, World

LONGEST_TEXT = 2048
LONGEST_FIELD = 20
LIMITS = {"thing": 20, "character_string": 32, "time": 32, "date": 32, "phrase": 5, "name": 10, "number": 32}
LIMITS |= {"phone_number": 17, "short_thing": 5, "amount": 12, "const": 20}

_FIELD = re.compile(r"([a-z_]{1,32}?)[0-9]{1,6}", re.ASCII)
Fields = tuple[tuple[str, str], ...]

_template_ids = itertools.count(3_000_000_000_000_000_001)


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    detail: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


OK = Outcome(0)


def custom(world: World, body: Mapping[str, Any]) -> Outcome:
    """Send a customer-service message: 5 within 48 hours of a message, 3 within a minute of an action."""
    person, refusal = _recipient(world, body)
    if person is None:
        return refusal
    kind = body.get("msgtype")
    if kind not in ("text", "image", "voice", "msgmenu"):
        return Outcome(40008)
    content = body.get(kind)
    if not isinstance(content, dict):
        return Outcome(44004)
    text, media, code = _content(world, kind, content)
    if code := code or world.use_window(person):
        return Outcome(code)
    shown = "text" if kind == "msgmenu" else kind
    world.add_entry(person, "out", shown, text, via="push", media=media)
    world.sent.add(Sent(person=person.id, kind=shown, text=text, at=world.clock()))
    return OK


def _content(world: World, kind: str, content: Mapping[str, Any]) -> tuple[str, str, int]:
    """Give text, media id and fault of a message's content."""
    if kind in ("image", "voice"):
        media = world.media(str(content.get("media_id", "")))
        if media is None or media.until <= world.clock() or media.kind != kind:
            return "", "", 40007
        return "", media.id, 0
    if kind == "msgmenu":
        choices = [str(choice.get("content", "")) for choice in content.get("list", [])]
        lines = [str(content.get("head_content", "")), *choices, str(content.get("tail_content", ""))]
        text = "\n".join(filter(None, lines))
    else:
        text = str(content.get("content", ""))
    if not text:
        return "", "", 44004
    return text, "", 45002 if len(text.encode()) > LONGEST_TEXT else 0


def template(config: SandboxConfig, world: World, delivery: Delivery, body: Mapping[str, Any]) -> Outcome:
    """Send a template message; whether it arrived comes as an event."""
    person, refusal = _recipient(world, body)
    if person is None:
        return refusal
    fields, refusal = _fields(config.templates.get(str(body.get("template_id", ""))), body)
    if refusal.code:
        return refusal
    client_id = str(body.get("client_msg_id", ""))
    if client_id and not world.is_first(person, client_id):
        return Outcome(45065)
    number = next(_template_ids)
    _show(world, person, "template", fields, number=number, client_id=client_id)
    delivery.report(person, "TEMPLATESENDJOBFINISH", {"MsgID": number, "Status": "success"})
    return Outcome(0, more={"msgid": number})


def subscription(config: SandboxConfig, world: World, delivery: Delivery, body: Mapping[str, Any]) -> Outcome:
    """Send a subscription message; each needs an acceptance of its own."""
    person, refusal = _recipient(world, body)
    if person is None:
        return refusal
    kind = config.subscriptions.get(str(body.get("template_id", "")))
    fields, refusal = _fields(kind.fields if kind else None, body)
    if refusal.code:
        return refusal
    template_id = str(body["template_id"])
    if not world.use_consent(person, template_id):
        return Outcome(NOT_ACCEPTED)
    number = next(_template_ids)
    _show(world, person, "subscription", fields, number=number)
    told = {"TemplateId": template_id, "MsgID": str(number), "ErrorCode": "0", "ErrorStatus": "success"}
    delivery.report(person, "subscribe_msg_sent_event", {"SubscribeMsgSentEvent": {"List": told}})
    return Outcome(0, more={"msgid": number})


def _show(
    world: World, person: Person, kind: str, fields: Fields, *, number: int, client_id: str = ""
) -> None:
    """Put a card into the chat and the send into the book."""
    text = _written_out(fields)
    world.add_entry(person, "out", kind, text, via="push", fields=fields)
    values = tuple(value for _, value in fields)
    world.sent.add(
        Sent(
            person=person.id,
            kind=kind,
            text=text,
            at=world.clock(),
            values=values,
            msgid=str(number),
            client_id=client_id,
        )
    )


def _recipient(world: World, body: Mapping[str, Any]) -> tuple[Person | None, Outcome]:
    person = world.person(str(body.get("touser", "")))
    if person is None:
        return None, Outcome(40003)
    if person.followed_at is None:
        return None, Outcome(43004)
    return person, OK


def _fields(names: tuple[str, ...] | None, body: Mapping[str, Any]) -> tuple[Fields, Outcome]:
    """Check the fields of a template; give them in the template's own order."""
    if names is None:
        return (), Outcome(40037)
    data = body.get("data")
    if not isinstance(data, dict):
        return (), Outcome(47003, " data is not an object")
    values = []
    for name in names:
        value = data[name].get("value") if isinstance(data.get(name), dict) else None
        kind = _FIELD.fullmatch(name)
        longest = LIMITS.get(kind[1], LONGEST_FIELD) if kind else LONGEST_FIELD
        if not isinstance(value, str) or not 0 < len(value) <= longest or "\n" in value:
            return (), Outcome(47003, f" data.{name}.value invalid")
        values.append((name, value))
    return tuple(values), OK


def _written_out(fields: Fields) -> str:
    return "\n".join(f"{name}：{value}" for name, value in fields)


def user_info(person: Person) -> dict[str, Any]:
    """Tell about a follower; nickname and picture are no longer told."""
    if person.followed_at is None:
        return {"subscribe": 0, "openid": person.id}
    return {
        "subscribe": 1,
        "openid": person.id,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": int(person.followed_at.timestamp()),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if person.scene else "ADD_SCENE_SEARCH",
        "qr_scene": int(person.scene) if person.scene.isdecimal() else 0,
        "qr_scene_str": "" if person.scene.isdecimal() else person.scene,
    }
