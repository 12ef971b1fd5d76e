import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.district.pack import DistrictSettings, Pack
from handlers.district.read import read_pack
from handlers.district.settings_file import COMMENTS
from handlers.district.sheets import Row
from handlers.district.snapshot import build_district
from handlers.district.write import write_pack
from tests.district.folders import write_folder

# Whatever a person may type into one cell: commas, quotes, tabs, full-width marks, rare characters.
LETTERS = st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co"))
WORDS = st.text(LETTERS, min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
KEYS = st.text("abcdefghij-_0123456789东苑", min_size=1, max_size=12)


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """Make packs whose rows hold together, with any words in their free cells."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=6, unique=True))
    departments: list[Row] = [
        {
            "key": key,
            "name": draw(WORDS),
            "short": draw(WORDS),
            "aliases": ";".join(draw(st.lists(st.sampled_from(["甲局", "乙局", 'a"b', "c'd"]), max_size=3))),
            "phone": draw(st.sampled_from(["", "0571-00000001", "=1+1", "00123"])),
            "leader": "",
        }
        for key in keys
    ]
    values: dict[str, object] = {
        "name": draw(WORDS),
        "look_days": draw(st.integers(1, 60)),
        "keep_positions": draw(st.booleans()),
        "hotlines": draw(st.dictionaries(WORDS, WORDS, max_size=3)),
    }
    order = list(COMMENTS)
    rows: dict[str, Sequence[Row]] = {
        "district": [
            {"key": key, "value": json.dumps(values[key], ensure_ascii=False)}
            for key in sorted(values, key=order.index)
        ],
        "departments": departments,
    }
    return Pack(rows=rows)


@given(packs())
@settings(deadline=None, max_examples=60)
def test_every_pack_written_and_read_is_the_same_pack(pack: Pack) -> None:
    with TemporaryDirectory() as folder:
        write_pack(pack.rows, Path(folder))

        read = read_pack(Path(folder)).rows

        assert {name: list(read[name]) for name in pack.rows} == pack.rows
        assert not any(rows for name, rows in read.items() if name not in pack.rows)


def test_every_setting_has_a_word_of_explanation() -> None:
    assert set(COMMENTS) == set(DistrictSettings.__dataclass_fields__)


def test_a_district_without_any_line_of_settings_has_the_defaults(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "pack")
    (folder / "district.toml").write_text("", encoding="utf-8")

    rows: Mapping[str, Sequence[Row]] = read_pack(folder).rows

    assert build_district(rows, 1).settings == DistrictSettings()
    assert ZoneInfo(DistrictSettings().timezone).key == "Asia/Shanghai"
