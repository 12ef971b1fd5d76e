"""Reads how much a text sounds like danger now, or like somebody who wants to die, and what the danger is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlp.topics.linear import FILE_NAME, LinearModel, read_weights

NONE, DANGER, DESPAIR = LABELS = ("none", "danger", "despair")
WEIGHTS = Path(__file__).with_name(FILE_NAME)
RESCUE = "rescue"
SURE, UNSURE = 0.35, -0.3
"""The leads over `none` from which an alarm is raised, and from which a person is asked."""
SURE_OF_A_LETTER = 0.8
"""A text of several sentences tells of much: as a whole it must sound more like it."""
SURE_OF_A_PIECE, UNSURE_OF_A_PIECE = 1.2, 0.8
"""The same for a piece of a longer text, whose other pieces tell of other things."""
SHORT, LETTER, LONG = 60, 150, 300
"""Characters: up to here a text is read as a whole alone, is a message, has pieces that tell something."""
_PIECE = 45
_CLAUSE = re.compile(r"[^,。;!?\n]*[,。;!?\n]?")


HARMLESS = -1.1
"""Below this a short text with a frightening word sounds like something else: whoever wrote it is asked."""


@dataclass(frozen=True, slots=True)
class Danger:
    """What a text sounds like; false where it tells of nothing."""

    label: str = NONE
    sure: bool = False
    harmless: bool = False
    """Short, and like something quite different."""

    def __bool__(self) -> bool:
        return self.label != NONE


@cache
def shipped_model() -> LinearModel:
    return read_weights(WEIGHTS)


def read_danger(folded: str, model: LinearModel | None = None) -> Danger:
    """Tell whether a folded text sounds like danger, and whether without doubt."""
    if not folded:
        return Danger()
    model = model or shipped_model()
    label, lead = lead_of(folded, model)
    if lead >= (SURE if len(folded) <= LETTER else SURE_OF_A_LETTER):
        return Danger(label, sure=True)
    pieces = [lead_of(piece, model) for piece in _pieces(folded)] if SHORT < len(folded) <= LONG else []
    there, most = max(pieces, key=lambda each: each[1], default=(NONE, lead - 1))
    if most >= SURE_OF_A_PIECE:
        return Danger(there, sure=True)
    if lead >= UNSURE:
        return Danger(label)
    if most >= UNSURE_OF_A_PIECE:
        return Danger(there)
    return Danger(harmless=lead < HARMLESS and len(folded) <= SHORT)


def lead_of(folded: str, model: LinearModel) -> tuple[str, float]:
    """Give which danger a text sounds like most, and how far that leads over none."""
    none, danger, despair = (float(score) for score in model.of_letters(folded))
    return (DESPAIR, despair - none) if despair > danger else (DANGER, danger - none)


def kind_of(folded: str) -> str:
    """Give what a danger is about by its words: `fire`, `medical` and so on."""
    return next((kind for kind, words in _kinds() if any(word in folded for word in words)), RESCUE)


def _pieces(text: str) -> Iterator[str]:
    """Give a text in pieces of a few clauses."""
    piece = ""
    for clause in _CLAUSE.findall(text):
        if piece and len(piece) + len(clause) > _PIECE:
            yield piece
            piece = ""
        piece += clause
    if piece:
        yield piece


@cache
def _kinds() -> tuple[tuple[str, tuple[str, ...]], ...]:
    lines = Path(__file__).with_name("kinds.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if not line.startswith("#"))
    return tuple((kind, tuple(words.split())) for kind, words in pairs)
