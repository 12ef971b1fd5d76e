import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import Push, Reaction, SendError
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wecom_sender import WeComSender
from tests.channels.free_members import FreeMembers
from tests.channels.memory_store import MemoryStore
from tests.channels.pretend_api import Answer, Call, PretendApi, answer, serving
from tests.channels.signed import Wound

SEND = "/cgi-bin/message/send"
TOKEN = "/cgi-bin/gettoken"
MEDIA = "/cgi-bin/media/get"
UPLOAD = "/cgi-bin/media/upload"
UPDATE = "/cgi-bin/message/update_template_card"
OK = answer(errcode=0, errmsg="ok", invaliduser="", msgid="m1")

OFF_THE_HOUR = datetime(2026, 5, 12, 1, 33, 20, tzinfo=UTC)

TEXT = Push(external_id="ChenLixin", kind="text", text="您反映的路灯已修好")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendApi]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    api = PretendApi()
    api.on(TOKEN, answer(errcode=0, errmsg="ok", access_token="TOKEN-1", expires_in=7200))
    with serving(api):
        yield api


@pytest.fixture
def sender(api: PretendApi) -> Iterator[WeComSender]:
    made = sender_to(api.base)
    yield made
    made.close()


def sender_to(base: str, **others: Any) -> WeComSender:
    return WeComSender(
        corp_id="ww1",
        agent_id="1000002",
        secret="APP-SECRET",
        api_base=base,
        keeper=TokenKeeper(MemoryStore(), Wound(), lambda _: None),
        timeout=0.3,
        **{"members": FreeMembers(), "clock": Wound(OFF_THE_HOUR), **others},
    )


def failure_of(sender: WeComSender, push: Push = TEXT) -> SendError:
    with pytest.raises(SendError) as failure:
        sender.push(push)
    return failure.value


def test_a_text_goes_out_with_the_shared_token(api: PretendApi, sender: WeComSender) -> None:
    api.on(SEND, OK)

    assert sender.push(TEXT) == "m1"
    assert sender.push(TEXT) == "m1"
    assert api.calls_to(SEND) == 2 * [
        Call(
            SEND,
            {"access_token": "TOKEN-1"},
            {
                "touser": "ChenLixin",
                "agentid": 1000002,
                "msgtype": "text",
                "text": {"content": "您反映的路灯已修好"},
                "enable_duplicate_check": 1,
                "duplicate_check_interval": 600,
            },
        )
    ]
    assert api.calls_to(TOKEN) == [Call(TOKEN, {"corpid": "ww1", "corpsecret": "APP-SECRET"}, None)]


def test_a_text_too_long_for_wecom_is_cut_at_a_whole_character(api: PretendApi, sender: WeComSender) -> None:
    api.on(SEND, OK)
    sender.push(Push(external_id="a", kind="text", text="路" * 1000))
    sent = api.calls_to(SEND)[0].data["text"]["content"]

    assert sent.endswith("路…")
    assert 2040 < len(sent.encode()) <= 2048


@pytest.mark.parametrize(
    "named",
    [{"invaliduser": "chenlixin"}, {"invaliduser": "other|ChenLixin"}, {"unlicenseduser": "chenlixin"}],
    ids=["small letters", "among others", "no licence"],
)
def test_a_message_to_nobody_counts_as_not_sent(
    api: PretendApi, sender: WeComSender, named: dict[str, str]
) -> None:
    api.on(SEND, answer(errcode=0, errmsg="ok", msgid="m1", **named))
    error = failure_of(sender)

    assert (error.code, error.reaction, error.retryable) == ("81013", Reaction.UNREACHABLE, False)


def test_somebody_else_who_was_not_reached_does_no_harm(api: PretendApi, sender: WeComSender) -> None:
    api.on(SEND, answer(errcode=0, errmsg="ok", msgid="m1", invaliduser="other"))

    assert sender.push(TEXT) == "m1"


@pytest.mark.parametrize(
    ("code", "reaction", "retryable"),
    [
        (60111, Reaction.UNREACHABLE, False),
        (81013, Reaction.UNREACHABLE, False),
        (40003, Reaction.UNREACHABLE, False),
        (45009, Reaction.PAUSE_MINUTE, True),
        (45033, Reaction.PAUSE_MINUTE, True),
        (60020, Reaction.ALARM, True),
        (40056, Reaction.ALARM, True),
        (48002, Reaction.SWITCHED_OFF, True),
        (301002, Reaction.ALARM, True),
        (-1, Reaction.NONE, True),
        (44004, Reaction.NONE, False),
        (45002, Reaction.NONE, False),
    ],
)
def test_each_refusal_asks_for_its_own_reaction(
    api: PretendApi, sender: WeComSender, code: int, reaction: Reaction, retryable: bool
) -> None:
    api.on(SEND, answer(errcode=code, errmsg="no"))
    error = failure_of(sender)

    assert (error.code, error.reaction, error.retryable) == (str(code), reaction, retryable)
    assert not error.outcome_unknown


@pytest.mark.parametrize("code", [40014, 42001])
def test_a_refused_token_is_replaced_once_and_the_push_repeated_once(
    api: PretendApi, sender: WeComSender, code: int
) -> None:
    api.on(
        TOKEN,
        answer(errcode=0, access_token="TOKEN-1", expires_in=7200),
        answer(errcode=0, access_token="TOKEN-2", expires_in=7200),
    )
    api.on(SEND, answer(errcode=code, errmsg="no"), OK)

    assert sender.push(TEXT) == "m1"
    assert [call.query["access_token"] for call in api.calls_to(SEND)] == ["TOKEN-1", "TOKEN-2"]


def test_a_token_that_stays_refused_costs_few_calls(api: PretendApi, sender: WeComSender) -> None:
    api.on(SEND, answer(errcode=40014, errmsg="no"))
    error = failure_of(sender)

    assert error.retryable
    assert len(api.calls_to(TOKEN)) <= 3
    assert len(api.calls_to(SEND)) == 2


def test_a_wrong_secret_is_the_operators_alarm(api: PretendApi, sender: WeComSender) -> None:
    api.on(TOKEN, answer(errcode=40001, errmsg="invalid secret"))
    error = failure_of(sender)

    assert (error.code, error.reaction, error.retryable) == ("40001", Reaction.ALARM, True)
    assert "SECRET" not in str(error)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Answer(b"<html>busy</html>", content_type="text/html"), "not_json"),
        (Answer(b""), "not_json"),
        (Answer(b"{}"), "no_errcode"),
        (Answer(b"", status=502), "http_502"),
        (Answer(breaks="reset"), "broken_off"),
        (Answer(breaks="close"), "broken_off"),
        (Answer(breaks="hang"), "timeout"),
    ],
    ids=["html", "empty", "no number", "502", "reset", "closed", "hanging"],
)
def test_an_answer_that_says_nothing_leaves_it_open_whether_it_arrived(
    api: PretendApi, sender: WeComSender, given: Answer, code: str
) -> None:
    api.on(SEND, given)
    error = failure_of(sender)

    assert (error.code, error.outcome_unknown, error.retryable) == (code, True, False)


def test_what_a_member_sent_is_fetched(api: PretendApi, sender: WeComSender) -> None:
    api.on(MEDIA, Answer(b"\x89PNG...", content_type="image/png"))

    assert sender.download_media("media-1") == b"\x89PNG..."
    assert api.calls_to(MEDIA)[0].query == {"access_token": "TOKEN-1", "media_id": "media-1"}


def test_what_wecom_no_longer_has_is_not_asked_for_again(api: PretendApi, sender: WeComSender) -> None:
    api.on(MEDIA, answer(errcode=40007, errmsg="invalid media_id"))
    with pytest.raises(SendError) as failure:
        sender.download_media("media-1")

    assert (failure.value.code, failure.value.retryable) == ("40007", False)


@pytest.mark.parametrize(
    "given", [Answer(b"<html>"), Answer(breaks="reset"), Answer(status=500), answer(errcode=40014)]
)
@pytest.mark.parametrize("path", [SEND, TOKEN])
def test_no_token_no_secret_and_no_text_is_logged_or_hangs_on_an_error(
    api: PretendApi, sender: WeComSender, given: Answer, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.on(path, given)
    error = failure_of(sender)
    told = "".join(traceback.format_exception(error)) + repr(vars(error)) + repr(error.__context__)

    for private in ("TOKEN-", "APP-SECRET", "路灯", "ChenLixin", "access_token", "corpsecret"):
        assert private not in told + caplog.text


# Cards, pictures, files


QUESTION = Push(
    external_id="ChenLixin",
    kind="text",
    text="12月10日（周四）9:00接待日，来吗？\n1 参加\n2 请假",
    question_id=17,
    choices=(("1", "参加"), ("2", "请假")),
    client_msg_id="lxq9",
)


def test_a_question_goes_out_as_a_card_whose_buttons_keep_their_digits(api: PretendApi) -> None:
    members = FreeMembers()
    api.on(SEND, answer(errcode=0, msgid="m1", response_code="c1"))
    sender = sender_to(api.base, cards=True, members=members)
    sender.push(QUESTION)
    sender.close()

    assert api.calls_to(SEND)[0].data["template_card"] == {
        "card_type": "button_interaction",
        "sub_title_text": "12月10日（周四）9:00接待日，来吗？",
        "task_id": "q17_lxq9",
        "button_list": [{"text": "1 参加", "key": "1"}, {"text": "2 请假", "key": "2"}],
    }
    assert members.cards == [("q17_lxq9", 17, "ChenLixin", "c1")]


@pytest.mark.parametrize(
    ("push", "cards"),
    [
        (QUESTION, False),
        (replace(QUESTION, question_id=0), True),
        (replace(QUESTION, choices=()), True),
        (replace(QUESTION, choices=tuple((str(n), "x") for n in range(7))), True),
        (replace(QUESTION, choices=(("1", "2件过了日期还没回选民"),)), True),
    ],
    ids=["cards are off", "no question", "no choices", "too many for a card", "too long for a button"],
)
def test_what_cannot_be_a_card_is_a_text_that_a_digit_answers(
    api: PretendApi, push: Push, cards: bool
) -> None:
    api.on(SEND, OK)
    sender = sender_to(api.base, cards=cards)
    sender.push(push)
    sender.close()

    assert api.calls_to(SEND)[0].data["text"] == {"content": QUESTION.text}


def test_a_card_is_changed_with_its_code(api: PretendApi, sender: WeComSender) -> None:
    api.on(UPDATE, answer(errcode=0, errmsg="ok"))
    sender.change_card("ChenLixin", "c1", "已选：参加")

    assert api.calls_to(UPDATE)[0].data == {
        "userids": ["ChenLixin"],
        "agentid": 1000002,
        "response_code": "c1",
        "button": {"replace_name": "已选：参加"},
    }


@pytest.mark.parametrize("kind", ["image", "file"])
def test_a_picture_or_file_is_handed_over_and_then_sent(
    api: PretendApi, sender: WeComSender, kind: str
) -> None:
    api.on(UPLOAD, answer(errcode=0, type=kind, media_id="media-1"))
    api.on(SEND, OK)
    sender.push(Push(external_id="a", kind=kind, text="民情通报.docx", content=b"PK..."))

    assert api.calls_to(UPLOAD)[0].query["type"] == kind
    assert b"PK..." in api.calls_to(UPLOAD)[0].data
    assert api.calls_to(SEND)[0].data[kind] == {"media_id": "media-1"}


def test_markdown_goes_out_as_such(api: PretendApi, sender: WeComSender) -> None:
    api.on(SEND, OK)
    sender.push(Push(external_id="a", kind="markdown", text="**本月** 12件"))

    assert api.calls_to(SEND)[0].data["markdown"] == {"content": "**本月** 12件"}


# Pace


def test_a_member_who_got_enough_is_not_written_to_and_the_push_waits(api: PretendApi) -> None:
    sender = sender_to(api.base, members=FreeMembers(wait=timedelta(seconds=41)))
    error = failure_of(sender)
    sender.close()

    assert (error.code, error.wait, error.retryable) == ("pace", timedelta(seconds=41), True)
    assert api.calls == []


@pytest.mark.parametrize(
    ("minute", "may_wait", "waits"),
    [(0, True, True), (30, True, True), (30, False, False), (31, True, False), (29, True, False)],
)
def test_what_may_wait_leaves_out_the_minutes_in_which_everybody_sends(
    api: PretendApi, minute: int, may_wait: bool, waits: bool
) -> None:
    api.on(SEND, OK)
    sender = sender_to(api.base, clock=Wound(OFF_THE_HOUR.replace(minute=minute)))
    push = replace(TEXT, may_wait=may_wait)
    held = failure_of(sender, push).wait if waits else (sender.push(push), timedelta(0))[1]
    sender.close()

    assert held == (timedelta(seconds=40) if waits else timedelta(0))
