"""Learning a linear model: which pieces tell labels apart, and support vectors found by coordinate descent.

One label against all others, squared hinge loss: the dual method of Hsieh et al. (2008), all labels in one step. The order is
fixed, so the same examples give the same weights.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from nlp.text.pieces import MOST_PIECES, Numbers, Pieces, Values
from nlp.topics.linear import TOPIC_SHARE, LinearModel

KEPT_PIECES = 15_000
ROUNDS = 12
PENALTY = 1.0
"""The price of an error beside large weights (C)."""
_FIRM = 5
"""A piece seen so many times is believed in full."""
_LEAST = 2
_GRID = tuple(1.1**power for power in range(-8, 32))

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text with its label, the topics that it names, and how much it counts."""

    text: str
    label: int
    topics: Mapping[str, float]
    worth: float = 1.0


def learn_model(lessons: Sequence[Lesson], labels: Sequence[str], *, kept: int = KEPT_PIECES) -> LinearModel:
    """Choose the pieces, then find the weights of pieces and topics."""
    known, gains = telling_pieces(lessons, len(labels), kept)
    topics = sorted({key for lesson in lessons for key in lesson.topics})
    rows = Rows(Pieces(known), gains, topics)
    weights = descend([rows.row(lesson) for lesson in lessons], lessons, rows.width, len(labels))
    size = len(known) + 1
    table = weights[:size] * gains[:, None]
    table[0] = 0
    return LinearModel(
        labels=tuple(labels),
        known=known,
        gains=gains,
        weights=table.astype(np.float32),
        start=weights[-1].astype(np.float32),
        topics={
            key: (weights[size + number] * TOPIC_SHARE).astype(np.float32)
            for number, key in enumerate(topics)
        },
    )


class Rows:
    """Turns texts into rows of numbers: pieces first, then topics, then one that is always there."""

    def __init__(self, pieces: Pieces, gains: Values, topics: Sequence[str]) -> None:
        self._pieces = pieces
        self._gains = gains
        self._topics = {key: len(gains) + number for number, key in enumerate(topics)}
        self.width = len(gains) + len(topics) + 1

    def row(self, lesson: Lesson) -> tuple[Numbers, Floats]:
        numbers, counts = self._pieces.read(lesson.text)
        told = (counts * self._gains[numbers]).astype(np.float64)
        told /= sqrt(float(told @ told)) or 1.0
        named = [self._topics[key] for key in lesson.topics]
        scores = np.array([lesson.topics[key] for key in lesson.topics], np.float64)
        scores *= TOPIC_SHARE / (sqrt(float(scores @ scores)) or 1.0)
        return (
            np.concatenate((numbers, np.array([*named, self.width - 1], np.intp))),
            np.concatenate((told, scores, [1.0])),
        )


def telling_pieces(
    lessons: Sequence[Lesson], labels: int, kept: int = KEPT_PIECES
) -> tuple[tuple[str, ...], Values]:
    """Choose letters and pairs by how much likelier a label is with them; with each its gain, number 0 for unknown ones."""
    seen = [Counter[str]() for _ in range(labels)]
    for lesson in lessons:
        text = lesson.text
        seen[lesson.label].update({*text, *(text[at : at + 2] for at in range(len(text) - 1))})
    times = sum(seen, Counter[str]())
    pieces = sorted(piece for piece, count in times.items() if count >= _LEAST)
    if not pieces:
        return (), np.zeros(1, np.float32)
    counts = np.array([[by_label[piece] for by_label in seen] for piece in pieces], np.float64)
    often = counts.sum(axis=1)
    sizes = np.bincount([lesson.label for lesson in lessons], minlength=labels)
    others = counts.sum(axis=1, keepdims=True) - counts
    lead = np.log((counts + 1) / (sizes + 1)) - np.log((others + 1) / (sizes.sum() - sizes + 1))
    gains = np.abs(lead).max(axis=1) * np.minimum(1, often / _FIRM)
    best = np.argsort(-gains * np.sqrt(often), kind="stable")[: min(kept, MOST_PIECES)]
    return tuple(pieces[at] for at in best), np.concatenate(([0.0], gains[best])).astype(np.float32)


def descend(
    rows: Sequence[tuple[Numbers, Floats]], lessons: Sequence[Lesson], width: int, labels: int
) -> Floats:
    """Find a weight for each feature and label; the order is fixed, so the same lessons give the same weights."""
    weights = np.zeros((width, labels))
    slack = np.zeros((len(rows), labels))
    ridge = np.array([1 / (2 * PENALTY * lesson.worth) for lesson in lessons])
    lengths = np.array([float(values @ values) for _, values in rows]) + ridge
    signs = np.full((len(rows), labels), -1.0)
    signs[np.arange(len(rows)), [lesson.label for lesson in lessons]] = 1.0
    shuffled = np.random.default_rng(1)
    for _ in range(ROUNDS):
        for index in shuffled.permutation(len(rows)):
            numbers, values = rows[index]
            sign, held = signs[index], slack[index]
            miss = sign * (values @ weights[numbers]) - 1 + held * ridge[index]
            moved = np.maximum(held - miss / lengths[index], 0)
            weights[numbers] += np.outer(values, (moved - held) * sign)
            slack[index] = moved
    return weights


def sharpest(scores: Floats, right: Sequence[int]) -> float:
    """Find the sharpness with which confidence agrees best with what proved right (least log loss)."""
    rows = np.arange(len(right))

    def loss(sharpness: float) -> float:
        scaled = scores * sharpness
        scaled -= scaled.max(axis=1, keepdims=True)
        odds = np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, list(right)]
        return float(odds.mean())

    return min(_GRID, key=loss)
