import logging
import socket
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.base import Push, Reaction, SendError
from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.token_keeper import TokenKeeper
from tests.channels.memory_store import MemoryStore
from tests.channels.pretend_api import Answer, Call, PretendApi, answer, serving
from tests.channels.signed import Wound

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
STABLE = "/cgi-bin/stable_token"
MEDIA = "/cgi-bin/media/get"
OK = answer(errcode=0, errmsg="ok")
HTML = Answer(b"<html>busy</html>", content_type="text/html")

TEXT = Push(external_id="oVoter", kind="text", text="您反映的路灯已修好")
SHORT = Push(
    external_id="oDeputy",
    kind="template",
    template_key="reminder",
    fields={"thing1": "接待选民日", "time2": "5月15日"},
    client_msg_id="lxq17",
)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendApi]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    api = PretendApi()
    api.on(
        STABLE,
        answer(access_token="TOKEN-1", expires_in=7200),
        answer(access_token="TOKEN-2", expires_in=7200),
    )
    with serving(api):
        yield api


@pytest.fixture
def sender(api: PretendApi) -> Iterator[OfficialAccountSender]:
    made = sender_to(api.base)
    yield made
    made.close()


def sender_to(base: str, **others: Any) -> OfficialAccountSender:
    return OfficialAccountSender(
        app_id="wx1",
        secret="APP-SECRET",
        api_base=base,
        keeper=TokenKeeper(MemoryStore(), Wound(), lambda _: None),
        templates={"reminder": "TM-1"},
        timeout=0.3,
        **others,
    )


def failure_of(sender: OfficialAccountSender, push: Push) -> SendError:
    with pytest.raises(SendError) as failure:
        sender.push(push)
    return failure.value


def test_a_text_goes_out_with_the_shared_token(api: PretendApi, sender: OfficialAccountSender) -> None:
    api.on(CUSTOM, OK)
    sender.push(TEXT)
    sender.push(TEXT)

    assert api.calls_to(CUSTOM) == 2 * [
        Call(
            CUSTOM,
            {"access_token": "TOKEN-1"},
            {"touser": "oVoter", "msgtype": "text", "text": {"content": "您反映的路灯已修好"}},
        )
    ]
    assert api.calls_to(STABLE) == [
        Call(
            STABLE,
            {},
            {
                "grant_type": "client_credential",
                "appid": "wx1",
                "secret": "APP-SECRET",
                "force_refresh": False,
            },
        )
    ]


def test_a_template_message_carries_our_own_id_so_that_it_arrives_once(
    api: PretendApi, sender: OfficialAccountSender
) -> None:
    api.on(TEMPLATE, answer(errcode=0, errmsg="ok", msgid=200228332))

    assert sender.push(SHORT) == "200228332"
    assert api.calls_to(TEMPLATE)[0].data == {
        "touser": "oDeputy",
        "template_id": "TM-1",
        "data": {"thing1": {"value": "接待选民日"}, "time2": {"value": "5月15日"}},
        "client_msg_id": "lxq17",
    }


def test_the_fields_of_a_template_go_out_under_the_names_of_the_console(api: PretendApi) -> None:
    api.on(TEMPLATE, answer(errcode=0, msgid=1))
    named = sender_to(api.base, template_fields={"reminder": {"活动名称": "thing1"}})
    named.push(
        Push(external_id="o", kind="template", template_key="reminder", fields={"活动名称": "接待选民日"})
    )
    named.close()

    assert api.calls_to(TEMPLATE)[0].data["data"] == {"thing1": {"value": "接待选民日"}}


def test_a_template_that_the_platform_has_already_sent_counts_as_sent(
    api: PretendApi, sender: OfficialAccountSender
) -> None:
    api.on(TEMPLATE, answer(errcode=45065, errmsg="clientmsgid exist"))

    assert sender.push(SHORT) == ""


def test_a_template_without_an_id_in_the_settings_leaves_the_way_to_another(
    api: PretendApi, sender: OfficialAccountSender
) -> None:
    error = failure_of(sender, Push(external_id="o", kind="template", template_key="result"))

    assert (error.code, error.reaction, api.calls) == ("no_template", Reaction.NEXT_RUNG, [])


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_is_replaced_once_and_the_push_repeated_once(
    api: PretendApi, sender: OfficialAccountSender, code: int
) -> None:
    api.on(CUSTOM, answer(errcode=code, errmsg="token"), OK)
    sender.push(TEXT)

    assert [call.query["access_token"] for call in api.calls_to(CUSTOM)] == ["TOKEN-1", "TOKEN-2"]


def test_a_platform_that_refuses_every_token_is_left_alone(
    api: PretendApi, sender: OfficialAccountSender
) -> None:
    api.on(CUSTOM, answer(errcode=40001, errmsg="token"))
    errors = [failure_of(sender, TEXT) for _ in range(10)]

    assert errors[0].code == "40001"
    assert all(error.retryable and not error.outcome_unknown for error in errors)
    assert len(api.calls_to(STABLE)) <= 3


@pytest.mark.parametrize(
    ("given", "code", "verdict"),
    [
        (answer(errcode=-1, errmsg="system busy"), "-1", "later"),
        (answer(errcode=45015, errmsg="out of time"), "45015", "never"),
        (answer(errcode=40003, errmsg="invalid openid"), "40003", "never"),
        (answer(errcode="45047", errmsg="count"), "45047", "never"),
        (answer(errcode=45009, errmsg="quota"), "45009", "later"),
        (HTML, "not_json", "unknown"),
        (Answer(b""), "not_json", "unknown"),
        (Answer(b"[]"), "not_json", "unknown"),
        (Answer(b'{"errcode": "x"}'), "not_json", "unknown"),
        (Answer(b'{"errcode": null}'), "not_json", "unknown"),
        (Answer(b"{}"), "no_errcode", "unknown"),
        (Answer(b'{"errcode": 0', length=500), "broken_off", "unknown"),
        (Answer(b"bad gateway", status=502), "http_502", "unknown"),
        (Answer(b"not found", status=404), "http_404", "never"),
        (Answer(b"slow down", status=429), "http_429", "later"),
        (Answer(b"moved", status=301), "not_json", "unknown"),
        (Answer(breaks="reset"), "broken_off", "unknown"),
        (Answer(breaks="close"), "broken_off", "unknown"),
        (Answer(breaks="hang"), "timeout", "unknown"),
    ],
)
def test_whatever_comes_back_is_told_apart(
    api: PretendApi, sender: OfficialAccountSender, given: Answer, code: str, verdict: str
) -> None:
    api.on(CUSTOM, given)
    api.on(TEMPLATE, given)
    text, short = failure_of(sender, TEXT), failure_of(sender, SHORT)

    assert {text.code, short.code} == {code}
    assert {text.outcome_unknown, short.outcome_unknown} == {verdict == "unknown"}
    assert text.retryable == (verdict == "later")
    # What carries an id of ours may be repeated even if it may have arrived.
    assert short.retryable == (verdict != "never")
    assert len(api.calls) == 3


@pytest.mark.parametrize(
    ("code", "reaction"),
    [
        (45015, Reaction.NEXT_RUNG),
        (45047, Reaction.NEXT_RUNG),
        (43004, Reaction.UNREACHABLE),
        (43101, Reaction.NEXT_RUNG),
        (45009, Reaction.PAUSE_DAY),
        (45011, Reaction.PAUSE_MINUTE),
        (48001, Reaction.SWITCHED_OFF),
        (45002, Reaction.NONE),
        (99999, Reaction.NONE),
    ],
)
def test_a_refusal_says_what_it_asks_of_us(
    api: PretendApi, sender: OfficialAccountSender, code: int, reaction: Reaction
) -> None:
    api.on(CUSTOM, answer(errcode=code, errmsg="no"))

    assert failure_of(sender, TEXT).reaction is reaction


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        sender = sender_to(f"http://127.0.0.1:{unused.getsockname()[1]}")
        error = failure_of(sender, TEXT)
        sender.close()

    assert (error.code, error.retryable, error.outcome_unknown) == ("connection", True, False)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (HTML, "not_json"),
        (Answer(b""), "not_json"),
        (Answer(breaks="hang"), "timeout"),
        (Answer(breaks="reset"), "broken_off"),
        (answer(errcode=40164, errmsg="invalid ip"), "40164"),
        (answer(access_token="", expires_in=7200), "token_unreadable"),
        (answer(access_token="T", expires_in="soon"), "token_unreadable"),
        (answer(access_token="T", expires_in=-1), "token_unreadable"),
    ],
)
def test_a_push_without_a_token_has_not_gone_out(
    api: PretendApi, sender: OfficialAccountSender, given: Answer, code: str
) -> None:
    api.on(STABLE, given)
    error = failure_of(sender, TEXT)

    assert (error.code, error.retryable, error.outcome_unknown) == (code, True, False)
    assert api.calls_to(CUSTOM) == []


@pytest.mark.parametrize(
    "given", [HTML, OK, Answer(breaks="reset"), Answer(status=500), answer(errcode=40001)]
)
def test_no_token_no_secret_and_no_text_is_logged_or_hangs_on_an_error(
    api: PretendApi, sender: OfficialAccountSender, given: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.on(CUSTOM, given)
    told = ""
    try:
        sender.push(TEXT)
    except SendError as error:
        told = "".join(traceback.format_exception(error)) + repr(vars(error)) + repr(error.__context__)

    for private in ("TOKEN-", "APP-SECRET", "路灯", "oVoter", "access_token"):
        assert private not in told + caplog.text


# Media


def media_failure(sender: OfficialAccountSender, limit: int = 1000) -> tuple[str, bool]:
    with pytest.raises(SendError) as failure:
        sender.download_media("m1", limit)
    return failure.value.code, failure.value.retryable


def test_a_picture_is_fetched_whole(api: PretendApi, sender: OfficialAccountSender) -> None:
    picture = bytes(range(256)) * 3
    api.on(MEDIA, Answer(picture, content_type="image/jpeg"))

    assert sender.download_media("m1") == picture
    assert api.calls_to(MEDIA)[0].query == {"access_token": "TOKEN-1", "media_id": "m1"}


def test_a_video_is_fetched_from_the_address_that_is_given_instead(
    api: PretendApi, sender: OfficialAccountSender
) -> None:
    api.on(MEDIA, answer(video_url=f"{api.base}/video"))
    api.on("/video", Answer(b"moving", content_type="video/mp4"))

    assert sender.download_media("m1") == b"moving"
    assert api.calls_to("/video")[0].query == {}


def test_media_are_fetched_with_a_fresh_token_where_the_old_one_is_refused(
    api: PretendApi, sender: OfficialAccountSender
) -> None:
    api.on(MEDIA, answer(errcode=42001), Answer(b"picture", content_type="image/jpeg"))

    assert sender.download_media("m1") == b"picture"


@pytest.mark.parametrize(
    ("given", "code", "retryable"),
    [
        (answer(errcode=40007, errmsg="invalid media_id"), "40007", False),
        (Answer(b"x" * 1001, content_type="image/jpeg"), "media_too_big", False),
        (answer(video_url="file:///etc/passwd"), "not_media", False),
        (Answer(b"{broken"), "not_media", True),
        (HTML, "not_media", True),
        (Answer(b"", content_type="image/jpeg"), "not_media", True),
        (Answer(b"half", content_type="image/jpeg", length=99), "broken_off", True),
        (Answer(b"", status=502), "http_502", True),
        (Answer(breaks="reset"), "broken_off", True),
        (Answer(breaks="hang"), "timeout", True),
    ],
)
def test_what_is_not_media_is_never_taken_for_it(
    api: PretendApi, sender: OfficialAccountSender, given: Answer, code: str, retryable: bool
) -> None:
    api.on(MEDIA, given)

    assert media_failure(sender) == (code, retryable)
