"""Drill 5: whatever comes in, no error of ours, no long thought, no memory that grows."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.routing.routes import ROUTES
from storage.models import Inbox
from tests.drills.table import Drill, forms
from tests.stories.driver import Story, call, running
from tests.stories.people import EAST, bind

RECORDED = Path(__file__).parents[3] / "shared" / "wechat"
SPEAKERS = ("voter-1", "deputy:D001", "staff:T001", "staff:T002")
LONGEST_THOUGHT = 1.0
WECHAT_WAITS = 5.0
LONGEST_TEXT = 12_000
GROWTH = 30 << 20
"""Allocators keep what they once had; a leak of a hundred bytes a message would pass this within the long form."""
COMMANDS = sorted({word for route in ROUTES for word in (*route.words, *route.starts)})
HARD = (
    *(
        "1",
        "-",
        "一二三四五六七八九十",
        "[微",
        "　",
        "我住在",
        "煤气",
        "东苑",
        "人",
        "姓名 ",
        "2611-0001 ",
        "😀",
        "路",
    ),
    *(
        "着火怕",
        "法院判",
        "工作人员收",
        "我想跟代表",
        "\u202e",
        "{number}",
        "%s",
        "\\",
        "'\"",
        "<b>",
        "&amp;",
    ),
)


@dataclass(slots=True)
class Watch:
    """What the bot answered, and the longest it took."""

    statuses: Counter[int] = field(default_factory=Counter)
    worst: float = 0.0
    thought: float = 0.0
    """The most CPU that one request took; a busy machine lets it wait, but not think."""

    def post(self, story: Story, query: dict[str, str], body: bytes) -> None:
        started, thought = time.perf_counter(), time.process_time()
        status, _ = asyncio.run(call(story.app.asgi, "POST", "/channels/official-account", query, body))
        self.worst = max(self.worst, time.perf_counter() - started)
        self.thought = max(self.thought, time.process_time() - thought)
        self.statuses[status] += 1

        assert status < 500

    @property
    def longest(self) -> str:
        return f"{self.worst:.2f} s, {self.thought:.2f} s of CPU"

    def assert_quick(self) -> None:
        assert self.thought < LONGEST_THOUGHT
        assert self.worst < WECHAT_WAITS

    def say(self, story: Story, who: str, text: str) -> None:
        # The platform drops what XML cannot hold; the fuzzers of XML send it.
        readable = "".join(letter for letter in text if letter >= " " and not "\ud800" <= letter <= "\udfff")
        self.post(story, *story.seal(story.xml(who, MsgType="text", Content=readable)))


@contextmanager
def staffed(url: str, folder: Path) -> Iterator[Story]:
    """Run a district in which every role has an account and there is a case."""
    with running(url, folder) as story:
        for who in SPEAKERS[1:]:
            bind(story, who)
        story.say(SPEAKERS[0], EAST)
        yield story


def resident() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def assert_nothing_failed(story: Story) -> None:
    with Session(story.engine) as session:
        failed = session.scalars(select(Inbox.raw).where(Inbox.attempts > 0)).all()

    assert not failed


# -- envelope and XML -----------------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        *(
            "ToUserName",
            "FromUserName",
            "CreateTime",
            "MsgType",
            "Content",
            "MsgId",
            "Event",
            "EventKey",
            "xml",
        ),
        *(
            "MediaId",
            "PicUrl",
            "Format",
            "Recognition",
            "Location_X",
            "Location_Y",
            "Scale",
            "Label",
            "Ticket",
        ),
        *("Latitude", "Longitude", "Precision", "Status", "MsgID", "bizmsgmenuid", "Encrypt", "ScanCodeInfo"),
    ]
)
KINDS = st.sampled_from(
    [
        "text",
        "image",
        "voice",
        "video",
        "location",
        "link",
        "event",
        "CLICK",
        "SCAN",
        "subscribe",
        "",
        "LOCATION",
    ]
)
NUMBERS = st.sampled_from(
    ["0", "-1", "1e999", "NaN", "inf", "9" * 400, "１２", "", "0x10", "180.0001", "1_0"]
)
VALUES = st.one_of(KINDS, NUMBERS, st.text(max_size=40), st.sampled_from(COMMANDS), st.sampled_from(HARD))
PIECES = st.one_of(
    st.tuples(NAMES, VALUES).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
    st.tuples(NAMES, VALUES).map(lambda pair: f"<{pair[0]}><![CDATA[{pair[1]}]]></{pair[0]}>"),
    st.sampled_from(["&#0;", "&#xD800;", "<!DOCTYPE x>", "]]>", "<a>" * 20, "<?x?>", "<![CDATA[", "\ufffe"]),
)
DOCUMENTS = st.lists(PIECES, max_size=12).map(lambda pieces: f"<xml>{''.join(pieces)}</xml>")
MESSAGES = st.dictionaries(NAMES.filter(lambda name: name not in {"FromUserName", "xml"}), VALUES, max_size=8)


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Fuzz:
    """The same examples each time, or new ones for so long: hypothesis keeps all it tried until a round is over."""

    examples: int
    seconds: float = 0.0

    @property
    def form(self) -> settings:
        return settings(
            max_examples=self.examples,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=not self.seconds,
        )

    def go_on(self, one_round: Callable[[], None]) -> None:
        end = time.monotonic() + self.seconds
        one_round()
        while time.monotonic() < end:
            one_round()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fuzz", forms(short=Fuzz(70), long=Fuzz(500, 200), minutes=10))
def test_no_xml_and_no_envelope_breaks_the_bot(
    district_url: str, tmp_path: Path, fuzz: Fuzz, drill: Drill
) -> None:
    drill.does("5 malformed: XML, envelope", f"{fuzz.seconds:.0f} s of fuzzing by hypothesis")
    watch = Watch()
    with staffed(district_url, tmp_path) as story:

        @fuzz.form
        @given(document=DOCUMENTS, fields=MESSAGES, junk=st.binary(max_size=200), at=st.integers(0, 400))
        def fuzzed(document: str, fields: dict[str, Any], junk: bytes, at: int) -> None:
            query, body = story.seal("<xml><a>1</a></xml>")
            watch.post(story, query, junk)
            watch.post(story, query, body[:at] + junk + body[at:])
            watch.post(story, {name: value[:at] + "é%00" for name, value in query.items()}, body)
            bad = encoded(document)
            watch.post(story, *story.seal(bad.decode("utf-8", "replace")))
            parts = "".join(
                f"<{name}>{escaped(str(value))}</{name}>"
                for name, value in {"CreateTime": 1, **fields}.items()
            )
            watch.post(story, *story.seal(f"<xml><FromUserName>voter-2</FromUserName>{parts}</xml>"))

        fuzz.go_on(fuzzed)
        assert_nothing_failed(story)
    drill.count(requests=watch.statuses.total(), statuses=dict(watch.statuses), longest=watch.longest)
    watch.assert_quick()


def escaped(text: str) -> str:
    readable = "".join(letter for letter in text if letter >= " " and not "\ud800" <= letter <= "\udfff")
    return readable.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# -- commands -------------------------------------------------------------------------------------------

TAILS = st.one_of(
    st.just(""),
    st.sampled_from(
        [" 2611-0001", " 1", " 0001 好的", " 本月", " 99999999999999999999", " 12月", " -1", "  2611-9999 x"]
    ),
    st.text(max_size=30).map(lambda text: f" {text}"),
)
LINES = st.one_of(
    st.tuples(st.sampled_from(COMMANDS), TAILS).map("".join),
    st.sampled_from([*"0123456789", "①", "１", "第一个", "²"]),
    st.text(max_size=60),
    st.lists(st.sampled_from(HARD), min_size=1, max_size=6).map("".join),
)


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("fuzz", forms(short=Fuzz(60), long=Fuzz(200, 200), minutes=10))
def test_no_words_of_anybody_break_the_bot(
    district_url: str, tmp_path: Path, fuzz: Fuzz, drill: Drill, engine_name: str
) -> None:
    drill.does(f"5 malformed: commands, {engine_name}", f"{fuzz.seconds:.0f} s of words of every role")
    watch = Watch()
    with staffed(district_url, tmp_path) as story:

        @fuzz.form
        @given(said=st.lists(st.tuples(st.sampled_from(SPEAKERS), LINES), min_size=4, max_size=12))
        def fuzzed(said: list[tuple[str, str]]) -> None:
            for who, line in said:
                watch.say(story, who, line)

        fuzz.go_on(fuzzed)
        assert_nothing_failed(story)
    drill.count(messages=watch.statuses.total(), longest=watch.longest)
    watch.assert_quick()
    assert set(watch.statuses) == {200}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_text_is_thought_about_for_long(district_url: str, tmp_path: Path) -> None:
    chance, watch = random.Random(5), Watch()
    with staffed(district_url, tmp_path) as story:
        for piece in HARD:
            other = chance.choice(HARD)
            for text in (piece * LONGEST_TEXT, (piece + other) * LONGEST_TEXT, f"查 {piece * LONGEST_TEXT}"):
                watch.say(story, chance.choice(SPEAKERS), text[:LONGEST_TEXT])
        assert_nothing_failed(story)

    watch.assert_quick()


@pytest.mark.drill
@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_memory_stays_flat_under_malformed_traffic(district_url: str, tmp_path: Path, drill: Drill) -> None:
    seconds = 200
    drill.does("5 malformed: memory", f"{seconds} s of mixed junk, RSS after a fifth and at the end")
    chance, watch = random.Random(7), Watch()
    with staffed(district_url, tmp_path) as story:
        start, after_a_fifth = time.monotonic(), 0
        while (passed := time.monotonic() - start) < seconds:
            if not after_a_fifth and passed > seconds / 5:
                after_a_fifth = resident()
            watch.post(story, {"signature": "x"}, chance.randbytes(chance.randrange(60_000)))
            watch.post(
                story, *story.seal("<xml>" + "<a>" * chance.randrange(300) + "x" * chance.randrange(9000))
            )
            watch.say(story, chance.choice(SPEAKERS), "".join(chance.choices(HARD + tuple(COMMANDS), k=5)))
        grown = resident() - after_a_fifth

    drill.count(requests=watch.statuses.total(), grown=f"{grown >> 20} MB", longest=watch.longest)
    watch.assert_quick()
    assert grown < GROWTH


# -- recorded -------------------------------------------------------------------------------------------


@pytest.mark.skipif(not RECORDED.is_dir(), reason="there is no recorded traffic beside the project")
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_recorded_malformed_payload_breaks_the_bot(district_url: str, tmp_path: Path) -> None:
    watch = Watch()
    listed = json.loads((RECORDED / "malformed.json").read_text(encoding="utf-8"))
    files = [RECORDED / str(case["file"]) for case in listed]
    envelopes = json.loads((RECORDED / "encrypted" / "cases.json").read_text(encoding="utf-8"))["cases"]
    with staffed(district_url, tmp_path) as story:
        for file in files:
            body = file.read_bytes() if file.exists() else b""
            watch.post(story, {}, body)
            watch.post(story, *story.seal(body.decode("utf-8", "replace")))
        for case in envelopes:
            watch.post(story, case["query"], case["body"].encode())
        assert_nothing_failed(story)

    watch.assert_quick()
