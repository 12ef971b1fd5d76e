"""The chat page in a real browser; skipped, and said so, where none is installed."""

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Locator, expect, sync_playwright
from playwright.sync_api import Page as Tab

from tests.sandbox.conftest import Page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MENU_REPLY = "应该是哪一类？\n1 物业管理\n2 电梯\n0 不改"

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="THE CHAT PAGE WAS NOT TESTED: install chromium (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[(1200, 800), (390, 844)], ids=["wide", "narrow"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    width, height = request.param
    return width, height


@pytest.fixture
def tab(browser: Any, page: Page, size: tuple[int, int]) -> Iterator[Tab]:
    """The page as somebody opens it who has a voter already; it must not complain in the console."""
    complaints: list[str] = []
    page.voter("王阿姨")
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    tab: Tab = context.new_page()
    tab.on("pageerror", lambda error: complaints.append(str(error)))

    def listen(line: ConsoleMessage) -> None:
        # The browser itself reports each refusal; the page tells the person.
        if line.type == "error" and "409 (Conflict)" not in line.text:
            complaints.append(line.text)

    tab.on("console", listen)
    tab.goto(f"{page.base}/")
    expect(tab.locator("#who")).to_contain_text("王阿姨")
    yield tab
    context.close()
    assert complaints == []


def write(tab: Tab, text: str) -> None:
    tab.get_by_label("写消息").fill(text)
    tab.get_by_label("写消息").press("Enter")


def left_edge(bubble: Locator) -> float:
    box = bubble.bounding_box()
    assert box
    return box["x"]


def open_list(tab: Tab) -> None:
    if tab.locator("#drawer").is_visible():
        tab.locator("#drawer").click()


def test_a_sentence_and_its_answer_stand_on_their_sides(tab: Tab) -> None:
    write(tab, "楼道灯坏了")

    expect(tab.locator(".row.own .bubble").last).to_have_text("楼道灯坏了")
    expect(tab.locator(".row:not(.own) .bubble").last).to_have_text("收到：楼道灯坏了")
    own, others = tab.locator(".row.own .bubble").last, tab.locator(".row:not(.own) .bubble").last
    assert left_edge(own) > left_edge(others)


def test_a_choice_is_tapped(tab: Tab, page: Page) -> None:
    page.echo.answer = lambda call: (200, page.echo.reply(call, MENU_REPLY))
    write(tab, "1")

    tab.get_by_role("button", name="回2：电梯").click()

    expect(tab.locator(".row.own .bubble").last).to_have_text("2")
    assert page.echo.calls[-1].message["Content"] == "2"


def test_a_line_of_a_list_is_tapped_too(tab: Tab, page: Page) -> None:
    page.echo.answer = lambda call: (
        200,
        page.echo.reply(call, "今天2件：\n1) 新到6件\n2) 到期1件\n回序号看。"),
    )
    write(tab, "今日")

    tab.get_by_role("button", name="回2：到期1件").click()

    expect(tab.locator(".row.own .bubble").last).to_have_text("2")


def test_words_are_never_markup(tab: Tab) -> None:
    write(tab, "<img src=x onerror=alert(1)><b>粗</b>")

    expect(tab.locator(".row.own .bubble").last).to_have_text("<img src=x onerror=alert(1)><b>粗</b>")
    assert tab.locator(".bubble img, .bubble b").count() == 0


def test_a_deputy_joins_from_the_cast_with_a_code(tab: Tab) -> None:
    open_list(tab)
    tab.get_by_label("当一位代表").select_option(label="陈立新，区人大代表，东苑社区联络站")

    expect(tab.locator("#who")).to_contain_text("陈立新（代表，东苑社区联络站）")
    expect(tab.locator(".row.own .bubble")).to_have_text("CODED1")


def test_a_push_to_somebody_else_is_counted_until_it_is_read(tab: Tab, page: Page) -> None:
    other = page.voter("李婶")
    page.write_to(other, "有答复了")
    open_list(tab)
    line = tab.locator("#list button", has_text="李婶")

    expect(line.locator(".badge")).to_have_text("2")
    line.click()
    expect(tab.locator(".via").last).to_have_text("主动发来")
    open_list(tab)
    expect(line.locator(".badge")).to_have_count(0)


def test_turning_the_clock_brings_the_card(tab: Tab, page: Page) -> None:
    fields = {
        "活动名称": "代表统一接待选民日",
        "时间": "2026年12月10日 09:00",
        "地点": "东苑站",
        "备注": "回1",
    }
    if tab.locator("#turn").is_visible():
        tab.locator("#turn").click()

    tab.get_by_role("button", name="跳到 12月3日 8:35 提醒").click()
    expect(tab.locator("#now")).to_have_text("2026年12月3日 周四 8:35")
    person = page.get("people")[0]["id"]
    data = {name: {"value": value} for name, value in fields.items()}
    page.wechat("message/template/send", touser=person, template_id="sandbox-reminder", data=data)

    expect(tab.locator(".card .head")).to_have_text("代表统一接待选民日")
    expect(tab.locator(".card dd").nth(1)).to_have_text("东苑站")
    expect(tab.locator(".stamp").last).to_have_text("12月3日 周四 8:35")


def test_picture_voice_place_scan_and_menu_reach_the_bot(tab: Tab, page: Page) -> None:
    tab.locator("#more").click()
    tab.locator("#sample").click()
    expect(tab.locator(".bubble img")).to_be_visible()
    tab.locator("#to-voice").click()
    tab.get_by_label("说的话").fill("路灯坏了")
    tab.get_by_role("button", name="发出").click()
    expect(tab.locator(".heard")).to_have_text("路灯坏了")
    tab.locator("#more").click()
    tab.get_by_role("button", name="位置", exact=True).click()
    tab.get_by_role("button", name="东苑社区联络站附近").click()
    expect(tab.locator(".place")).to_contain_text("东苑社区联络站附近")
    tab.locator("#more").click()
    tab.get_by_role("button", name="扫站里的码").click()
    tab.locator("#sheet").get_by_role("button", name="柳荫街道联络站").click()
    expect(tab.locator(".grey").last).to_have_text("扫了“柳荫街道联络站”的码")
    tab.get_by_label("菜单", exact=True).click()
    tab.get_by_role("menuitem", name="找代表").click()
    tab.locator("#submenu").get_by_role("menuitem", name="隐私说明").click()
    expect(tab.locator(".grey").last).to_have_text("点了菜单“隐私说明”")

    kinds = [call.message.get("Event") or call.message["MsgType"] for call in page.echo.calls]
    assert kinds == ["subscribe", "image", "voice", "location", "SCAN", "CLICK"]


def test_a_subscription_message_is_accepted_and_taken_back(tab: Tab, page: Page) -> None:
    tab.locator("#more").click()
    tab.get_by_role("button", name="订阅通知").click()
    expect(tab.locator(".consent small").first).to_have_text("一次性订阅：没有同意")
    tab.locator("#sheet").get_by_role("button", name="同意", exact=True).first.click()
    expect(tab.locator(".grey").last).to_have_text("同意接收订阅通知“办理结果通知”（收一条）")
    tab.locator("#more").click()
    tab.get_by_role("button", name="订阅通知").click()
    expect(tab.locator(".consent small").first).to_have_text("一次性订阅：已同意，还能收1条")
    tab.locator("#sheet").get_by_role("button", name="不再接收").click()

    expect(tab.locator(".grey").last).to_have_text("不再接收订阅通知“办理结果通知”")
    assert page.get("people")[0]["consents"] == {}


def test_leaving_and_coming_back(tab: Tab) -> None:
    tab.locator("#more").click()
    tab.get_by_role("button", name="取消关注").click()
    expect(tab.locator(".grey").last).to_have_text("取消了关注")
    write(tab, "在吗")
    expect(tab.get_by_role("alert")).to_contain_text("还没有关注公众号")
    tab.locator("#more").click()
    tab.get_by_role("button", name="关注", exact=True).click()

    expect(tab.locator(".grey").last).to_have_text("关注了公众号")


def test_nothing_is_wider_than_the_screen(tab: Tab, size: tuple[int, int]) -> None:
    write(tab, "长" * 300)
    expect(tab.locator(".row.own .bubble").last).to_have_text(re.compile("长{300}"))

    assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_nothing_is_fetched_from_elsewhere(tab: Tab, page: Page) -> None:
    addresses = tab.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")

    assert addresses
    assert all(str(address).startswith(page.base) for address in addresses), os.linesep.join(addresses)


def test_the_ledger_takes_a_fault_and_marks_a_difference(tab: Tab, page: Page, size: tuple[int, int]) -> None:
    page.voter("李婶")
    tab.goto(f"{page.base}/ledger")
    tab.get_by_label("接口").select_option(label="客服消息")
    tab.get_by_label("出什么事").select_option(label="当日额度用完 45009")
    tab.get_by_role("button", name="安排").click()
    expect(tab.locator("#waiting")).to_contain_text("message/custom/send 错误码45009 ×1")

    assert page.write_to(page.get("people")[0]["id"]) == 45009
    expect(tab.locator("#counts")).to_contain_text("45009×1")
    expect(tab.locator("#verdict")).to_have_text("两本账有出入")
    expect(tab.locator("tr.differs")).to_have_count(2)
    tab.get_by_role("button", name="用完今天的额度").click()
    expect(tab.locator("#said")).to_contain_text("再调用会回45009")
    expect(tab.locator("#calls tr", has_text="message/custom/send").locator(".says")).to_have_text("0")
    assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
