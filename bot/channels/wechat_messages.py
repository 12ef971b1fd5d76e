"""From WeChat's own message and event types to ours."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from bot.channels.base import Quarantined
from bot.channels.wechat_xml import Document
from handlers.messages import IncomingMessage, Kind, Point

MESSAGE_KINDS = {
    "text": Kind.TEXT,
    "image": Kind.IMAGE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "shortvideo": Kind.VIDEO,
    "location": Kind.LOCATION,
    "link": Kind.LINK,
}

# Event names come in capitals from WeChat and in small letters from WeCom.
EVENT_KINDS = {
    "subscribe": Kind.SUBSCRIBE,
    "unsubscribe": Kind.UNSUBSCRIBE,
    "scan": Kind.SCAN,
    "location": Kind.POSITION,
    "click": Kind.CLICK,
    "scancode_waitmsg": Kind.CLICK,
    "view": Kind.VIEW,
    "view_miniprogram": Kind.VIEW,
    "location_select": Kind.LOCATION,
    "templatesendjobfinish": Kind.DELIVERY_REPORT,
    "subscribe_msg_popup_event": Kind.DELIVERY_REPORT,
    "subscribe_msg_change_event": Kind.DELIVERY_REPORT,
    "subscribe_msg_sent_event": Kind.DELIVERY_REPORT,
    "user_info_modified": Kind.CONSENT,
    "user_authorization_revoke": Kind.CONSENT,
    "user_authorization_cancellation": Kind.CONSENT,
    # The picture itself follows as a message of its own, the scan is shown by the phone.
    "pic_sysphoto": Kind.NOTICE,
    "pic_photo_or_album": Kind.NOTICE,
    "pic_weixin": Kind.NOTICE,
    "scancode_push": Kind.NOTICE,
    "masssendjobfinish": Kind.NOTICE,
    "publishjobfinish": Kind.NOTICE,
    "qualification_verify_success": Kind.NOTICE,
    "qualification_verify_fail": Kind.NOTICE,
    "naming_verify_success": Kind.NOTICE,
    "naming_verify_fail": Kind.NOTICE,
    "annual_renew": Kind.NOTICE,
    "verify_expired": Kind.NOTICE,
    # WeCom's own. What happens to the whole corp comes from `sys`, and nobody waits for an answer.
    "enter_agent": Kind.ENTER,
    "template_card_event": Kind.CARD,
    "batch_job_result": Kind.NOTICE,
    "change_contact": Kind.NOTICE,
    "change_external_chat": Kind.NOTICE,
    "change_external_contact": Kind.NOTICE,
    "change_external_tag": Kind.NOTICE,
    "change_school_contact": Kind.NOTICE,
    "customer_acquisition": Kind.NOTICE,
    "living_status_change": Kind.NOTICE,
    "msgaudit_notify": Kind.NOTICE,
    "open_approval_change": Kind.NOTICE,
    "sys_approval_change": Kind.NOTICE,
}

TEXT_FIELD = {
    Kind.TEXT: "Content",
    Kind.VOICE: "Recognition",
    Kind.LINK: "Title",
    Kind.LOCATION: "Label",
}

IDENTITY = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "MsgID", "Event", "EventKey")
"""Fields that say which message this is and whose: each may stand once, and flat."""

CONTENT = (
    *("Content", "Recognition", "MediaId", "PicUrl", "Format", "ThumbMediaId", "Title", "Description", "Url"),
    *("Location_X", "Location_Y", "Label", "Scale", "Latitude", "Longitude", "Precision", "Status"),
    *("bizmsgmenuid", "OpenID", "Ticket", "TaskId", "ResponseCode", "RevokeInfo"),
)
SINGLE = frozenset((*IDENTITY, *CONTENT))

SCENE = "qrscene_"
LONGEST_ID = 128
HIGHEST_ID = 2**64 - 1
LONGEST_KEY = 200
LONGEST_MEDIA_ID = 256
LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
NO_DETAILS: Mapping[str, str] = MappingProxyType({})

_DIGITS = re.compile(r"[0-9]{1,20}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?", re.ASCII)
_LONGEST_STAND_IN = 80
_THINGS = ("消息", "内容", "message")
_REFUSED = (
    *("不支持", "暂无法", "暂不能", "无法显示", "无法展示", "不能显示", "不能展示", "无法查看", "不可查看"),
    *("nsupported", "not supported", "annot be displayed", "nable to display"),
)
"""“[收到不支持的消息类型，暂无法显示]” and its like: in brackets from end to end."""
# Controls that XML allows and nobody means to send; tabs and line ends stay.
_CONTROLS = re.compile("[\x7f-\x84\x86-\x9f]")


def read_message(document: Document, *, channel: str, raw: bytes) -> IncomingMessage:
    """Translate one message or event, or raise Quarantined."""
    _check_shape(document)
    fields = document.fields
    sender, recipient = sender_of(document), fields.get("ToUserName", "").strip()
    if not _is_id(sender):
        raise Quarantined("sender")
    if not _is_id(recipient):
        raise Quarantined("recipient")
    sent_at = _time(fields.get("CreateTime", ""))
    platform_kind, kind = _kind(fields)
    message_id = _number(fields.get("MsgId", ""))
    point, label = _place(document, kind)
    media_id = fields.get("MediaId", "").strip()
    if len(media_id) > LONGEST_MEDIA_ID:
        raise Quarantined("media_id")
    return IncomingMessage(
        channel=channel,
        sender=sender,
        recipient=recipient,
        kind=kind,
        dedupe_key=_dedupe_key(document, f"{channel}:{sender}", message_id, raw),
        sent_at=sent_at,
        text=label or _text(fields, kind),
        key=_key(fields, kind),
        point=point,
        media_id=media_id,
        media_url=fields.get("PicUrl", "").strip(),
        platform_kind=platform_kind,
        is_event=fields["MsgType"].strip() == "event",
        details=_details(document),
    )


def sender_of(document: Document) -> str:
    """Give the person's id; events about a withdrawn consent name the person in a field of their own."""
    fields = document.fields
    event = fields.get("Event", "").strip().lower()
    name = "OpenID" if EVENT_KINDS.get(event) is Kind.CONSENT and "OpenID" in fields else "FromUserName"
    return fields.get(name, "").strip()


def _is_id(text: str) -> bool:
    return 0 < len(text) <= LONGEST_ID and text.isprintable()


def quarantine_key(channel: str, raw: bytes) -> str:
    return f"{channel}:kept:{hashlib.sha256(raw).hexdigest()}"


def _check_shape(document: Document) -> None:
    if document.root != "xml":
        raise Quarantined("root")
    if document.stray_text:
        raise Quarantined("stray_text")
    if not SINGLE.isdisjoint(document.repeated):
        raise Quarantined("repeated_field")
    if not SINGLE.isdisjoint(document.nested):
        raise Quarantined("nested_field")


def _kind(fields: Mapping[str, str]) -> tuple[str, Kind]:
    """Give the platform's name of the type and ours."""
    message_type = fields.get("MsgType", "").strip()
    if not message_type:
        raise Quarantined("type")
    if message_type != "event":
        kind = MESSAGE_KINDS.get(message_type, Kind.UNKNOWN)
        if kind is Kind.TEXT and "Content" not in fields:
            raise Quarantined("content")
        if kind is Kind.TEXT and _stands_for_another(fields["Content"]):
            return message_type, Kind.UNKNOWN
        return message_type, kind
    event = fields.get("Event", "").strip()
    if not event:
        raise Quarantined("event")
    return event, EVENT_KINDS.get(event.lower(), Kind.UNKNOWN)


def _stands_for_another(text: str) -> bool:
    """Tell whether a text is the platform's own, sent where it cannot hand over what somebody sent."""
    text = text.strip()
    if len(text) > _LONGEST_STAND_IN or text[:1] not in "[［【" or text[-1:] not in "]］】":
        return False
    return any(thing in text for thing in _THINGS) and any(refused in text for refused in _REFUSED)


def _time(text: str) -> datetime:
    text = text.strip()
    if not _DIGITS.fullmatch(text) or not 0 < int(text) < LATEST:
        raise Quarantined("create_time")
    return datetime.fromtimestamp(int(text), UTC)


def _number(text: str) -> str:
    """Check a message id; missing, empty and 0 are no id."""
    text = text.strip()
    if text and not (_DIGITS.fullmatch(text) and int(text) <= HIGHEST_ID):
        raise Quarantined("message_id")
    return text.lstrip("0")


def _text(fields: Mapping[str, str], kind: Kind) -> str:
    name = TEXT_FIELD.get(kind)
    return _CONTROLS.sub("", fields.get(name, "")) if name else ""


def _key(fields: Mapping[str, str], kind: Kind) -> str:
    if kind is Kind.TEXT:
        return fields.get("bizmsgmenuid", "").strip()
    key = fields.get("EventKey", "").strip()
    if kind is Kind.SUBSCRIBE:
        # Besides scenes it may hold other things, such as the payment that led to following.
        return key.removeprefix(SCENE) if key.startswith(SCENE) else ""
    return key


def _place(document: Document, kind: Kind) -> tuple[Point | None, str]:
    """Read coordinates and, for a place chosen from the menu, its name."""
    fields = document.fields
    if kind is Kind.POSITION:
        # The phone's own position is not shifted; places chosen on the map are.
        return _point(fields.get("Latitude", ""), fields.get("Longitude", ""), "wgs84"), ""
    if kind is not Kind.LOCATION:
        return None, ""
    if "Event" not in fields or fields["MsgType"].strip() != "event":
        return _point(fields.get("Location_X", ""), fields.get("Location_Y", ""), "gcj02"), ""
    chosen = [document.below("SendLocationInfo", name) for name in ("Location_X", "Location_Y")]
    if [len(values) for values in chosen] != [1, 1]:
        raise Quarantined("coordinates")
    names = [*document.below("SendLocationInfo", "Label"), *document.below("SendLocationInfo", "Poiname")]
    return _point(chosen[0][0], chosen[1][0], "gcj02"), _CONTROLS.sub(
        "", next(filter(None, names), "")
    ).strip()


def _point(latitude: str, longitude: str, datum: str) -> Point:
    latitude, longitude = latitude.strip(), longitude.strip()
    if not (_DECIMAL.fullmatch(latitude) and _DECIMAL.fullmatch(longitude)):
        raise Quarantined("coordinates")
    north, east = float(latitude), float(longitude)
    if abs(north) > 90 or abs(east) > 180:  # noqa: PLR2004 - the globe
        raise Quarantined("coordinates")
    return Point(longitude=east, latitude=north, datum=datum)


def _dedupe_key(document: Document, whose: str, message_id: str, raw: bytes) -> str:
    """Make the same key for every repeat and for nothing else (DESIGN: tables that carry promises)."""
    fields = document.fields
    if fields["MsgType"].strip() == "event":
        names = ("CreateTime", "Event", "EventKey", "MsgID", "TaskId", "ResponseCode")
        parts = [fields.get(name, "").strip() for name in names]
        if message_id:
            parts.append(message_id)
        if document.leaves:
            parts.append(hashlib.sha256(repr(document.leaves).encode()).hexdigest()[:32])
        key = f"{whose}:event:{':'.join(parts)}"
    elif message_id:
        return f"{whose}:{message_id}"
    else:
        created = fields["CreateTime"].strip()
        key = f"{whose}:at:{created}:{hashlib.sha256(raw).hexdigest()[:32]}"
    if len(key) > LONGEST_KEY:
        return f"{whose}:hash:{hashlib.sha256(key.encode()).hexdigest()}"
    return key


_TOLD = frozenset(
    (
        *("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "MediaId", "PicUrl"),
        *("Content", "Recognition", "bizmsgmenuid"),
    )
)


def _details(document: Document) -> Mapping[str, str]:
    """Keep what has no place of its own; values of one nested name are joined by line ends, in order."""
    fields = document.fields
    if fields.keys() <= _TOLD and not document.leaves:
        return NO_DETAILS
    details = {name: text for name, text in fields.items() if name not in _TOLD}
    nested: dict[str, list[str]] = {}
    for _, name, text in document.leaves:
        nested.setdefault(name, []).append(text)
    for name, texts in nested.items():
        details.setdefault(name, "\n".join(texts))
    return details
