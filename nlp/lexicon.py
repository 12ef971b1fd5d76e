"""Topics and the words that lead to them: data of a district, read from two sheets and compiled for speed."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, MATCHKIND_STANDARD, AhoCorasick

from nlp.fold import fold
from nlp.linear import FILE_NAME, LinearModel, read_weights, shipped_weights

CATEGORIES: Mapping[str, tuple[str, str]] = {
    "wealth": ("财", "财·就业社保"),
    "water": ("水", "水·水与生态环境"),
    "housing": ("房", "房·住房城建"),
    "health": ("健", "健·健康养老"),
    "education": ("教", "教·教育文体"),
    "travel": ("行", "行·交通出行"),
    "commerce": ("商", "商·市场消费"),
    "safety": ("安", "安·公共安全"),
    "governance": ("政", "政·政务与基层治理"),
    "rural": ("农", "农·农业农村"),
    "other": ("其他", "其他"),
}
"""The level-1 keys are fixed; each with its head in brackets and its full label."""

OTHER = "other"
DEFAULT_DAYS = 3
STRONGEST = 20.0
"""A weight beyond this is a slip of the pen."""

_TOPIC_COLUMNS = ("key", "label", "category", "department", "industry", "days")
_TERM_COLUMNS = ("term", "topic", "weight", "note")

LEARNED = "learned"
"""The note of terms that a program wrote: pieces of words, which count inside longer terms too and explain nothing."""

T = TypeVar("T")
Floats = npt.NDArray[np.float32]


class LexiconErrors(Exception):  # noqa: N818 -- it carries many errors, never one
    """Every fault of a sheet, each with file and line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a case is about, as clerks name it. A topic with the key of its category is the general one of it."""

    key: str
    label: str
    category: str
    department: str = ""
    industry: str = ""
    days: int = DEFAULT_DAYS
    """Working days within which a person looks."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word that speaks for a topic, or against it where the weight is below zero."""

    text: str
    topic: str
    weight: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Topics and terms made ready. Of overlapping terms the longest counts; learned pieces all count."""

    topics: Mapping[str, Topic]
    terms: tuple[Term, ...]
    words: tuple[str, ...]
    """Each different word once; those that people wrote, then the learned ones."""
    first_learned: int
    """Number of the first learned word."""
    votes: tuple[tuple[tuple[int, float], ...], ...]
    """For each word what it says: number of the topic, weight."""
    topic_keys: tuple[str, ...]
    category_keys: tuple[str, ...]
    category_of: tuple[int, ...]
    """Number of the category for each topic number."""
    topics_in: tuple[tuple[int, ...], ...]
    """For each category number the numbers of its topics."""
    general_topics: tuple[int, ...]
    """For each category number its general topic's number, or -1."""
    matcher: AhoCorasick
    learned_matcher: AhoCorasick | None
    model: LinearModel | None = None
    """What letters say, for the categories in their order."""
    topic_rows: Floats | None = None
    """For each topic number what its mention says for each category."""
    letters: tuple[frozenset[str], ...] = ()
    """For each topic number the letters of its words."""

    @property
    def has_other(self) -> bool:
        """Tell whether "nothing fits" is an answer here; the labels of others may leave no such way out."""
        return OTHER in self.category_keys

    def find(self, folded: str) -> list[tuple[int, int, int]]:
        """Give number, start and end of each written term in a folded text."""
        return self.matcher.find_matches_as_indexes(folded)

    def find_learned(self, folded: str) -> list[tuple[int, int, int]]:
        """Give number (counted from the first learned word), start and end of each learned piece."""
        if self.learned_matcher is None:
            return []
        return self.learned_matcher.find_matches_as_indexes(folded, overlapping=True)

    def head(self, topic: str) -> str:
        """Give the head of a topic, `行`; for label sets of others the category itself."""
        category = self.topics[topic].category if topic in self.topics else OTHER
        return CATEGORIES.get(category, (category, category))[0]


def build_lexicon(
    topics: Iterable[Topic], terms: Iterable[Term], model: LinearModel | None = None
) -> Lexicon:
    """Compile topics and terms. Any set of categories will do; terms of unknown topics are an error."""
    by_key = {topic.key: topic for topic in topics}
    kept = tuple(terms)
    topic_keys = tuple(by_key)
    number = {key: index for index, key in enumerate(topic_keys)}
    category_keys = tuple(dict.fromkeys(topic.category for topic in by_key.values()))
    written: dict[str, dict[int, float]] = {}
    learned: dict[str, dict[int, float]] = {}
    for term in kept:
        if term.topic not in number:
            raise LexiconErrors([f"term '{term.text}': topic '{term.topic}' is unknown"])
        votes = learned if term.note == LEARNED else written
        said = votes.setdefault(fold(term.text).lower(), {})
        said[number[term.topic]] = said.get(number[term.topic], 0.0) + term.weight
    category_of = tuple(category_keys.index(topic.category) for topic in by_key.values())
    letters: list[set[str]] = [set(topic.label) for topic in by_key.values()]
    for term in kept:
        if term.note != LEARNED:
            letters[number[term.topic]].update(term.text)
    if model:
        model = model.aligned(category_keys)
    return Lexicon(
        topics=by_key,
        terms=kept,
        words=(*written, *learned),
        first_learned=len(written),
        votes=tuple(tuple(said.items()) for votes in (written, learned) for said in votes.values()),
        topic_keys=topic_keys,
        category_keys=category_keys,
        category_of=category_of,
        topics_in=tuple(
            tuple(topic for topic, of in enumerate(category_of) if of == category)
            for category in range(len(category_keys))
        ),
        general_topics=tuple(number.get(key, -1) for key in category_keys),
        matcher=AhoCorasick(list(written), matchkind=MATCHKIND_LEFTMOST_LONGEST),
        learned_matcher=AhoCorasick(list(learned), matchkind=MATCHKIND_STANDARD) if learned else None,
        letters=tuple(map(frozenset, letters)),
        model=model,
        topic_rows=_topic_rows(topic_keys, category_of, model) if model else None,
    )


def _topic_rows(keys: Sequence[str], category_of: Sequence[int], model: LinearModel) -> Floats:
    """Give what each topic says. Its head is the table's: a topic learned for another head speaks as its new head's do."""
    by_head: dict[int, list[Floats]] = {}
    for row in model.topics.values():
        by_head.setdefault(int(row.argmax()), []).append(row)
    usual = {head: np.mean(rows, axis=0) for head, rows in by_head.items()}
    table = np.zeros((len(keys), len(model.labels)), np.float32)
    for number, (key, head) in enumerate(zip(keys, category_of, strict=True)):
        learned = model.topics.get(key)
        if learned is not None and int(learned.argmax()) == head:
            table[number] = learned
        elif head in usual:
            table[number] = usual[head]
    return table


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
        folded = fold(term.text).lower()
        if not folded:
            raise ValueError("term is empty")
        if folded != term.text:
            raise ValueError(f"term '{term.text}' can never match: write '{folded}'")
        if known and term.topic not in known:
            raise ValueError(f"topic '{term.topic}' is not in the topics")
        if (term.text, term.topic) in seen:
            raise ValueError(f"term '{term.text}' is there twice for '{term.topic}'")
        seen.add((term.text, term.topic))
        return term

    return _read(path, _TERM_COLUMNS, required=("term", "topic"), read_row=one)


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
