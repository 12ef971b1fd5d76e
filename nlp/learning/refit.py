"""Teach a lexicon what a district's own cases say: new words beside the ones it has, which keep their weights.

The words come from jieba and from pairs of letters; their weights from logistic regression by small steps, beside what the
lexicon says already. Everything is counted in one fixed order: the same cases give the same words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log
from random import Random

from nlp.learning.examples import SHORT_VIEW, Example
from nlp.text.fold import fold
from nlp.text.tokenizer import cut
from nlp.topics.classify import LONGEST, SHARPNESS, features, known_scores
from nlp.topics.lexicon import LEARNED, STRONGEST, Lexicon, LexiconErrors, Term, build_lexicon

ROUNDS = 10
STEP = 0.5
"""First step of learning; it shrinks with the square root of the rounds."""
MOST_TERMS = 12_000
LEAST_WEIGHT = 0.15
FEW_EXAMPLES = 1_000
"""Below this a word seen twice is worth learning; above, four times."""
_LONGEST_RUN = 2
_WORDS_OF_A_MESSAGE = 12


def refit(examples: Sequence[Example], base: Lexicon, *, rounds: int = ROUNDS) -> tuple[Term, ...]:
    """Learn what a lexicon misses: its words and weights stay, and pieces of words of the district's own are added."""
    labels = list(base.category_keys)
    check_labels(examples, labels)
    homes = [base.topic_keys[_home(number, base)] for number in range(len(labels))]
    kept = tuple(term for term in base.terms if term.note != LEARNED)
    probe = build_lexicon(
        base.topics.values(),
        (*kept, *(Term(word, homes[0], note=LEARNED) for word in vocabulary(examples))),
        base.model,
    )
    lessons = [
        lesson(view, (labels.index(example.label),), probe)
        for example in examples
        for view in (example.full, example.full[:SHORT_VIEW])
    ]
    weights = learn(lessons, len(probe.words) - probe.first_learned, len(labels), rounds=rounds)
    written = {(term.text, term.topic) for term in kept}
    learned = _terms(probe.words[probe.first_learned :], weights, homes)
    return (*kept, *(term for term in learned if (term.text, term.topic) not in written))


def check_labels(examples: Sequence[Example], labels: Sequence[str]) -> None:
    used = {example.label for example in examples}
    if strange := sorted(used - set(labels)):
        raise LexiconErrors(
            [f"label '{label}' is no category of the lexicon to learn on" for label in strange]
        )


def _home(category: int, lexicon: Lexicon) -> int:
    """Give the topic that keeps a category's learned words: its general one, else its first."""
    general = lexicon.general_topics[category]
    return general if general >= 0 else lexicon.category_of.index(category)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text to learn from."""

    words: dict[int, float]
    """Learned pieces, numbered from the first, and how much each counts."""
    right: tuple[int, ...]
    """The labels that may be right; several where a coarse label stands for several of ours."""
    known: tuple[float, ...]
    """The score that each label has already from words that people wrote."""


def lesson(text: str, right: tuple[int, ...], lexicon: Lexicon) -> Lesson:
    """Read a text as the router will read it."""
    words = {
        word - lexicon.first_learned: share
        for word, share in features(text, lexicon).items()
        if word >= lexicon.first_learned
    }
    known = tuple(score / SHARPNESS for score in known_scores(text, lexicon))
    return Lesson(words, right, known)


def learn(
    lessons: Sequence[Lesson],
    words: int,
    labels: int,
    *,
    rounds: int = ROUNDS,
    step: float = STEP,
    decay: float = 0.0,
) -> list[list[float]]:
    """Find the weights (for each word one a label) by small steps in a fixed shuffled order; the later half is averaged."""
    weights = [[0.0] * labels for _ in range(words)]
    total = [[0.0] * labels for _ in range(words)]
    order = list(range(len(lessons)))
    shuffled = Random(1)  # noqa: S311 -- an order, not a secret
    for turn in range(rounds):
        shuffled.shuffle(order)
        pace = step / (1 + turn) ** 0.5
        for index in order:
            _study(lessons[index], weights, pace)
        if decay:
            weights = [[value * (1 - decay) for value in row] for row in weights]
        if turn >= rounds // 2:
            total = [
                [a + b for a, b in zip(old, new, strict=True)]
                for old, new in zip(total, weights, strict=True)
            ]
    kept = max(1, rounds - rounds // 2)
    return [[value / kept for value in row] for row in total]


def _study(one: Lesson, weights: list[list[float]], pace: float) -> None:
    if not one.words:
        return
    # Long letters repeat themselves: their words together count as much as those of a short message.
    pace /= max(1.0, sum(one.words.values()) / _WORDS_OF_A_MESSAGE)
    columns = zip(
        *([value * share for value in weights[word]] for word, share in one.words.items()), strict=True
    )
    scores = [SHARPNESS * (known + sum(column)) for known, column in zip(one.known, columns, strict=True)]
    top = max(scores)
    odds = [exp(score - top) for score in scores]
    whole = sum(odds)
    allowed = sum(odds[label] for label in one.right) or 1.0
    moves = [-pace * value / whole for value in odds]
    for label in one.right:
        moves[label] += pace * (odds[label] / allowed if len(one.right) > 1 else 1.0)
    for word, share in one.words.items():
        weights[word] = [value + move * share for value, move in zip(weights[word], moves, strict=True)]


def vocabulary(examples: Sequence[Example], most: int = MOST_TERMS) -> list[str]:
    """Choose the words that tell labels apart best, by the information they carry."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for example in examples:
        sizes[example.label] += 1
        for word in _words(fold(example.full[:LONGEST]).lower()):
            counts[word][example.label] += 1
    least = 2 if len(examples) < FEW_EXAMPLES else 4
    ranked = sorted(
        (
            (-_telling(by_label, sizes, len(examples)), word)
            for word, by_label in counts.items()
            if by_label.total() >= least
        )
    )
    return [word for _, word in ranked[:most]]


def _telling(by_label: Counter[str], sizes: Counter[str], everything: int) -> float:
    """Give how far the labels of messages with this word differ from those of all messages (G-test)."""
    seen = by_label.total()
    return sum(count * log(count * everything / (seen * sizes[label])) for label, count in by_label.items())


def _words(text: str) -> set[str]:
    found: set[str] = set()
    for run in _runs(text):
        found.update(word for word in cut(run) if len(word) > 1)
        for length in range(2, _LONGEST_RUN + 1):
            found.update(run[start : start + length] for start in range(len(run) - length + 1))
    return found


def _runs(text: str) -> Iterator[str]:
    run = ""
    for letter in text:
        if "\u4e00" <= letter <= "\u9fff":
            run += letter
        elif run:
            yield run
            run = ""
    if run:
        yield run


def _terms(words: Sequence[str], weights: Sequence[Sequence[float]], labels: Sequence[str]) -> Iterator[Term]:
    for word, row in zip(words, weights, strict=True):
        # Only differences between labels matter: what all labels share says nothing.
        shared = sum(row) / len(row)
        for label, value in zip(labels, row, strict=True):
            weight = round(max(-STRONGEST, min(STRONGEST, value - shared)), 2)
            if abs(weight) >= LEAST_WEIGHT:
                yield Term(word, label, weight, LEARNED)
