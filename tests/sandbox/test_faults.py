from datetime import timedelta

import pytest
import requests

from bot.channels.base import Push, SendError
from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.token_keeper import TokenKeeper
from tests.channels.memory_store import MemoryStore
from tests.sandbox.conftest import Page
from tests.sandbox.echo import APP_ID, SECRET

CUSTOM, MINUTE = "message/custom/send", timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def sender_of(page: Page) -> OfficialAccountSender:
    return OfficialAccountSender(
        app_id=APP_ID,
        secret=SECRET,
        api_base=f"{page.base}/wechat",
        keeper=TokenKeeper(MemoryStore(), page.clock),
        timeout=2,
    )


def push_to(page: Page, person: str) -> None:
    sender = sender_of(page)
    try:
        sender.push(Push(kind="text", external_id=person, text="您好"))
    finally:
        sender.close()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "errcode", "code": 45009}, "45009"),
        ({"kind": "html"}, "not_json"),
        ({"kind": "empty"}, "not_json"),
        ({"kind": "status", "code": 503}, "http_503"),
        ({"kind": "hang"}, "timeout"),
        ({"kind": "reset"}, "broken_off"),
    ],
    ids=["errcode", "html", "empty", "status", "hang", "reset"],
)
def test_a_fault_reaches_the_sender_once(page: Page, fault: dict[str, object], code: str) -> None:
    voter = page.voter()
    page.post("faults", api=CUSTOM, **fault)

    with pytest.raises(SendError) as refused:
        push_to(page, voter)
    push_to(page, voter)

    assert refused.value.code == code
    assert [entry["via"] for entry in page.timeline(voter)] == ["", "passive", "push"]


def test_a_lost_answer_hides_what_was_done(page: Page) -> None:
    voter = page.voter()
    page.post("faults", api=CUSTOM, kind="html", acts=True)

    with pytest.raises(SendError) as lost:
        push_to(page, voter)

    assert lost.value.outcome_unknown
    assert page.last(voter)["text"] == "您好"


def test_a_fault_meets_only_the_person_it_is_meant_for(page: Page) -> None:
    one, other = page.voter("王阿姨"), page.voter("李婶")
    page.post("faults", api=CUSTOM, kind="errcode", code=43004, person=other)

    assert (page.write_to(one), page.write_to(other), page.write_to(other)) == (0, 43004, 0)


def test_a_revoked_token_is_replaced_by_the_next_call(page: Page) -> None:
    voter, sender = page.voter(), sender_of(page)
    for _ in range(2):
        sender.push(Push(kind="text", external_id=voter, text="您好"))
        page.post("revoke")
    sender.close()

    books = page.get("ledger")
    assert books["refused"] == {"40001": 1}
    assert books["tokens"] == 2


def test_a_message_comes_three_times_with_one_id(page: Page) -> None:
    voter = page.voter()
    page.post("callbacks", repeat=3)

    page.post("text", person=voter, text="在吗")
    page.post("text", person=voter, text="好")

    ids = [call.message["MsgId"] for call in page.echo.calls[1:]]
    assert [ids.count(each) for each in dict.fromkeys(ids)] == [3, 1]


def test_a_message_is_overtaken_by_the_next(page: Page) -> None:
    voter = page.voter()
    page.post("callbacks", hold=1)

    page.post("text", person=voter, text="第一句")
    page.post("text", person=voter, text="第二句")

    assert [call.message["Content"] for call in page.echo.calls[1:]] == ["第二句", "第一句"]


def test_an_answer_that_is_not_read_is_asked_for_again(page: Page) -> None:
    voter = page.voter()
    page.post("callbacks", drop=2)

    assert page.post("text", person=voter, text="在吗")["reply"] == "收到：在吗"
    assert len({call.message["MsgId"] for call in page.echo.calls[1:]}) == 1
    assert page.get("ledger")["callbacks"]["retried"] == 2


@pytest.mark.parametrize("code", [45015, 45047])
def test_a_window_that_is_said_to_be_closed_is_closed(page: Page, code: int) -> None:
    voter = page.voter()
    page.post("text", person=voter, text="在吗")
    page.post("faults", api=CUSTOM, kind="errcode", code=code)

    assert [page.write_to(voter), page.write_to(voter)] == [code, 45015]


def struck(page: Page, voter: str, **fault: object) -> list[bool]:
    """Let a fault strike among twenty template sends; tell which of them it met."""
    page.post("faults", api="message/template/send", kind="errcode", code=-1, **fault)
    body = {"touser": voter, "template_id": "sandbox-reminder"}
    return [page.wechat("message/template/send", **body)["errcode"] == -1 for _ in range(20)]


def test_a_fault_strikes_by_chance_and_the_same_seed_the_same_calls(page: Page) -> None:
    voter = page.voter()
    first, again, other = (
        struck(page, voter, chance=0.5, seed=seed, times=100, calls=20) for seed in (7, 7, 8)
    )

    assert 4 < sum(first) < 16
    assert first == again != other


def test_a_fault_ends_after_so_many_calls_or_at_its_time(page: Page) -> None:
    voter = page.voter()
    by_calls = struck(page, voter, times=100, calls=3)
    page.post(
        "faults", api=CUSTOM, kind="errcode", code=-1, times=9, until=(page.clock() + MINUTE).isoformat()
    )
    before = page.write_to(voter)
    page.clock.turn(minutes=1)

    assert by_calls == [True] * 3 + [False] * 17
    assert before == -1
    assert page.write_to(voter) == 45015
    assert page.get("ledger")["waiting"] == []


def test_faults_are_taken_back(page: Page) -> None:
    voter = page.voter()
    page.post("faults", kind="errcode", code=-1, times=9)
    requests.delete(f"{page.base}/api/faults", timeout=5)

    assert page.write_to(voter) == 0
