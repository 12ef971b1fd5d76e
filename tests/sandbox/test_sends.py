import pytest

from bot.sandbox.world import LASTING
from tests.sandbox.conftest import Page

FIELDS = {
    "活动名称": {"value": "代表统一接待选民日"},
    "时间": {"value": "2026年12月10日 09:00"},
    "地点": {"value": "东苑社区联络站接待室"},
    "备注": {"value": "在办5件，回1参加 2请假"},
}


def template(page: Page, person: str, **changes: object) -> int:
    body = {"touser": person, "template_id": "sandbox-reminder", "data": FIELDS, **changes}
    return int(page.wechat("message/template/send", **body)["errcode"])


def test_five_messages_may_follow_a_message_within_two_days(page: Page) -> None:
    voter = page.voter()
    page.clock.turn(minutes=2)
    page.post("text", person=voter, text="在吗")
    page.clock.turn(hours=47)

    sent = [page.write_to(voter) for _ in range(6)]

    assert sent == [0, 0, 0, 0, 0, 45047]
    assert [entry["via"] for entry in page.timeline(voter)].count("push") == 5


def test_after_two_days_nothing_may_be_sent(page: Page) -> None:
    voter = page.voter()
    page.post("text", person=voter, text="在吗")
    page.clock.turn(hours=48)

    assert page.write_to(voter) == 45015


def test_three_messages_may_follow_a_click_within_a_minute(page: Page) -> None:
    voter = page.voter()
    page.clock.turn(days=3)
    page.post("menu", person=voter, name="我的", key="我的")

    assert [page.write_to(voter) for _ in range(4)] == [0, 0, 0, 45047]
    page.clock.turn(minutes=1)
    assert page.write_to(voter) == 45015


@pytest.mark.parametrize("cause", ["follow", "scan"])
def test_following_and_scanning_open_the_same_short_window(page: Page, cause: str) -> None:
    voter = page.voter()
    if cause == "scan":
        page.clock.turn(days=3)
        page.post("scan", person=voter, station="S001")

    assert [page.write_to(voter) for _ in range(4)] == [0, 0, 0, 45047]


def test_who_left_and_who_never_came_are_not_reached(page: Page) -> None:
    voter = page.voter()
    page.post("unfollow", person=voter)

    assert page.write_to(voter) == 43004
    assert template(page, voter) == 43004
    assert page.write_to("oNobody") == 40003
    assert page.echo.wait_for("unsubscribe").message["FromUserName"] == voter


def test_a_text_that_is_too_long_uses_nothing_up(page: Page) -> None:
    voter = page.voter()

    assert page.write_to(voter, "字" * 683) == 45002
    assert page.write_to(voter, "") == 44004
    assert [page.write_to(voter, "字" * 682) for _ in range(3)] == [0, 0, 0]


def test_a_template_message_is_a_card_and_its_result_comes_as_an_event(page: Page) -> None:
    voter = page.voter()
    page.clock.turn(days=30)

    sent = page.wechat("message/template/send", touser=voter, template_id="sandbox-reminder", data=FIELDS)

    assert sent["errcode"] == 0
    assert page.last(voter)["kind"] == "template"
    assert page.last(voter)["fields"][2] == ["地点", "东苑社区联络站接待室"]
    report = page.echo.wait_for("TEMPLATESENDJOBFINISH").message
    assert (report["MsgID"], report["Status"]) == (str(sent["msgid"]), "success")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"template_id": "unknown"}, 40037),
        ({"data": {**FIELDS, "备注": {"value": "字" * 21}}}, 47003),
        ({"data": {**FIELDS, "备注": {"value": "一\n二"}}}, 47003),
        ({"data": {**FIELDS, "备注": {"value": ""}}}, 47003),
        ({"data": {"备注": {"value": "只有一栏"}}}, 47003),
        ({"data": "没有栏"}, 47003),
    ],
    ids=["template", "too long", "line end", "empty", "missing", "no object"],
)
def test_a_template_with_a_fault_is_refused(page: Page, changes: dict[str, object], code: int) -> None:
    assert template(page, page.voter(), **changes) == code


def test_the_same_client_id_sends_once_in_ten_minutes(page: Page) -> None:
    voter = page.voter()

    assert template(page, voter, client_msg_id="a") == 0
    assert template(page, voter, client_msg_id="a") == 45065
    assert template(page, voter, client_msg_id="b") == 0
    page.clock.turn(minutes=10)
    assert template(page, voter, client_msg_id="a") == 0


RESULT = {"编号": {"value": "2611-0001"}, "进度": {"value": "有答复了"}, "说明": {"value": "回“进度”看全文"}}


def subscription(page: Page, person: str, **changes: object) -> int:
    body = {"touser": person, "template_id": "sandbox-result", "data": RESULT, **changes}
    return int(page.wechat("message/subscribe/bizsend", **body)["errcode"])


def test_a_subscription_message_needs_an_acceptance_each(page: Page) -> None:
    voter = page.voter()
    page.post("accept", person=voter, template="sandbox-result")

    sent = [subscription(page, voter) for _ in range(2)]

    assert sent == [0, 43101]
    asked = page.echo.wait_for("subscribe_msg_popup_event").message["SubscribeMsgPopupEvent"]["List"]
    assert (asked["TemplateId"], asked["SubscribeStatusString"]) == ("sandbox-result", "accept")
    report = page.echo.wait_for("subscribe_msg_sent_event").message["SubscribeMsgSentEvent"]["List"]
    assert report["ErrorStatus"] == "success"


def test_who_takes_the_acceptance_back_gets_no_more(page: Page) -> None:
    voter = page.voter()
    page.post("accept", person=voter, template="sandbox-result")
    page.post("accept", person=voter, template="sandbox-result", accepts=False)

    assert subscription(page, voter) == 43101
    told = page.echo.wait_for("subscribe_msg_change_event").message["SubscribeMsgChangeEvent"]["List"]
    assert told["SubscribeStatusString"] == "reject"
    assert page.get("people")[0]["consents"] == {}


def test_a_long_term_acceptance_is_never_used_up(page: Page) -> None:
    voter = page.voter()
    page.post("accept", person=voter, template="sandbox-news")
    sent = [
        subscription(page, voter, template_id="sandbox-news", data={"标题": {"value": "有新进展"}})
        for _ in range(3)
    ]

    assert sent == [0, 0, 0]
    assert page.get("people")[0]["consents"] == {"sandbox-news": LASTING}


def test_templates_of_the_two_kinds_are_not_exchanged(page: Page) -> None:
    voter = page.voter()

    assert template(page, voter, template_id="sandbox-result", data=RESULT) == 40037
    assert subscription(page, voter, template_id="sandbox-reminder", data=FIELDS) == 40037
