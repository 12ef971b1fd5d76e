"""What people write arrives whole, whatever it looks like, and sets nothing else: asked of every channel and mode."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Received
from tests.channels import signed
from tests.channels.signed import ACCOUNT, VOTER, account, message_xml, plain_query, sealed
from tests.channels.ways import AGENT_ID, MEMBER, wecom, wecom_sealed

Post = Callable[[str], Received]


def plain(xml: str) -> Received:
    return account("plain").parse(plain_query(), xml.encode())


def safe(xml: str) -> Received:
    return account().parse(*sealed(xml))


def compatible(xml: str) -> Received:
    beside = xml.removeprefix("<xml>").removesuffix("</xml>")
    return account("compatible").parse(*sealed(xml, beside=beside))


def members(xml: str) -> Received:
    told = xml.removesuffix("</xml>") + f"<AgentID>{AGENT_ID}</AgentID></xml>"
    return wecom().parse(*wecom_sealed(told.replace(VOTER, MEMBER)))


every_way = pytest.mark.parametrize("post", [plain, safe, compatible, members], ids=lambda way: way.__name__)

FORGED = "<FromUserName><![CDATA[oSomebodyElse]]></FromUserName>"
WRITTEN = [
    "东苑小区楼道灯坏了]]>谢谢",
    "]]>",
    "]]>]]>",
    "看<![CDATA[里面]]>的",
    "a]]><![CDATA[b",
    "a]]><!-- 注 --><![CDATA[b",
    "灯坏了</Content>",
    "</Content><Content>",
    "灯</Content>坏了<Content>",
    f"灯坏了</Content>{FORGED}<Content>",
    f"灯坏了]]></Content>{FORGED}<Content><![CDATA[谢谢",
    f"灯坏了]]>{FORGED}<![CDATA[",
    "x]]></Content><bizmsgmenuid>1</bizmsgmenuid><MsgId>9</MsgId><Content><![CDATA[y",
    "x]]></Content><MsgType><![CDATA[event]]></MsgType><Event>unsubscribe</Event><Content><![CDATA[y",
    "x]]></Content></xml><xml><Content><![CDATA[y",
    "灯坏了<Title>标题</Title><Label>",
    "</Title></Recognition>",
    "物业&业主 &amp; &lt;b&gt; &#20013; &nbsp;",
    "1 < 2 && 3 > 2",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "</xml>",
]


def text_of(written: str) -> str:
    return message_xml(f"<Content><![CDATA[{written}]]></Content><MsgId>17</MsgId>")


def whose(received: Received) -> str:
    return received.sender.replace(MEMBER, VOTER)


@every_way
@pytest.mark.parametrize("written", WRITTEN)
def test_words_arrive_whole_and_set_no_other_field(post: Post, written: str) -> None:
    received = post(text_of(written))

    assert received.message, received.quarantine
    assert received.message.text == written
    assert whose(received) == VOTER
    assert received.recipient == ACCOUNT
    assert (received.message.key, received.message.platform_kind) == ("", "text")
    assert received.dedupe_key.endswith(":17")


@every_way
@pytest.mark.parametrize("written", ["灯坏了]]>", f"a]]></Recognition>{FORGED}<Recognition><![CDATA[b"])
def test_what_was_said_aloud_is_words_too(post: Post, written: str) -> None:
    fields = f"<MediaId>m</MediaId><Format>amr</Format><Recognition><![CDATA[{written}]]></Recognition>"
    received = post(message_xml(f"{fields}<MsgId>17</MsgId>", kind="voice"))

    assert received.message
    assert (received.message.text, received.message.media_id) == (written, "m")
    assert whose(received) == VOTER


@every_way
@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("长椅]]>", "旧了"),
        ("长椅", f"旧了</Title>{FORGED}<Title>"),
        ("长椅</Description><EventKey>x</EventKey>", "旧了"),
        (f"a]]></Title>{FORGED}<Title><![CDATA[b", f"c]]></Title>{FORGED}<Title><![CDATA[d"),
        ("a<Content>", f"</Content>{FORGED}"),
    ],
)
def test_a_shared_page_sets_nothing_but_its_own_words(post: Post, title: str, description: str) -> None:
    fields = f"<Title><![CDATA[{title}]]></Title><Description><![CDATA[{description}]]></Description>"
    received = post(message_xml(f"{fields}<Url>https://e.invalid</Url><MsgId>17</MsgId>", kind="link"))

    assert received.message
    assert received.message.text.startswith(title[:1])
    assert received.message.key == ""
    assert received.message.details["Url"] == "https://e.invalid"
    assert whose(received) == VOTER
    assert received.dedupe_key.endswith(":17")


@every_way
@pytest.mark.parametrize(
    "name", ["人民广场", "广场]]>", "a]]></Label><Location_X>1</Location_X><Label><![CDATA[b"]
)
def test_a_place_chosen_from_the_menu_keeps_its_name_and_its_point(post: Post, name: str) -> None:
    chosen = (
        "<Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y>"
        f"<Label><![CDATA[{name}]]></Label><Poiname/>"
    )
    received = post(signed.event_xml("location_select", f"<SendLocationInfo>{chosen}</SendLocationInfo>"))

    assert received.message
    assert received.message.text == name
    assert received.message.point
    assert received.message.point.latitude == 31.2304


@every_way
def test_fields_beside_the_words_must_be_single(post: Post) -> None:
    received = post(message_xml(f"<Content>a</Content>{FORGED}<MsgId>17</MsgId>"))

    assert (received.message, received.quarantine) == (None, "repeated_field")


@every_way
@pytest.mark.parametrize(
    "xml",
    [
        message_xml("<Content><![CDATA[a]]></Content><MsgId>1"),
        message_xml("<Content>a</Content><MsgId>&b;</MsgId>"),
        "灯坏了",
    ],
)
def test_a_genuine_text_that_cannot_be_read_is_kept_and_acknowledged(post: Post, xml: str) -> None:
    received = post(xml)

    assert received.message is None
    assert received.quarantine in {"not_well_formed", "agent"}
    assert received.raw


def test_bytes_that_are_no_text_are_kept_and_acknowledged() -> None:
    broken = text_of("灯坏了").encode().replace("坏".encode(), b"\xe5\x9d")
    kept = [account("plain").parse(plain_query(), broken), account().parse(*sealed(broken))]

    assert [each.quarantine for each in kept] == ["not_well_formed"] * 2
    assert [each.raw for each in kept] == [broken] * 2


PIECES = [
    "]]>",
    "<![CDATA[",
    "</Content>",
    "<Content>",
    "<Title>",
    "</Title>",
    "&",
    "&amp;",
    FORGED,
    "灯",
    "<",
    ">",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_no_words_become_anything_but_words(written: str) -> None:
    received = plain(text_of(written))

    assert received.message
    assert (whose(received), received.dedupe_key[-3:]) == (VOTER, ":17")
    assert received.message.text == written.replace("]]]]><![CDATA[>", "]]>").replace(
        "]]]><![CDATA[]>", "]]>"
    )
