"""Links to files belong to an account, end with it and are counted; what comes back is measured before it is read."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.files.files import MOST_OPENINGS
from bot.files.uploads import MOST_HANDED_IN, Uploads, file_in
from bot.from_settings import shelf_of
from handlers.texts import DEFAULT_TEXTS as TEXTS
from storage.keeping import codes
from storage.models import Person
from tests.handlers.test_foreign import BOMBS
from tests.stories.driver import Story, call, running, story_settings
from tests.stories.people import EAST, bind
from tests.stories.test_ledger_back import BOUNDARY
from tests.stories.test_papers import PUBLIC, fetch

OVER = TEXTS("paper_link_over")
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture
def story(district_url: str, tmp_path: Path) -> Iterator[Story]:
    with running(district_url, tmp_path, public_url=PUBLIC) as story:
        story.say("voter-1", EAST)
        yield story


@pytest.fixture
def east(story: Story) -> str:
    return bind(story, "staff:T005")


def link_to(story: Story, who: str, *words: str) -> str:
    """Ask for something that comes with a link, and give the link."""
    for each in words or ("台账",):
        story.say(who, each)
        for _ in range(2):
            story.at(story.clock.at)
    return story.phones.texts_to(who)[-1].splitlines()[-1]


def opens(story: Story, link: str) -> tuple[int, str]:
    status, body = fetch(story, link)
    return status, body.decode() if status != 200 else ""


def form(content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="t.xlsx"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def hands_in(story: Story, link: str, body: bytes, kind: str = FORM) -> tuple[int, str]:
    status, said = asyncio.run(call(story.app.asgi, "POST", urlsplit(link).path, body=body, kind=kind))
    return status, said.decode()


def streamed(
    app: Any, link: str, receive: Callable[[], Any], declared: bytes | None = None
) -> tuple[int, str]:
    """Hand in a body that comes as `receive` gives it."""
    sent: list[dict[str, Any]] = []
    headers = [(b"content-type", FORM.encode())]
    if declared is not None:
        headers.append((b"content-length", declared))
    scope = {
        "type": "http",
        "method": "POST",
        "path": urlsplit(link).path,
        "query_string": b"",
        "headers": headers,
    }

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(event.get("body", b"") for event in sent[1:]).decode()


async def unread() -> dict[str, Any]:
    raise AssertionError("nothing may be read of this body")


# -- who it belongs to ----------------------------------------------------------------------------------------


def test_a_link_ends_with_the_binding_and_does_not_come_back_with_a_new_one(story: Story, east: str) -> None:
    link = link_to(story, east)
    before = opens(story, link)
    story.say(east, "解除绑定")
    after = opens(story, link)
    story.clock.turn(minutes=1)
    with Session(story.engine) as session, session.begin():
        person = session.scalars(select(Person).where(Person.roster_key == east)).one()
        code = codes.make_code(session, person_id=person.id, now=story.clock())
    story.say(east, code)
    story.clock.turn(minutes=1)

    assert before[0] == 200
    assert after == (404, OVER)
    assert opens(story, link) == (404, OVER)
    assert opens(story, link_to(story, east))[0] == 200


def test_the_way_back_of_a_sheet_ends_with_the_binding_too(story: Story, east: str) -> None:
    link = link_to(story, east, "台账", "传回台账")
    story.say(east, "解除绑定")

    assert opens(story, link) == (404, OVER)
    assert streamed(story.app.asgi, link, unread, b"100") == (404, OVER)


def test_a_second_account_of_the_same_person_cannot_use_the_first_ones_link(story: Story, east: str) -> None:
    link = link_to(story, east)
    document, account, until, signature = urlsplit(link).path.split("/")[2:]
    other = str(int(account) + 1)

    assert opens(story, f"{PUBLIC}/files/{document}/{other}/{until}/{signature}") == (404, OVER)


def test_a_link_that_goes_round_opens_a_few_times_and_says_so(story: Story, east: str) -> None:
    link = link_to(story, east)
    tries = [opens(story, link) for _ in range(MOST_OPENINGS + 2)]

    assert [status for status, _ in tries] == [200] * MOST_OPENINGS + [404, 404]
    assert tries[-1][1] == TEXTS("paper_link_used", most=MOST_OPENINGS)
    assert opens(story, link_to(story, east))[0] == 200


# -- what comes back ------------------------------------------------------------------------------------------


@pytest.fixture
def way_back(story: Story, east: str) -> str:
    return link_to(story, east, "台账", "传回台账")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda link: link.replace("/back", "x/back"),
        lambda _: f"{PUBLIC}/files/1/1/1/x/back",
        lambda _: f"{PUBLIC}/files/{'9' * 19}/1/1/x/back",
    ],
    ids=["a changed letter", "made up", "a number that no database has"],
)
def test_a_foreign_link_is_refused_before_anything_is_read(
    story: Story, way_back: str, spoil: Callable[[str], str]
) -> None:
    assert streamed(story.app.asgi, spoil(way_back), unread, b"200000000") == (404, OVER)


@pytest.mark.parametrize("declared", [b"200000000", b"5010001", b"-1", b"many"])
def test_a_file_that_says_it_is_too_big_is_refused_before_it_is_read(
    story: Story, way_back: str, declared: bytes
) -> None:
    assert streamed(story.app.asgi, way_back, unread, declared) == (413, TEXTS("ledger_back_big", most=5))


def test_a_file_without_a_size_is_counted_while_it_comes(story: Story, way_back: str) -> None:
    came = 0

    async def endless() -> dict[str, Any]:
        nonlocal came
        came += 1_000_000
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    assert streamed(story.app.asgi, way_back, endless) == (413, TEXTS("ledger_back_big", most=5))
    assert came <= 7_000_000


def test_whoever_falls_silent_is_cut_off_and_the_next_is_served(
    story: Story, way_back: str, tmp_path: Path
) -> None:
    patient = Uploads(
        story.app.site,
        story.app.writer,
        shelf_of(story_settings(str(story.engine.url), tmp_path, public_url=PUBLIC)),
        story.clock,
        texts=lambda: TEXTS,
        note=lambda *_, **__: None,
        max_bytes=100_000,
        idle_seconds=0.01,
    )

    async def silent() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    cut = [streamed(patient, way_back, silent, b"500") for _ in range(6)]

    assert cut == [(408, TEXTS("upload_slow"))] * 6
    assert hands_in(story, way_back, form(b"no sheet"))[0] == 200


def test_nothing_chosen_and_other_bodies_are_answered_in_chinese(story: Story, way_back: str) -> None:
    none = (400, TEXTS("upload_none"))

    assert hands_in(story, way_back, form(b"")) == none
    assert hands_in(story, way_back, b"") == none
    assert hands_in(story, way_back, b"{}", "application/json") == none
    assert hands_in(story, way_back, form(b"x")[:-9]) == none
    assert hands_in(story, way_back, b"file=x", "application/x-www-form-urlencoded") == none


def test_one_link_takes_so_many_files_and_no_more(story: Story, way_back: str) -> None:
    said = [hands_in(story, way_back, form(b"no sheet")) for _ in range(MOST_HANDED_IN + 1)]

    assert said[-1] == (429, TEXTS("upload_often", most=MOST_HANDED_IN))
    assert {status for status, _ in said[:-1]} == {200}


def test_a_sheet_that_cannot_be_read_is_answered_and_the_next_ones_are_read(
    story: Story, east: str, way_back: str
) -> None:
    name = story.phones.texts_to(east)[-1].splitlines()[0].split(" ")[1]
    for content in (BOMBS["very many cells"](), b"PK no zip", BOMBS["a cell of a csv"](), b"no sheet at all"):
        assert hands_in(story, way_back, form(content))[0] == 200
    for _ in range(2):
        story.at(story.clock.at)

    assert story.phones.texts_to(east)[-4:] == [
        TEXTS("sheet_heavy", name=name),
        TEXTS("sheet_broken", name=name),
        TEXTS("sheet_long", name=name, row=2),
        TEXTS("ledger_back_not_ours"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/files/a/b/c/d", 404),
        ("GET", "/files/1/2/3", 404),
        ("GET", f"/files/{'9' * 5000}/1/1/x", 404),
        ("PUT", "/files/1/1/1/x/back", 405),
        ("POST", "/files/1/1/1/x", 405),
        ("DELETE", "/files/1/1/1/x", 405),
        ("GET", "/nothing", 404),
        ("POST", "/health/live", 405),
    ],
)
def test_every_wrong_door_answers_in_chinese(story: Story, method: str, path: str, status: int) -> None:
    found, body = asyncio.run(call(story.app.asgi, method, path))

    assert found == status
    assert body.decode() in {OVER, TEXTS("page_unknown"), TEXTS("page_method")}


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (form(b"abc\r\n--x\r\n"), b"abc\r\n--x\r\n"),
        (form(b"a").replace(b'name="file"', b'name="other"') + form(b"b"), b"b"),
        (form(b"a").replace(b"; filename", b"; file"), b""),
        (b"--" + BOUNDARY.encode() + b"\r\n" * 500_000, b""),
        ((b"--" + BOUNDARY.encode() + b"\r\n\r\n\r\n") * 50_000, b""),
    ],
    ids=["marks inside", "another field first", "no file", "one endless head", "very many parts"],
)
def test_the_file_is_found_in_a_form(body: bytes, content: bytes) -> None:
    assert file_in(body, FORM.encode()) == content
