"""A linear model over letters, pairs of letters and topics: every weight belongs to a text that can be read."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from math import sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlp.text.pieces import Pieces, Values

FILE_NAME = "weights.csv"
TOPIC_SHARE = 0.3
"""What the topics named in a message count beside its letters."""
_PIECE, _TOPIC, _START, _SETTING = "piece", "topic", "start", "setting"
_NEVER = -1.5
_STEP = 100
"""Weights are written as whole hundredths: short, and fine enough."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """Weights for each label; pieces and topics are only numbered, what they stand for is written beside them."""

    labels: tuple[str, ...]
    known: tuple[str, ...]
    """The pieces, in the order of their numbers from 1."""
    gains: Values
    """How much each piece tells at all; the first is that of unknown pieces, 0."""
    weights: npt.NDArray[np.float32]
    """A row for each piece, already times its gain; the first is that of unknown pieces, 0."""
    start: Values
    topics: Mapping[str, Values]
    """What each topic says for each label."""
    sharpness: float = 3.0
    """Turns a lead into a confidence."""
    sure: float = 0.5
    """Below this confidence the sender is asked."""
    by_hand: float = 0.0
    """What the words that people wrote count once more on top; for labels of their own making they are only one sign."""
    pieces: Pieces = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pieces", Pieces(self.known))

    def aligned(self, labels: Sequence[str]) -> "LinearModel":
        """Give the same model for these labels; one that was never learned stays far behind all others."""
        if tuple(labels) == self.labels:
            return self
        columns = [self.labels.index(label) if label in self.labels else -1 for label in labels]
        strange = np.array([column < 0 for column in columns])

        def picked(values: npt.NDArray[np.float32], missing: float) -> npt.NDArray[np.float32]:
            taken = values[..., columns]
            taken[..., strange] = missing
            return np.ascontiguousarray(taken)

        return replace(
            self,
            labels=tuple(labels),
            weights=picked(self.weights, 0.0),
            start=picked(self.start, _NEVER),
            topics={key: picked(row, 0.0) for key, row in self.topics.items()},
        )

    def of_letters(self, folded: str) -> Values:
        """Give the score of each label by the letters and pairs of a text."""
        numbers, counts = self.pieces.read(folded)
        told = counts * self.gains[numbers]
        size = sqrt(float(told @ told)) or 1.0
        scores: Values = counts @ self.weights[numbers]
        scores /= size
        scores += self.start
        return scores

    def of_lesson(self, folded: str, topics: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Give the score of each label by letters and by the topics that words name."""
        scores = self.of_letters(folded).astype(np.float64)
        size = sqrt(sum(score * score for score in topics.values())) or 1.0
        for key, score in topics.items():
            if key in self.topics:
                scores += self.topics[key] * (score / size)
        return scores

    def shares(self, folded: str, label: int) -> Values:
        """Give what each letter of a text says for a label, half of what its pairs say included."""
        single, pair = self.pieces.at_each_letter(folded)
        column = self.weights[:, label]
        said = column[single]
        said[:-1] += column[pair] / 2
        said[1:] += column[pair] / 2
        return said


def write_weights(path: Path, model: LinearModel) -> None:
    """Write a model as a sheet that can be read, the most telling pieces first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kind", "text", "gain", *model.labels))
        writer.writerow((_SETTING, "sharpness", f"{model.sharpness:.3f}"))
        writer.writerow((_SETTING, "sure", f"{model.sure:.3f}"))
        writer.writerow((_SETTING, "by_hand", f"{model.by_hand:.3f}"))
        writer.writerow((_START, "", "", *_cells(model.start)))
        for key, row in model.topics.items():
            writer.writerow((_TOPIC, key, "", *_cells(row)))
        rows = zip(model.known, model.gains[1:], model.weights[1:], strict=True)
        for piece, gain, row in rows:
            writer.writerow((_PIECE, piece, *_cells([gain]), *_cells(row)))


def _cells(values: Sequence[float] | Values) -> Iterator[int]:
    return (round(float(value) * _STEP) for value in values)


def _values(cells: Sequence[int]) -> Values:
    return (np.array(cells, np.float32) / _STEP).astype(np.float32)


def read_weights(path: Path) -> LinearModel:
    """Read the sheet that `write_weights` wrote; any fault is a ValueError that names the line."""
    settings: dict[str, float] = {}
    rows: dict[str, list[tuple[str, list[int]]]] = {_PIECE: [], _TOPIC: [], _START: []}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        if header[:3] != ["kind", "text", "gain"] or len(header) < 5:  # noqa: PLR2004 -- two labels at least
            raise ValueError(f"{path.name} line 1: kind, text, gain and the labels are missing")
        for cells in reader:
            try:
                if cells[0] == _SETTING:
                    settings[cells[1]] = float(cells[2])
                else:
                    pairs = zip(header[2:], cells[2:], strict=True)
                    rows[cells[0]].append((cells[1], [int(cell or 0) for _, cell in pairs]))
            except (KeyError, IndexError, ValueError):
                raise ValueError(f"{path.name} line {reader.line_num}: this is no weight") from None
    known = tuple(text for text, _ in rows[_PIECE])
    if not rows[_START] or any(not 1 <= len(text) <= 2 for text in known):  # noqa: PLR2004 -- letters and pairs
        raise ValueError(f"{path.name}: the start is missing, or a piece is not one or two letters")
    table = np.zeros((len(known) + 1, len(header) - 2), np.float32)
    if known:
        table[1:] = np.array([numbers for _, numbers in rows[_PIECE]], np.float32) / _STEP
    start, *_ = rows[_START]
    return LinearModel(
        labels=tuple(header[3:]),
        known=known,
        gains=np.ascontiguousarray(table[:, 0]),
        weights=np.ascontiguousarray(table[:, 1:]),
        start=_values(start[1][1:]),
        topics={key: _values(numbers[1:]) for key, numbers in rows[_TOPIC]},
        sharpness=settings.get("sharpness", 3.0),
        sure=settings.get("sure", 0.5),
        by_hand=settings.get("by_hand", 0.0),
    )


@cache
def shipped_weights() -> LinearModel | None:
    """Give the model that comes with the bot, for the heads that are fixed."""
    path = Path(__file__).with_name(FILE_NAME)
    return read_weights(path) if path.is_file() else None
