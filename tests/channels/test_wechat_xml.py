import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Quarantined, Rejected
from bot.channels.wechat_xml import MAX_BYTES, MAX_DEPTH, Document, read_xml


def nested(depth: int) -> bytes:
    names = [f"n{number}" for number in range(depth)]
    return ("".join(f"<{n}>" for n in names) + "".join(f"</{n}>" for n in reversed(names))).encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"),
        ("A &amp; B &lt;c&gt; &#20013;", "A & B <c> 中"),
        ("<![CDATA[  两头有空格  ]]>", "  两头有空格  "),
        ("一\r\n二", "一\n二"),
        ("a<!-- x -->b<?p i?>c", "abc"),
        ("👨‍👩‍👧‍👦𠮷", "👨‍👩‍👧‍👦𠮷"),
        ("a\x01\x00b", "ab"),
        ("a&#11;&#x0;&#55296;&#xFFFF;&#1114112;b", "ab"),
        ("a\uffffb", "ab"),
        ("a&#9;b", "a\tb"),
    ],
)
def test_content_is_read_as_it_was_meant(content: str, expected: str) -> None:
    document = read_xml(f"<xml><Content>{content}</Content></xml>".encode())

    assert document.fields == {"Content": expected}


@pytest.mark.parametrize(
    "prefix", ["\ufeff", "\n  ", '<?xml version="1.0" encoding="GBK"?>', "\ufeff<?xml version='1.0'?>"]
)
def test_what_stands_before_the_root_does_not_matter(prefix: str) -> None:
    assert read_xml(f"{prefix}<xml><a>中</a></xml>\r\n".encode()).fields == {"a": "中"}


def test_what_lies_deeper_is_kept_below_its_field() -> None:
    document = read_xml(b"<xml><a>1</a><P><n>2</n><l><i>x</i><i>y</i></l></P><P><n>3</n></P><a>4</a></xml>")

    assert document == Document(
        root="xml",
        fields={"a": "1"},
        leaves=[("P", "n", "2"), ("P", "i", "x"), ("P", "i", "y"), ("P", "n", "3")],
        repeated={"a"},
        nested={"P"},
    )


@pytest.mark.parametrize(
    "body", ["<xml>hello</xml>", "<xml>x<a/></xml>", "<xml><a>x<b/></a></xml>", "<xml><a/>x</xml>"]
)
def test_text_beside_elements_is_noticed(body: str) -> None:
    assert read_xml(body.encode()).stray_text


@pytest.mark.parametrize("first_flat", [True, False])
def test_a_field_that_is_once_flat_and_once_nested_is_both(first_flat: bool) -> None:
    flat, deep = "<a>1</a>", "<a><b/></a>"
    document = read_xml(f"<xml>{flat + deep if first_flat else deep + flat}</xml>".encode())

    assert (document.repeated, document.nested) == ({"a"}, {"a"})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE xml><xml/>", "doctype"),
        (b'<!DOCTYPE xml [<!ENTITY a "x">]><xml>&a;</xml>', "doctype"),
        (b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>', "doctype"),
        (b"<xml>" + b" " * MAX_BYTES + b"</xml>", "too_big"),
        (nested(MAX_DEPTH + 1), "xml_size"),
        (b"<xml>" + b"<a/>" * 5000 + b"</xml>", "xml_size"),
    ],
)
def test_what_cannot_be_believed_is_rejected(body: bytes, reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read_xml(body)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        b"<xml>&a;</xml>",
        b"<xml><a></xml>",
        b"<xml/><xml/>",
        b"<xml>\xff\xfe</xml>",
        b"<xml>\xed\xa0\x80</xml>",
        b"<xml><Content><![CDATA[\xff]]></Content></xml>",
        b"<xml><Content>\xe4\xb8</Content></xml>",
        b"<xml><Content>a</xml>",
        "<xml>中</xml>".encode("utf-16"),
        b"hello",
    ],
)
def test_what_cannot_be_read_is_kept_aside_for_it_may_be_genuine(body: bytes) -> None:
    with pytest.raises(Quarantined) as verdict:
        read_xml(body)

    assert verdict.value.reason == "not_well_formed"


def test_the_deepest_allowed_is_read() -> None:
    assert read_xml(nested(MAX_DEPTH)).root == "n0"


@given(st.binary(max_size=300) | st.text(alphabet="<>/xml![]CDAT&#;01 中\x0b", max_size=120).map(str.encode))
def test_no_bytes_do_anything_but_be_read_or_rejected(body: bytes) -> None:
    with contextlib.suppress(Rejected, Quarantined):
        read_xml(body)
