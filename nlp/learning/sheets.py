"""Topics, terms and weights read from the sheets of a folder; every fault of every line is told together."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from nlp.text.fold import fold
from nlp.topics.lexicon import (
    CATEGORIES,
    DEFAULT_DAYS,
    LEARNED,
    STRONGEST,
    Lexicon,
    LexiconErrors,
    Term,
    Topic,
    build_lexicon,
)
from nlp.topics.linear import FILE_NAME, read_weights, shipped_weights

_TOPIC_COLUMNS = ("key", "label", "category", "department", "industry", "days")
_TERM_COLUMNS = ("term", "topic", "weight", "note")


_IN_EVERY_MESSAGE = frozenset(
    [
        "的",
        "一",
        "是",
        "了",
        "我",
        "不",
        "在",
        "有",
        "人",
        "这",
        "个",
        "们",
        "来",
        "到",
        "说",
        "和",
        "地",
        "也",
        "就",
        "都",
        "你",
        "要",
        "会",
        "去",
        "没",
        "为",
        "上",
        "下",
        "大",
        "小",
        "多",
        "我们",
        "你们",
        "他们",
        "这个",
        "那个",
        "一个",
        "没有",
        "什么",
        "怎么",
        "为什么",
        "现在",
        "今天",
        "昨天",
        "因为",
        "所以",
        "但是",
        "可以",
        "不能",
        "希望",
        "请问",
        "您好",
        "你好",
        "谢谢",
        "尊敬的领导",
        "问题",
        "情况",
        "反映",
        "投诉",
        "解决",
        "处理",
        "部门",
        "相关部门",
        "有关部门",
        "市民",
        "群众",
        "老百姓",
    ]
)
"""Words of courtesy and of every complaint; a term of them would fire on everything."""

T = TypeVar("T")


def read_lexicon(folder: Path) -> Lexicon:
    """Read topics.csv, lexicon.csv and weights.csv of a folder; for our own heads the weights come with the bot."""
    topics = read_topics(folder / "topics.csv")
    terms = read_terms(folder / "lexicon.csv", topics)
    path = folder / FILE_NAME
    if not path.is_file():
        ours = all(topic.category in CATEGORIES for topic in topics)
        return build_lexicon(topics, terms, shipped_weights() if ours else None)
    try:
        return build_lexicon(topics, terms, read_weights(path))
    except (ValueError, UnicodeDecodeError) as error:
        raise LexiconErrors([str(error)]) from None


def read_topics(path: Path, *, any_category: bool = True) -> list[Topic]:
    """Read a sheet of topics; all faults of all rows are told together."""
    seen: set[str] = set()

    def one(row: Mapping[str, str]) -> Topic:
        topic = Topic(
            row["key"],
            row["label"] or row["key"],
            row["category"],
            row["department"],
            row["industry"],
            _days(row["days"]),
        )
        if not topic.key:
            raise ValueError("key is empty")
        if topic.key in seen:
            raise ValueError(f"topic '{topic.key}' is there twice")
        if not topic.category:
            raise ValueError("category is empty")
        if not any_category and topic.category not in CATEGORIES:
            raise ValueError(f"category '{topic.category}' is none of {', '.join(CATEGORIES)}")
        seen.add(topic.key)
        return topic

    return _read(path, _TOPIC_COLUMNS, required=("key", "category"), read_row=one)


def read_terms(path: Path, topics: Iterable[Topic] = ()) -> list[Term]:
    """Read a sheet of terms; with topics given, a term for another topic is a fault."""
    known = {topic.key for topic in topics}
    seen: set[tuple[str, str]] = set()

    def one(row: Mapping[str, str]) -> Term:
        term = Term(row["term"], row["topic"], _weight(row["weight"]), row["note"])
        if fault := fault_of_term(term.text, learned=term.note == LEARNED):
            raise ValueError(f"term {fault}")
        if known and term.topic not in known:
            raise ValueError(f"topic '{term.topic}' is not in the topics")
        if (term.text, term.topic) in seen:
            raise ValueError(f"term '{term.text}' is there twice for '{term.topic}'")
        seen.add((term.text, term.topic))
        return term

    return _read(path, _TERM_COLUMNS, required=("term", "topic"), read_row=one)


def fault_of_term(text: str, *, learned: bool = False) -> str:
    """Tell why a term is of no use: it can never match, or it stands in nearly every message; empty if it is sound."""
    folded = fold(text).lower()
    if not folded.strip():
        return "is empty"
    if folded != text or "\n" in text:
        return f"'{text}' can never match: write '{folded.strip()}'"
    if not any(letter.isalnum() for letter in text):
        return f"'{text}' holds no letter: it would match anywhere"
    if not learned and text in _IN_EVERY_MESSAGE:
        return f"'{text}' stands in nearly every message: it tells nothing"
    return ""


def _days(cell: str) -> int:
    if not cell:
        return DEFAULT_DAYS
    if not cell.isdecimal() or not 0 < int(cell) <= 99:  # noqa: PLR2004 -- two digits of working days
        raise ValueError(f"days '{cell}' is not a number of working days")
    return int(cell)


def _weight(cell: str) -> float:
    if not cell:
        return 1.0
    try:
        weight = float(cell)
    except ValueError:
        raise ValueError(f"weight '{cell}' is not a number") from None
    if not -STRONGEST <= weight <= STRONGEST or not weight:
        raise ValueError(f"weight '{cell}' must lie between -{STRONGEST:g} and {STRONGEST:g} and not be 0")
    return weight


def _read(
    path: Path, columns: Sequence[str], *, required: Sequence[str], read_row: Callable[[Mapping[str, str]], T]
) -> list[T]:
    found: list[T] = []
    faults: list[str] = []
    for line, row in _rows(path, required):
        try:
            found.append(read_row({column: row.get(column) or "" for column in columns}))
        except ValueError as error:
            faults.append(f"{path.name} line {line}: {error}")
    if faults:
        raise LexiconErrors(faults)
    return found


def _rows(path: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LexiconErrors([f"{path}: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise LexiconErrors([f"{path.name} is not UTF-8 text"]) from None
    reader = csv.reader(text.splitlines(keepends=True))
    header = [cell.strip() for cell in next(reader, [])]
    missing = [name for name in required if name not in header]
    if missing:
        raise LexiconErrors([f"{path.name} line 1: column {', '.join(missing)} is missing"])
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=False))
