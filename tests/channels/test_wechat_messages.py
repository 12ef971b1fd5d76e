from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.messages import IncomingMessage, Kind, Point
from tests.channels.signed import ACCOUNT, VOTER, account, event_xml, message_xml, sealed, text_xml

LINK = "<Title>公园的长椅</Title><Description>旧了</Description><Url>https://example.invalid/1</Url><MsgId>5</MsgId>"
MAP = "<Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y><Scale>16</Scale><Label>人民广场</Label>"
CHOSEN = f"<EventKey>where</EventKey><SendLocationInfo>{MAP}<Poiname/></SendLocationInfo>"
PICTURES = (
    "<SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item></PicList></SendPicsInfo>"
)
SCANNED = "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>"
CHOICES = (
    "<SubscribeMsgPopupEvent><List><TemplateId>t1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString>"
    "</List><List><TemplateId>t2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>"
    "</SubscribeMsgPopupEvent>"
)


def read(xml: str) -> IncomingMessage:
    message = account().parse(*sealed(xml)).message
    assert message
    return message


def test_a_text_message_is_read_whole() -> None:
    assert read(text_xml("幸福路的路灯坏了")) == IncomingMessage(
        channel="official-account",
        sender=VOTER,
        recipient=ACCOUNT,
        kind=Kind.TEXT,
        dedupe_key=f"official-account:{VOTER}:24000000000000017",
        sent_at=datetime(2026, 5, 12, 1, 30, tzinfo=UTC),
        text="幸福路的路灯坏了",
        platform_kind="text",
    )


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (message_xml("<Content/><MsgId>1</MsgId>"), {"kind": Kind.TEXT, "text": ""}),
        (message_xml("<Content>   </Content>"), {"kind": Kind.TEXT, "text": "   "}),
        (
            message_xml("<Content>满意</Content><bizmsgmenuid>yes</bizmsgmenuid>"),
            {"text": "满意", "key": "yes"},
        ),
        (
            message_xml("<PicUrl>http://p.invalid/1</PicUrl><MediaId>m1</MediaId>", kind="image"),
            {"kind": Kind.IMAGE, "media_id": "m1", "media_url": "http://p.invalid/1", "details": {}},
        ),
        (
            message_xml(
                "<MediaId>m</MediaId><Format>amr</Format><Recognition>路灯坏了</Recognition>", kind="voice"
            ),
            {"kind": Kind.VOICE, "text": "路灯坏了", "media_id": "m", "details": {"Format": "amr"}},
        ),
        (message_xml("<MediaId>m</MediaId><Recognition/>", kind="voice"), {"kind": Kind.VOICE, "text": ""}),
        (message_xml("<MediaId>m</MediaId>", kind="video"), {"kind": Kind.VIDEO, "media_id": "m"}),
        (
            message_xml("<MediaId>m</MediaId>", kind="shortvideo"),
            {"kind": Kind.VIDEO, "platform_kind": "shortvideo"},
        ),
        (
            message_xml(MAP, kind="location"),
            {"kind": Kind.LOCATION, "text": "人民广场", "point": Point(longitude=121.4737, latitude=31.2304)},
        ),
        (message_xml(LINK, kind="link"), {"kind": Kind.LINK, "text": "公园的长椅"}),
        (
            message_xml("<Title>x</Title>", kind="hologram"),
            {"kind": Kind.UNKNOWN, "platform_kind": "hologram"},
        ),
        (event_xml("subscribe"), {"kind": Kind.SUBSCRIBE, "key": ""}),
        (event_xml("subscribe", "<EventKey>qrscene_station-3</EventKey>"), {"key": "station-3"}),
        (
            event_xml("subscribe", "<EventKey>last_trade_no_1</EventKey>"),
            {"kind": Kind.SUBSCRIBE, "key": "", "details": {"EventKey": "last_trade_no_1"}},
        ),
        (event_xml("unsubscribe"), {"kind": Kind.UNSUBSCRIBE}),
        (event_xml("SCAN", "<EventKey>station-3</EventKey>"), {"kind": Kind.SCAN, "key": "station-3"}),
        (
            event_xml("LOCATION", "<Latitude>31.2</Latitude><Longitude>121.4</Longitude>"),
            {"kind": Kind.POSITION, "point": Point(longitude=121.4, latitude=31.2, datum="wgs84")},
        ),
        (event_xml("CLICK", "<EventKey>progress</EventKey>"), {"kind": Kind.CLICK, "key": "progress"}),
        (event_xml("VIEW", "<EventKey>https://h.invalid/</EventKey>"), {"kind": Kind.VIEW}),
        (
            event_xml("location_select", CHOSEN),
            {
                "kind": Kind.LOCATION,
                "key": "where",
                "text": "人民广场",
                "point": Point(longitude=121.4737, latitude=31.2304),
            },
        ),
        (
            event_xml("pic_sysphoto", PICTURES),
            {"kind": Kind.NOTICE, "details": {"Count": "1", "PicMd5Sum": "a"}},
        ),
        (event_xml("pic_weixin", "<SendPicsInfo><PicList/></SendPicsInfo>"), {"kind": Kind.NOTICE}),
        (event_xml("scancode_push", SCANNED), {"kind": Kind.NOTICE}),
        (
            event_xml("scancode_waitmsg", f"<EventKey>code</EventKey>{SCANNED}"),
            {"kind": Kind.CLICK, "key": "code"},
        ),
        (
            event_xml("TEMPLATESENDJOBFINISH", "<MsgID>2001</MsgID><Status>failed:user block</Status>"),
            {"kind": Kind.DELIVERY_REPORT, "details": {"MsgID": "2001", "Status": "failed:user block"}},
        ),
        (
            event_xml("subscribe_msg_popup_event", CHOICES),
            {
                "kind": Kind.DELIVERY_REPORT,
                "details": {"TemplateId": "t1\nt2", "SubscribeStatusString": "accept\nreject"},
            },
        ),
        (
            event_xml("user_authorization_revoke", "<OpenID>oWithdrawn</OpenID><RevokeInfo>206</RevokeInfo>"),
            {"kind": Kind.CONSENT, "sender": "oWithdrawn"},
        ),
        (event_xml("user_info_modified"), {"kind": Kind.CONSENT, "sender": VOTER}),
        (
            event_xml("MASSSENDJOBFINISH", "<MsgID>1</MsgID><Status>err(30003)</Status>"),
            {"kind": Kind.NOTICE},
        ),
        (event_xml("brand_new_event"), {"kind": Kind.UNKNOWN, "platform_kind": "brand_new_event"}),
        (message_xml("<Content>a\x0b&#11;\x85b\x9f</Content>"), {"text": "a\x85b"}),
    ],
)
def test_each_type_becomes_the_kind_the_handlers_know(xml: str, expected: dict[str, object]) -> None:
    message = read(xml)

    assert {name: getattr(message, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<xml>hello</xml>", "stray_text"),
        (text_xml("a").replace("xml>", "root>"), "root"),
        ("<xml><InfoType>component_verify_ticket</InfoType></xml>", "sender"),
        (text_xml("a").replace(VOTER, ""), "sender"),
        (text_xml("a").replace(VOTER, "o" * 129), "sender"),
        (text_xml("a").replace(VOTER, "o\n1"), "sender"),
        (text_xml("a").replace(ACCOUNT, " "), "recipient"),
        (text_xml("a").replace("1778549400", "yesterday"), "create_time"),
        (text_xml("a").replace("1778549400", "-5"), "create_time"),
        (text_xml("a").replace("1778549400", "1778549400000"), "create_time"),
        (text_xml("a").replace("1778549400", "١٧٧٨"), "create_time"),
        (text_xml("a").replace("1778549400", "9" * 30), "create_time"),
        (text_xml("a", "abc"), "message_id"),
        (text_xml("a", "-1"), "message_id"),
        (text_xml("a", "18446744073709551616"), "message_id"),
        (text_xml("a", "1</MsgId><MsgId>2"), "repeated_field"),
        (message_xml("<Content>a</Content><FromUserName>oAnother</FromUserName>"), "repeated_field"),
        (message_xml("<Content><b>x</b></Content>"), "nested_field"),
        (event_xml("subscribe", "<EventKey><a>1</a></EventKey>"), "nested_field"),
        (message_xml("<MsgId>1</MsgId>"), "content"),
        (message_xml("", kind=""), "type"),
        (event_xml(""), "event"),
        (
            message_xml("<Location_X>91</Location_X><Location_Y>0</Location_Y>", kind="location"),
            "coordinates",
        ),
        (message_xml("<Location_X>1</Location_X>", kind="location"), "coordinates"),
        (event_xml("LOCATION", "<Latitude>NaN</Latitude><Longitude>inf</Longitude>"), "coordinates"),
        (event_xml("location_select", "<SendLocationInfo/>"), "coordinates"),
        (message_xml(f"<MediaId>{'m' * 257}</MediaId>", kind="image"), "media_id"),
        ('{"ToUserName": "gh_1"}', "json"),
        ("", "empty"),
    ],
)
def test_a_genuine_request_that_is_not_what_it_should_be_is_kept_aside(xml: str, reason: str) -> None:
    received = account().parse(*sealed(xml))

    assert (received.message, received.quarantine, received.raw) == (None, reason, xml.encode())
    assert len(received.dedupe_key) <= 200


# Repeats


def key_of(xml: str) -> str:
    return read(xml).dedupe_key


def test_a_repeat_has_the_key_of_the_first() -> None:
    first, repeat = (account().parse(*sealed(text_xml("路灯"))) for _ in range(2))

    assert first.dedupe_key == repeat.dedupe_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (text_xml("a", "1"), text_xml("a", "2")),
        (text_xml("a", "1"), text_xml("a", "1").replace(VOTER, "oAnother")),
        (text_xml("a", "0"), text_xml("b", "0")),
        (text_xml("a", ""), text_xml("b", "")),
        (message_xml("<Content>a</Content>"), message_xml("<Content>a</Content>", created=1778549401)),
        (event_xml("subscribe"), event_xml("unsubscribe")),
        (event_xml("CLICK", "<EventKey>a</EventKey>"), event_xml("CLICK", "<EventKey>b</EventKey>")),
        (
            event_xml("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID>"),
            event_xml("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID>"),
        ),
        (event_xml("subscribe_msg_popup_event", CHOICES), event_xml("subscribe_msg_popup_event", SCANNED)),
        (
            event_xml("VIEW", f"<EventKey>{'u' * 500}1</EventKey>"),
            event_xml("VIEW", f"<EventKey>{'u' * 500}2</EventKey>"),
        ),
    ],
)
def test_different_messages_have_different_keys_that_fit_the_column(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)
    assert max(len(key_of(one)), len(key_of(other))) <= 256


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2**63 - 1), st.text("abc", max_size=2)), max_size=8)
)
def test_a_key_belongs_to_one_sender_and_one_id_whatever_is_said(sent: list[tuple[int, int, str]]) -> None:
    keys = {
        (sender, number): key_of(text_xml(text, str(number)).replace(VOTER, f"{VOTER}{sender}"))
        for sender, number, text in sent
    }

    assert len(set(keys.values())) == len(keys)
    for sender, number, _ in sent:
        other_words = key_of(text_xml("x", str(number)).replace(VOTER, f"{VOTER}{sender}"))
        assert other_words == keys[sender, number]
