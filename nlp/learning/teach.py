"""What a district's own corrections would teach its lexicon, measured on corrections kept apart before anything is changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.learning.examples import Example
from nlp.learning.refit import refit
from nlp.topics.classify import classify
from nlp.topics.lexicon import LEARNED, Lexicon, Term, build_lexicon

FEWEST = 20
"""Corrections below which nothing can be learned and measured."""
APART = 5
"""One case in so many is kept apart to measure on."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Learned terms for the whole lexicon, and what they would change on cases that did not teach them."""

    terms: tuple[Term, ...]
    corrections: int
    apart: int
    right_before: int
    right_after: int
    others: int
    """Cases kept apart that nobody corrected."""
    others_kept: int
    """Those of them that would keep their head."""

    @property
    def learned(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.note == LEARNED)

    @property
    def worth_it(self) -> bool:
        """Tell whether more corrected cases come out right than cases that nobody corrected change."""
        return self.right_after - self.right_before > self.others - self.others_kept


def teach(lexicon: Lexicon, corrected: Sequence[tuple[str, str]], untouched: Sequence[str]) -> Lesson | None:
    """Learn from texts with their right topic; what nobody corrected is learned along as it is, so that it stays so.

    Too few corrections teach nothing.
    """
    mended = [
        Example(text, lexicon.topics[topic].category) for text, topic in corrected if topic in lexicon.topics
    ]
    if len(mended) < FEWEST:
        return None
    # Words learned before are learned again: judged by themselves they would look better than they are.
    plain = build_lexicon(
        lexicon.topics.values(), [term for term in lexicon.terms if term.note != LEARNED], lexicon.model
    )
    found = [(text, classify(text, plain)) for text in untouched]
    kept = [Example(text, answer.category) for text, answer in found if not answer.ask]
    after = _taught([*_learned_from(mended), *_learned_from(kept)], plain)
    return Lesson(
        terms=refit([*mended, *kept], plain),
        corrections=len(mended),
        apart=len(mended[::APART]),
        right_before=_right(mended[::APART], plain),
        right_after=_right(mended[::APART], after),
        others=len(kept[::APART]),
        others_kept=_right(kept[::APART], after),
    )


def _learned_from(examples: Sequence[Example]) -> list[Example]:
    return [example for index, example in enumerate(examples) if index % APART]


def _taught(examples: Sequence[Example], plain: Lexicon) -> Lexicon:
    return build_lexicon(plain.topics.values(), refit(examples, plain), plain.model)


def _right(examples: Sequence[Example], lexicon: Lexicon) -> int:
    return sum(classify(example.text, lexicon).category == example.label for example in examples)
