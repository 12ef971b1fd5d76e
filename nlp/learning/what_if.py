"""What a change of the words would do to messages that were filed before."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp.text.fold import fold
from nlp.text.tokenizer import cut
from nlp.topics.classify import classify
from nlp.topics.lexicon import LEARNED, Lexicon, Term, build_lexicon

_SHORTEST_WORD = 2
_MOST_SEEN = 2_000
"""Characters of a message that are cut into words."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a term does to messages, by their position in the list."""

    holding: tuple[int, ...]
    """Messages that hold the term at all."""
    changed: tuple[int, ...]
    """Messages that would have another topic."""


def with_term(lexicon: Lexicon, term: Term) -> Lexicon:
    """Give the lexicon with one term more; what it said for that topic before is replaced."""
    terms = (*without_term(lexicon, term.text, term.topic).terms, term)
    return build_lexicon(lexicon.topics.values(), terms, lexicon.model)


def without_term(lexicon: Lexicon, text: str, topic: str) -> Lexicon:
    kept = (term for term in lexicon.terms if (term.text, term.topic) != (text, topic))
    return build_lexicon(lexicon.topics.values(), kept, lexicon.model)


def written_for(lexicon: Lexicon, text: str) -> tuple[Term, ...]:
    """Give what people wrote about a word: its terms, the strongest first; what a program learned is left out."""
    found = [term for term in lexicon.terms if term.text == text and term.note != LEARNED]
    return tuple(sorted(found, key=lambda term: -term.weight))


def effect(texts: Sequence[str], word: str, before: Lexicon, after: Lexicon) -> Effect:
    """Compare the topics of messages that hold a word, before and after a change of that word."""
    holding = [index for index, text in enumerate(texts) if word in fold(text).lower()]
    changed = [
        index
        for index in holding
        if classify(texts[index], before).topic != classify(texts[index], after).topic
    ]
    return Effect(tuple(holding), tuple(changed))


def telling_words(
    corrected: Iterable[tuple[str, str]], others: Iterable[str], *, seen_at_least: int = 2, most: int = 5
) -> list[tuple[str, str, int]]:
    """Give words that only corrected messages hold: the word, the topic it was most often corrected to, how often.

    `corrected` is text and right topic of each corrected message, `others` the texts of messages that nobody corrected.
    """
    topics: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, topic in corrected:
        for word in _words(text):
            topics[word][topic] += 1
    known = {word for text in others for word in _words(text)}
    found = [
        (word, *counted.most_common(1)[0])
        for word, counted in topics.items()
        if word not in known and counted.total() >= seen_at_least
    ]
    return sorted(found, key=lambda each: (-each[2], each[0]))[:most]


def _words(text: str) -> set[str]:
    cut_up = cut(fold(text[:_MOST_SEEN]).lower())
    return {word for word in cut_up if len(word) >= _SHORTEST_WORD and not word.isdigit() and word.isalnum()}
