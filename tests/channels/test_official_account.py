import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Received, Rejected
from bot.channels.official_account import LONGEST_REPLY, OfficialAccount, clip
from handlers.messages import IncomingMessage, Kind, Point
from tests.channels.requests import (
    ACCOUNT,
    KEY,
    NOW,
    OTHER_KEY,
    VOTER,
    Wound,
    account,
    event_xml,
    message_xml,
    plain_query,
    sealed,
    sha1,
    text_xml,
    unsealed,
)

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


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Rejected) as refusal:
        act()
    assert 400 <= refusal.value.status < 500
    return refusal.value.reason


# What a message becomes


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


# Who is believed


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_a_plain_request_is_refused_where_encryption_is_agreed(mode: str) -> None:
    chosen = account("safe" if mode == "safe" else "compatible")

    assert refused(lambda: chosen.parse(plain_query(), text_xml("a").encode())) == "downgrade"


def test_compatible_mode_reads_the_sealed_text_and_not_the_one_beside_it() -> None:
    received = account("compatible").parse(*sealed(text_xml("真的"), beside=text_xml("假的")[5:-6]))

    assert received.message
    assert received.message.text == "真的"


def test_encryption_switched_on_in_the_console_first_is_understood_once_the_key_is_set() -> None:
    request = sealed(text_xml("a"))
    with_key = OfficialAccount(
        app_id="wx0a1b2c3d4e5f6071", token="station-token", aes_key=KEY, mode="plain", clock=Wound()
    )

    assert with_key.parse(*request).message
    assert refused(lambda: account("plain").parse(*request)) == "no_key"


@pytest.mark.parametrize(
    "change",
    [
        {"msg_signature": ""},
        {"msg_signature": "0" * 40},
        {"msg_signature": plain_query()["signature"]},
        {"timestamp": str(int(NOW.timestamp()) + 1)},
        {"nonce": "2"},
    ],
)
def test_a_sealed_request_with_anything_changed_is_refused(change: dict[str, str]) -> None:
    query, body = sealed(text_xml("a"))

    assert refused(lambda: account().parse(query | change, body)) == "signature"


@pytest.mark.parametrize("missing", ["timestamp", "nonce", "msg_signature"])
def test_a_query_without_its_parameters_is_refused(missing: str) -> None:
    query, body = sealed(text_xml("a"))
    del query[missing]

    assert refused(lambda: account().parse(query, body))


@pytest.mark.parametrize("minutes", [-11, 11, -60 * 24 * 365])
def test_a_request_kept_for_later_is_refused(minutes: int) -> None:
    request = sealed(text_xml("a"), at=NOW + timedelta(minutes=minutes))

    assert refused(lambda: account().parse(*request)) == "stale"


@pytest.mark.parametrize("minutes", [-9, 0, 9])
def test_a_clock_a_little_off_does_no_harm(minutes: int) -> None:
    assert account().parse(*sealed(text_xml("a"), at=NOW + timedelta(minutes=minutes))).message


def test_a_console_set_to_json_is_refused_with_a_reason_of_its_own() -> None:
    query, _ = sealed(text_xml("a"))

    assert refused(lambda: account().parse(query, b'{"ToUserName": "gh_1", "Encrypt": "x"}')) == "json"


def test_only_the_same_body_may_come_again_under_a_plain_nonce() -> None:
    first, repeat, forged = (
        account("plain").parse(plain_query(), text_xml(text).encode()) for text in ("a", "a", "b")
    )

    assert first.nonce_key == repeat.nonce_key == forged.nonce_key != ""
    assert first.body_hash == repeat.body_hash != forged.body_hash


def test_a_plain_request_of_someone_without_the_token_is_refused_before_it_is_read() -> None:
    body = b"<!DOCTYPE xml><xml/>"

    assert refused(lambda: account("plain").parse(plain_query(token="guess"), body)) == "signature"
    assert refused(lambda: account("plain").parse(plain_query(), body)) == "doctype"


def test_the_console_is_answered_with_its_own_word_and_nobody_else_is() -> None:
    query = plain_query()

    assert account().verify(query | {"echostr": "8123"}) == "8123"
    assert refused(lambda: account().verify(query | {"echostr": "8123", "nonce": "x"})) == "signature"
    assert refused(lambda: account().verify(query)) == "query"


def test_an_account_that_could_not_tell_the_platform_from_a_stranger_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="token"):
        OfficialAccount(app_id="wx1", token="", mode="plain", clock=Wound())
    with pytest.raises(ValueError, match="EncodingAESKey"):
        OfficialAccount(app_id="wx1", token="t", mode="safe", clock=Wound())


# Answers


def test_the_answer_is_sealed_with_the_key_that_opened_the_request() -> None:
    rotated = account(key=KEY, previous=OTHER_KEY)
    received = rotated.parse(*sealed(text_xml("a"), key=OTHER_KEY))

    assert "<Content><![CDATA[已登记]]></Content>" in unsealed(
        rotated.render("已登记", received, NOW), key=OTHER_KEY
    )


def test_a_plain_answer_goes_from_the_account_to_the_person() -> None:
    plain = account("plain")
    received = plain.parse(plain_query(), text_xml("a").encode())

    assert plain.render("已登记", received, NOW).decode() == (
        f"<xml><ToUserName><![CDATA[{VOTER}]]></ToUserName><FromUserName><![CDATA[{ACCOUNT}]]></FromUserName>"
        "<CreateTime>1778549400</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        "<Content><![CDATA[已登记]]></Content></xml>"
    )


def test_nothing_to_say_is_said_as_success() -> None:
    received = account().parse(*sealed(text_xml("a")))
    kept_aside = account().parse(*sealed("<xml/>"))

    assert account().render("", received, NOW) == b"success"
    assert account().render("已登记", kept_aside, NOW) == b"success"


@pytest.mark.parametrize("text", ["a]]>b", "{curly} %s", "<b>&amp;</b>", "路灯💡"])
def test_an_answer_may_hold_any_characters(text: str) -> None:
    received = account().parse(*sealed(text_xml("a")))
    answer = account().render(text, received, NOW)

    assert account().parse(*sealed(unsealed(answer))).message == read(unsealed(answer))
    assert read(unsealed(answer)).text == text


def test_characters_that_no_xml_can_hold_are_left_out_of_an_answer() -> None:
    received = account().parse(*sealed(text_xml("a")))

    assert read(unsealed(account().render("a\x00\x0b\ud800\uffffb", received, NOW))).text == "ab"


def test_an_answer_too_long_for_the_platform_is_cut_at_a_whole_character() -> None:
    cut = clip("路" * 1000)

    assert re.fullmatch("路+…", cut)
    assert LONGEST_REPLY - 3 < len(cut.encode()) <= LONGEST_REPLY
    assert clip("路" * 682) == "路" * 682


# Whatever comes


def outcome(act: Callable[[], Received]) -> str:
    try:
        received = act()
    except Rejected as refusal:
        return refusal.reason
    return received.quarantine or "message"


@given(
    st.binary(max_size=400),
    st.dictionaries(st.sampled_from([*plain_query(), "encrypt_type"]), st.text(max_size=50)),
)
def test_no_request_does_anything_but_be_read_kept_or_refused(body: bytes, change: dict[str, str]) -> None:
    for mode in ("plain", "safe"):
        chosen = account("plain" if mode == "plain" else "safe")
        assert outcome(lambda: chosen.parse(plain_query() | change, body))  # noqa: B023 - called at once
        assert outcome(lambda: chosen.parse(plain_query(), body))  # noqa: B023 - called at once


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_genuine_text_does_anything_but_be_read_kept_or_refused(text: bytes | str) -> None:
    request = sealed(text)

    assert outcome(lambda: account().parse(*request))


@given(
    st.lists(
        st.sampled_from([*"<>/&;![]", "xml", "Event", "MsgType", "event", "Content", "CDATA[", "1", "中"])
    )
)
def test_no_broken_markup_does_anything_but_be_read_kept_or_refused(pieces: list[str]) -> None:
    whole = message_xml("".join(pieces))

    assert outcome(lambda: account("plain").parse(plain_query(), whole.encode()))


def test_the_signature_is_the_published_one() -> None:
    assert sha1("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"
