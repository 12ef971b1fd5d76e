"""Topics and the words that lead to them: data of a district, read from two sheets and compiled for speed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, MATCHKIND_STANDARD, AhoCorasick

from nlp.text.fold import fold
from nlp.topics.linear import LinearModel

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

LEARNED = "learned"
"""The note of terms that a program wrote: pieces of words, which count inside longer terms too and explain nothing."""

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
