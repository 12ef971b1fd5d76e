"""What is WeCom's own: the console's question, the application's number, cards and contact events."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from wechatpy.enterprise.crypto import PrpCrypto

from bot.channels.base import Rejected
from bot.channels.wechat_crypto import decode_aes_key
from bot.channels.wecom import WeCom
from handlers.messages import IncomingMessage, Kind
from tests.channels.ways import (
    AGENT_ID,
    CORP_ID,
    KEY,
    MEMBER,
    NOW,
    OTHER_KEY,
    Wound,
    wecom,
    wecom_event,
    wecom_query,
    wecom_sealed,
    wecom_text,
    wecom_xml,
)

CARD = (
    "<EventKey>2</EventKey><TaskId>q17_lxq9</TaskId><CardType>button_interaction</CardType>"
    "<ResponseCode>{code}</ResponseCode>"
)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Rejected) as refusal:
        act()
    return refusal.value.reason


def read(xml: str) -> IncomingMessage:
    message = wecom().parse(*wecom_sealed(xml)).message
    assert message
    return message


def question(text: str, *, key: str = KEY, corp_id: str = CORP_ID) -> dict[str, str]:
    sealed = PrpCrypto(decode_aes_key(key)).encrypt(text, corp_id).decode()
    return {**wecom_query(NOW, sealed), "echostr": sealed}


def test_the_console_is_answered_with_the_opened_text_alone() -> None:
    assert wecom().verify(question("1616140317555161061")) == "1616140317555161061"


def test_the_console_is_answered_while_the_key_is_being_changed() -> None:
    assert wecom(previous=OTHER_KEY).verify(question("8123", key=OTHER_KEY)) == "8123"


def test_a_plus_sign_that_was_unquoted_to_a_blank_does_no_harm() -> None:
    query = next(asked for n in range(200) if "+" in (asked := question(str(n)))["echostr"])

    assert wecom().verify({**query, "echostr": query["echostr"].replace("+", " ")}).isdecimal()


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (question("8123") | {"msg_signature": "0" * 40}, "signature"),
        (question("8123") | {"echostr": ""}, "query"),
        (question("8123") | {"echostr": "a" * 2000}, "query"),
        (question("8123") | {"nonce": ""}, "query"),
        (question("8123", corp_id="ww9"), "decrypt"),
        (question("8123", key=OTHER_KEY), "decrypt"),
    ],
    ids=["signature", "no question", "too long", "no nonce", "another corp", "another key"],
)
def test_a_stranger_is_told_nothing(query: dict[str, str], reason: str) -> None:
    assert refused(lambda: wecom().verify(query)) == reason


def test_a_question_kept_for_later_is_not_answered() -> None:
    late = Wound(NOW + timedelta(minutes=11))

    assert refused(lambda: wecom(clock=late).verify(question("8123"))) == "stale"


@pytest.mark.parametrize("token_and_key", [("", KEY), ("station-token", "")], ids=["token", "key"])
def test_a_channel_that_could_not_tell_the_platform_from_a_stranger_cannot_be_made(
    token_and_key: tuple[str, str],
) -> None:
    token, key = token_and_key
    with pytest.raises(ValueError, match=r"token|EncodingAESKey"):
        WeCom(corp_id=CORP_ID, agent_id=AGENT_ID, token=token, aes_key=key, clock=Wound())


@pytest.mark.parametrize(
    ("xml", "kept"),
    [
        (wecom_text("a"), ""),
        (wecom_xml("<Content>a</Content>", agent="1000003"), "agent"),
        (wecom_xml("<Content>a</Content>", agent=""), "agent"),
        (wecom_xml(f"<Content>a</Content><AgentID>{AGENT_ID}</AgentID>"), "agent"),
        (wecom_xml("<Event>change_contact</Event>", kind="event", agent=""), ""),
        (wecom_xml("<Event>click</Event><EventKey>1</EventKey>", kind="event", agent="1"), "agent"),
    ],
    ids=["ours", "another's", "nobody's", "two", "the whole corp's", "another's event"],
)
def test_only_what_was_written_to_our_application_is_handled(xml: str, kept: str) -> None:
    assert wecom().parse(*wecom_sealed(xml)).quarantine == kept


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("enter_agent", Kind.ENTER),
        ("change_contact", Kind.NOTICE),
        ("batch_job_result", Kind.NOTICE),
        ("change_external_contact", Kind.NOTICE),
        ("open_approval_change", Kind.NOTICE),
    ],
)
def test_an_event_that_only_wecom_has_is_known(event: str, kind: Kind) -> None:
    assert read(wecom_event(event)).kind is kind


def test_a_pressed_card_says_which_button_of_which_card() -> None:
    pressed = read(wecom_event("template_card_event", CARD.format(code="c1")))

    assert (pressed.kind, pressed.key, pressed.sender) == (Kind.CARD, "2", MEMBER)
    assert (pressed.details["TaskId"], pressed.details["ResponseCode"]) == ("q17_lxq9", "c1")


def test_a_card_pressed_twice_is_two_events_and_a_repeat_is_none() -> None:
    keys = [
        read(wecom_event("template_card_event", CARD.format(code=code))).dedupe_key for code in ("c1", "c2")
    ]

    assert keys[0] != keys[1]
    assert keys[0] == read(wecom_event("template_card_event", CARD.format(code="c1"))).dedupe_key
