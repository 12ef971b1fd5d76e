"""What every channel promises, asked of the official account and of WeCom alike."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Received, Rejected
from handlers.messages import IncomingMessage, Kind, Point
from tests.channels.ways import KEY, NOW, OTHER_KEY, WAYS, Way

MAP = "<Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y><Scale>16</Scale><Label>人民广场</Label>"
SQUARE = Point(longitude=121.4737, latitude=31.2304)
CHOSEN = f"<EventKey>where</EventKey><SendLocationInfo>{MAP}<Poiname/></SendLocationInfo>"
PICTURES = "<EventKey>p</EventKey><SendPicsInfo><Count>1</Count></SendPicsInfo>"
PHONE = "<Latitude>31.2</Latitude><Longitude>121.4</Longitude><Precision>40</Precision>"

both = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Rejected) as refusal:
        act()
    assert 400 <= refusal.value.status < 500
    return refusal.value.reason


def read(way: Way, xml: str | bytes) -> IncomingMessage:
    message = way.make().parse(*way.seal(xml)).message
    assert message
    return message


def kept_for(way: Way, xml: str | bytes) -> str:
    return way.make().parse(*way.seal(xml)).quarantine


# Who is believed


@both
@pytest.mark.parametrize(
    "change",
    [
        {"msg_signature": ""},
        {"msg_signature": "0" * 40},
        {"timestamp": str(int(NOW.timestamp()) + 1)},
        {"nonce": "2"},
    ],
)
def test_a_sealed_request_with_anything_changed_is_refused(way: Way, change: dict[str, str]) -> None:
    query, body = way.seal(way.text("a"))

    assert refused(lambda: way.make().parse(query | change, body)) == "signature"


@both
@pytest.mark.parametrize("missing", ["timestamp", "nonce", "msg_signature"])
def test_a_query_without_its_parameters_is_refused(way: Way, missing: str) -> None:
    query, body = way.seal(way.text("a"))
    del query[missing]

    assert refused(lambda: way.make().parse(query, body))


@both
@pytest.mark.parametrize("minutes", [-11, 11, -60 * 24 * 365])
def test_a_request_kept_for_later_is_refused(way: Way, minutes: int) -> None:
    request = way.seal(way.text("a"), at=NOW + timedelta(minutes=minutes))

    assert refused(lambda: way.make().parse(*request)) == "stale"


@both
@pytest.mark.parametrize("minutes", [-9, 0, 9])
def test_a_clock_a_little_off_does_no_harm(way: Way, minutes: int) -> None:
    assert way.make().parse(*way.seal(way.text("a"), at=NOW + timedelta(minutes=minutes))).message


@both
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"ToUserName": "gh_1", "Encrypt": "x"}', "json"),
        (b"", "empty"),
        (b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", "envelope"),
        (b"<xml><ToUserName>a</ToUserName></xml>", "envelope"),
        (b"<!DOCTYPE xml><xml/>", "doctype"),
        (b"x" * 300_000, "too_big"),
    ],
    ids=["json", "empty", "two texts", "no text", "doctype", "too big"],
)
def test_an_envelope_that_is_none_is_refused_with_a_reason_of_its_own(
    way: Way, body: bytes, reason: str
) -> None:
    query, _ = way.seal(way.text("a"))

    assert refused(lambda: way.make().parse(query, body)) == reason


@both
def test_a_message_sealed_for_somebody_else_is_refused(way: Way) -> None:
    foreign = {"official-account": "app_id", "wecom": "receive_id"}[way.name]

    assert refused(lambda: way.make().parse(*way.seal(way.text("a"), **{foreign: "wx9"}))) == "decrypt"
    assert refused(lambda: way.make().parse(*way.seal(way.text("a"), key=OTHER_KEY))) == "decrypt"


@both
@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<xml/>", "recipient or sender"),
        ("<root/>", "root"),
        ("{}", "json"),
    ],
)
def test_a_genuine_text_that_is_no_message_is_kept_aside(way: Way, xml: str, reason: str) -> None:
    assert kept_for(way, xml) in {reason, "sender", "agent"}


# What is read


@both
@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("text", "<Content>路灯坏了</Content><MsgId>1</MsgId>", {"kind": Kind.TEXT, "text": "路灯坏了"}),
        ("text", "<Content/><MsgId>1</MsgId>", {"kind": Kind.TEXT, "text": ""}),
        (
            "image",
            "<PicUrl>http://p.invalid/1</PicUrl><MediaId>m1</MediaId><MsgId>2</MsgId>",
            {"kind": Kind.IMAGE, "media_id": "m1", "media_url": "http://p.invalid/1"},
        ),
        (
            "voice",
            "<MediaId>m2</MediaId><Format>amr</Format><MsgId>3</MsgId>",
            {"kind": Kind.VOICE, "media_id": "m2", "text": ""},
        ),
        ("location", f"{MAP}<MsgId>4</MsgId>", {"kind": Kind.LOCATION, "text": "人民广场", "point": SQUARE}),
        ("video", "<MediaId>m3</MediaId><MsgId>5</MsgId>", {"kind": Kind.VIDEO, "media_id": "m3"}),
        ("link", "<Title>长椅</Title><MsgId>6</MsgId>", {"kind": Kind.LINK, "text": "长椅"}),
        ("hologram", "<MsgId>7</MsgId>", {"kind": Kind.UNKNOWN, "platform_kind": "hologram"}),
        ("event", "<Event>subscribe</Event><EventKey/>", {"kind": Kind.SUBSCRIBE}),
        ("event", "<Event>unsubscribe</Event>", {"kind": Kind.UNSUBSCRIBE}),
        ("event", "<Event>CLICK</Event><EventKey>我的</EventKey>", {"kind": Kind.CLICK, "key": "我的"}),
        ("event", "<Event>click</Event><EventKey>我的</EventKey>", {"kind": Kind.CLICK, "key": "我的"}),
        ("event", "<Event>view</Event><EventKey>https://e.invalid</EventKey>", {"kind": Kind.VIEW}),
        ("event", f"<Event>LOCATION</Event>{PHONE}", {"kind": Kind.POSITION}),
        ("event", f"<Event>location_select</Event>{CHOSEN}", {"kind": Kind.LOCATION, "point": SQUARE}),
        ("event", f"<Event>pic_weixin</Event>{PICTURES}", {"kind": Kind.NOTICE}),
        ("event", "<Event>moon_landing</Event>", {"kind": Kind.UNKNOWN, "platform_kind": "moon_landing"}),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 12 else "",
)
def test_a_message_means_the_same_on_every_channel(
    way: Way, kind: str, fields: str, expected: dict[str, object]
) -> None:
    message = read(way, way.message(fields, kind=kind))

    assert {name: getattr(message, name) for name in expected} == expected
    assert (message.channel, message.sender, message.recipient) == (way.name, way.person, way.account)


@both
def test_a_repeat_has_the_key_of_the_first_and_nothing_else_has(way: Way) -> None:
    messages = [
        way.text("a", "17"),
        way.text("a", "18"),
        way.message("<Content>a</Content>"),
        way.message("<Content>a</Content>", created=1778549401),
        way.event("click", "<EventKey>1</EventKey>"),
        way.event("click", "<EventKey>2</EventKey>"),
    ]
    keys = [read(way, xml).dedupe_key for xml in messages]

    assert len(set(keys)) == len(messages)
    assert keys == [read(way, xml).dedupe_key for xml in messages]


@both
def test_control_characters_are_left_out_of_what_is_read(way: Way) -> None:
    xml = way.text("路灯CONTROL坏了").encode().replace(b"CONTROL", b"\x08\x0b")

    assert read(way, xml).text == "路灯坏了"


# Answers


@both
def test_the_answer_is_sealed_with_the_key_that_opened_the_request(way: Way) -> None:
    rotated = way.make(key=KEY, previous=OTHER_KEY)
    received = rotated.parse(*way.seal(way.text("a"), key=OTHER_KEY))
    answer = xmltodict.parse(way.unseal(rotated.render("已登记", received, NOW), key=OTHER_KEY))["xml"]

    assert answer["Content"] == "已登记"
    assert (answer["ToUserName"], answer["FromUserName"]) == (way.person, way.account)


@both
def test_nothing_to_say_is_said_in_the_platforms_own_way(way: Way) -> None:
    channel = way.make()
    received, kept_aside = channel.parse(*way.seal(way.text("a"))), channel.parse(*way.seal("<xml/>"))

    assert channel.render("", received, NOW) == way.arrived
    assert channel.render("已登记", kept_aside, NOW) == way.arrived


@both
@pytest.mark.parametrize(
    ("said", "arrives"),
    [
        ("a]]>b", "a]]>b"),
        ("{curly} %s", "{curly} %s"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("路灯💡", "路灯💡"),
        ("a\x00\x0b\ud800\uffffb", "ab"),
    ],
    ids=ascii,
)
def test_an_answer_may_hold_any_characters(way: Way, said: str, arrives: str) -> None:
    channel = way.make()
    answer = way.unseal(channel.render(said, channel.parse(*way.seal(way.text("a"))), NOW))

    assert xmltodict.parse(answer)["xml"]["Content"] == arrives


# Whatever comes


def outcome(act: Callable[[], Received]) -> str:
    try:
        received = act()
    except Rejected as refusal:
        return refusal.reason
    return received.quarantine or "message"


@both
@given(
    body=st.binary(max_size=400),
    change=st.dictionaries(
        st.sampled_from(["msg_signature", "timestamp", "nonce", "encrypt_type"]), st.text(max_size=50)
    ),
)
def test_no_request_does_anything_but_be_read_kept_or_refused(
    way: Way, body: bytes, change: dict[str, str]
) -> None:
    query, _ = way.seal(way.text("a"))

    assert outcome(lambda: way.make().parse(query | change, body))


@both
@given(text=st.binary(max_size=200) | st.text(max_size=200))
def test_no_genuine_text_does_anything_but_be_read_kept_or_refused(way: Way, text: bytes | str) -> None:
    request = way.seal(text)

    assert outcome(lambda: way.make().parse(*request))
