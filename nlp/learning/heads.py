"""Learn the weights that come with the bot: for the fixed heads, from few messages that clerks labelled and many hints.

A hint is a message with a coarse label of others, under which several heads may hide. Which one it is, the words that people wrote
decide; so the clerks' table of topics and heads stands above whatever the hints say. Each written word is a small example of its head too.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from pathlib import Path

import numpy as np

from nlp.learning.examples import SHORT_VIEW, Example
from nlp.learning.fit import BY_HAND, lesson_of, lessons_of, threshold
from nlp.learning.learn import Floats, Lesson, learn_model, sharpest
from nlp.topics.classify import WEAK, known_scores
from nlp.topics.lexicon import LEARNED, Lexicon, LexiconErrors, build_lexicon
from nlp.topics.linear import LinearModel

CLERK_WORTH = 3.0
CLERK_SHORT_WORTH = 1.5
HINT_WORTH = 0.5
WORD_WORTH = 0.6
"""What a written word counts as an example of its own, if it is a telling one."""
TELLING = 4.0
_UNLIKELY = 1e-6
FOLDS = 5

Heads = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Unseen:
    """What models said of labelled messages that they had not seen: one row of odds for each, and its view."""

    view: str
    scores: Floats
    right: tuple[frozenset[int], ...]
    """For each message the label that clerks gave first, and a second fair one."""
    first: tuple[int, ...]
    sure: float

    def told(self) -> str:
        """Tell the figures in one line."""
        odds = np.exp(self.scores - self.scores.max(axis=1, keepdims=True))
        surest = (odds / odds.sum(axis=1, keepdims=True)).max(axis=1)
        found = self.scores.argmax(axis=1).tolist()
        fair = np.array([answer in right for answer, right in zip(found, self.right, strict=True)])
        strict = np.array([answer == label for answer, label in zip(found, self.first, strict=True)])
        unasked = surest >= self.sure
        return (
            f"strict {strict.mean():.3f}, second fair answer allowed {fair.mean():.3f}, "
            f"asked {1 - unasked.mean():.1%}, unasked allowed {fair[unasked].mean():.3f}"
        )


def read_heads(path: Path, lexicon: Lexicon) -> Heads:
    """Read which of our heads may hide under a label of others: label, category, share."""
    heads: dict[str, dict[str, float]] = {}
    faults = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), start=2):
                try:
                    share = float(row["share"])
                    if row["category"] not in lexicon.category_keys or not 0 < share <= 1:
                        raise ValueError  # noqa: TRY301 -- one place tells what a line needs
                    heads.setdefault(row["label"], {})[row["category"]] = share
                except (KeyError, TypeError, ValueError):
                    faults.append(
                        f"{path.name} line {line}: label, a category and a share up to 1 are needed"
                    )
    except OSError as error:
        raise LexiconErrors([f"{path}: {error.strerror}"]) from None
    if faults:
        raise LexiconErrors(faults)
    return heads


def learn_heads(
    examples: Sequence[Example], hints: Sequence[Example], heads: Heads, lexicon: Lexicon
) -> tuple[LinearModel, list[Unseen]]:
    """Learn from everything; and tell how such models do on the labelled messages when these are kept apart."""
    # No weights of before may have a say.
    lexicon = build_lexicon(lexicon.topics.values(), [term for term in lexicon.terms if term.note != LEARNED])
    read = Readings(examples, hints, heads, lexicon)
    model = read.learn(set(range(len(examples))))
    unseen = {"full text": read.full, f"first {SHORT_VIEW} characters": read.short}
    scores = {view: np.zeros((len(examples), len(model.labels))) for view in unseen}
    for part in range(FOLDS):
        apart = set(range(part, len(examples), FOLDS))
        other = read.learn(set(range(len(examples))) - apart)
        for view, lessons in unseen.items():
            for index in apart:
                scores[view][index] = _scores(lessons[index], other, lexicon)
    table = np.concatenate(list(scores.values()))
    fair = [{label for label in (example.label, example.alt) if label} for example in examples]
    right = tuple(frozenset(model.labels.index(label) for label in labels) for labels in fair)
    sharpness = sharpest(table, [lesson.label for lesson in (*read.full, *read.short)])
    model = replace(
        model,
        sharpness=sharpness,
        by_hand=BY_HAND * sharpness,
        # Chat messages are short: the answers to them have to be right often enough, not only those to letters.
        sure=max(threshold(found * sharpness, right) for found in scores.values()),
    )
    first = tuple(lesson.label for lesson in read.full)
    return model, [
        Unseen(view, found * sharpness, right, first, model.sure) for view, found in scores.items()
    ]


def _scores(lesson: Lesson, model: LinearModel, lexicon: Lexicon) -> Floats:
    scores = model.of_lesson(lesson.text, lesson.topics)
    for key, score in lesson.topics.items():
        scores[model.labels.index(lexicon.topics[key].category)] += BY_HAND * score
    return scores


class Readings:
    """All that is learned from, read once."""

    def __init__(
        self, examples: Sequence[Example], hints: Sequence[Example], heads: Heads, lexicon: Lexicon
    ) -> None:
        self.labels = lexicon.category_keys
        lessons = lessons_of(examples, self.labels, lexicon)
        self.full = lessons[: len(examples)]
        self.short = [
            replace(lesson, worth=CLERK_SHORT_WORTH) for lesson in lessons[len(examples) : 2 * len(examples)]
        ]
        self.full = [replace(lesson, worth=CLERK_WORTH) for lesson in self.full]
        self._words = _words(lexicon)
        index = {_opening(example): number for number, example in enumerate(examples)}
        self._hints: list[tuple[int, list[Lesson]]] = []
        for hint in hints:
            known = index.get(_opening(hint), -1)
            label, trust = (
                (self.labels.index(examples[known].label), 1.0)
                if known >= 0
                else _likeliest(hint, heads[hint.label], lexicon)
            )
            views = lessons_of(
                [replace(hint, label=self.labels[label])], self.labels, lexicon, worth=HINT_WORTH * trust
            )
            self._hints.append((known, views))

    def learn(self, kept: set[int]) -> LinearModel:
        """Learn from the words, the hints and these examples; what is kept apart is not learned as a hint either."""
        lessons = [lesson for number in sorted(kept) for lesson in (self.full[number], self.short[number])]
        for known, views in self._hints:
            if known < 0 or known in kept:
                lessons += views
        return learn_model([*lessons, *self._words], self.labels)


def _opening(example: Example) -> str:
    return example.full.replace(" ", "")[: SHORT_VIEW // 2]


def _likeliest(hint: Example, shares: Mapping[str, float], lexicon: Lexicon) -> tuple[int, float]:
    scores = known_scores(hint.full, lexicon)
    odds = [
        exp(score + log(shares.get(category, _UNLIKELY)) - max(scores))
        for category, score in zip(lexicon.category_keys, scores, strict=True)
    ]
    best = max(range(len(odds)), key=odds.__getitem__)
    return best, odds[best] / sum(odds)


def _words(lexicon: Lexicon) -> list[Lesson]:
    return [
        lesson_of(
            term.text,
            lexicon.category_keys.index(lexicon.topics[term.topic].category),
            lexicon,
            WORD_WORTH * min(1.0, term.weight / TELLING),
        )
        for term in lexicon.terms
        if term.weight >= WEAK
    ]
