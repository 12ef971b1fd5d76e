"""Who is accused, measured on sentences: what accuses somebody of the house is sealed, what only names them is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.district.district import District
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.snapshot import build_district

SENTENCES = Path(__file__).parents[1] / "data" / "accusing"
SEALED_OF_ACCUSATIONS, SEALED_OF_ORDINARY = 0.98, 0.03


@pytest.fixture(scope="module")
def demo() -> District:
    return build_district(read_pack(DEMO_FOLDER).rows, 1)


def sentences(table: str, label: str) -> list[str]:
    lines = (SENTENCES / f"{table}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [text for kind, text in (line.split("\t") for line in lines) if kind == label]


@pytest.mark.parametrize("table", ["worked", "kept"])
def test_accusations_are_sealed(demo: District, table: str) -> None:
    told = sentences(table, "accusing")
    missed = [text for text in told if demo.accuses(text) is None]

    assert 1 - len(missed) / len(told) >= SEALED_OF_ACCUSATIONS, missed


@pytest.mark.parametrize("table", ["worked", "kept"])
def test_ordinary_matters_that_name_people_and_departments_are_not(demo: District, table: str) -> None:
    told = sentences(table, "ordinary")
    wrong = [text for text in told if demo.accuses(text) is not None]

    assert len(wrong) / len(told) <= SEALED_OF_ORDINARY, wrong


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("柯巧云收了我两条烟", "staff:T005"),
        ("柯 巧 云收了我两条烟", "staff:T005"),
        ("柯・巧云收了我两条烟", "staff:T005"),
        ("柯\u200b巧云收了我两条烟", "staff:T005"),
        ("柯巧芸收了我两条烟", "staff:T005"),
        ("ke qiaoyun 收了我两条烟", "staff:T005"),
        ("柯主任收了我两条烟", "staff:T005"),
        ("姓柯的收了我两条烟", "staff:T005"),
        ("东苑站的站长收了我两条烟", "station:S004"),
        ("街道工委的张主任收了我两条烟，张宁不管", "staff:T001"),
        ("代表工委的人收了我两条烟", "desk"),
        ("住建局的局长收了我两条烟", "department:housing"),
        ("陈立新代表收了我两条烟", "deputy:D001"),
        (f"{'楼道灯坏了半个月。' * 600}柯巧云收了我两条烟", "staff:T005"),
    ],
    ids=lambda value: value[:12],
)
def test_whoever_is_meant_is_found_by_name_or_office(demo: District, text: str, who: str) -> None:
    found = demo.accuses(text)

    assert found is not None
    assert who in found.who


@pytest.mark.parametrize(
    "piece", ["柯巧云收了红包", "收 红 包 ", "投诉", "联络站", "柯 ", "站长他", "ke qiao "]
)
def test_repetition_is_read_to_its_end(demo: District, piece: str) -> None:
    read: Callable[[str], object] = demo.accuses

    assert (read(f"{piece * 2_000}。柯巧云收了红包")) is not None


def test_a_district_adds_words_of_its_own() -> None:
    rows = dict(read_pack(DEMO_FOLDER).rows)
    plain = build_district(rows, 1)
    rows["insider_words"] = [{"word": "驿亭", "kind": "house"}, {"word": "揩水", "kind": "money"}]
    taught = build_district(rows, 2)

    assert plain.accuses("驿亭的人揩水") is None
    assert taught.accuses("驿亭的人揩水") is not None


@pytest.mark.parametrize(
    "text",
    ["那个代表收了我五千块钱", "你们站里那个戴眼镜的骂我老不死的", "接待我的那个胖子要我塞红包才给登记"],
)
def test_where_nobody_can_be_told_apart_everybody_below_the_desk_is_meant(demo: District, text: str) -> None:
    found = demo.accuses(text)

    assert found is not None
    assert found.who == {"below"}
