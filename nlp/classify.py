"""Which topic a message is about, decided by the words of the lexicon and told by them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from nlp.fold import fold
from nlp.lexicon import OTHER, Lexicon

OPENING = 25
"""Letters at the start of a message, which say most: letters state their subject there."""
LATER_WEIGHT = 0.6
"""What a word counts that stands only after the opening."""
LONGEST = 2_000
"""Letters that are read at all."""
SHARPNESS = 0.6
"""Turns the lead of one category into a confidence; set so that confidence agrees with accuracy."""
SURE = 0.5
"""Below this confidence the sender is asked."""
WEAK = 1.5
"""A word up to this weight only names a thing; alone in a bare place name it says nothing."""

CANDIDATES = 3
MOST_WORDS = 3
_BARE_PLACE = re.compile(
    r"(?:我?(?:在|住在?|是))?[\w]{1,12}?(?:路|街|大道|巷|弄|小区|社区|街道|镇|村|花园|苑|公寓|家园|广场|公园|学校|小学|中学"
    r"|幼儿园|医院|卫生院|超市|商场|市场|菜场|车站|地铁站|码头|大厦|桥|工地)"
    r"(?:[0-9一二三四五六七八九十]+(?:号楼?|幢|栋|单元|室|楼))*(?:门口|旁边?|附近|对面|里面?|边上|那边|东门|南门|西门|北门)?[。.!]?"
)
SHORT = 24
"""In a message up to this length learned pieces of words alone decide nothing: it may be a mere name."""


@dataclass(frozen=True, slots=True)
class Classification:
    """Where a message belongs, how sure that is, and why."""

    category: str
    topic: str
    confidence: float
    because: tuple[str, ...] = ()
    """The words that decided, as in the text, the strongest first."""
    candidates: tuple[str, ...] = ()
    """The three next topics."""
    ask: bool = True


NOTHING = Classification(OTHER, OTHER, 0.0)


def classify(text: str, lexicon: Lexicon) -> Classification:
    """Find the topic of a message; without a known word it is `other`, and that is said with no confidence."""
    folded = fold(text[:LONGEST]).lower()
    written = lexicon.find(folded)
    if lexicon.first_learned and len(folded) <= SHORT and _only_a_place(folded, written, lexicon):
        return NOTHING
    counted = _counted(folded, written, lexicon)
    # The words are shown as they were written, unless folding moved the letters.
    return _decided(text if len(text) == len(folded) else folded, counted, lexicon) if counted else NOTHING


def _counted(folded: str, written: Sequence[tuple[int, int, int]], lexicon: Lexicon) -> dict[int, int]:
    """Give each different word with its first place: a word said often says no more."""
    first: dict[int, int] = {}
    for word, start, _ in written:
        first.setdefault(word, start)
    offset = lexicon.first_learned
    for word, start, _ in lexicon.find_learned(folded):
        first.setdefault(word + offset, start)
    return first


def features(text: str, lexicon: Lexicon) -> dict[int, float]:
    """Give the words of a text and how much each counts; what `classify` adds up, for those who learn weights."""
    folded = fold(text[:LONGEST]).lower()
    first = _counted(folded, lexicon.find(folded), lexicon)
    return {word: 1.0 if start < OPENING else LATER_WEIGHT for word, start in first.items()}


def _decided(shown: str, first: dict[int, int], lexicon: Lexicon) -> Classification:
    topics: dict[int, float] = {}
    votes = lexicon.votes
    for word, start in first.items():
        share = 1.0 if start < OPENING else LATER_WEIGHT
        for topic, weight in votes[word]:
            topics[topic] = topics.get(topic, 0.0) + weight * share
    categories = [0.0] * len(lexicon.category_keys)
    for topic, score in topics.items():
        categories[lexicon.category_of[topic]] += score
    best = max(range(len(categories)), key=categories.__getitem__)
    if categories[best] <= 0:
        return NOTHING
    topic = _best_topic(topics, best, lexicon)
    sureness = _sureness(categories, best)
    return Classification(
        lexicon.category_keys[best],
        lexicon.topic_keys[topic],
        round(sureness, 3),
        _because(shown, first, topic, best, lexicon),
        _candidates(topics, topic, best, lexicon),
        sureness < SURE,
    )


def _best_topic(topics: dict[int, float], category: int, lexicon: Lexicon) -> int:
    """Give the strongest topic of the category; the general one only where no other is named."""
    general = lexicon.general_topics[category]
    named = [
        (score, -topic)
        for topic, score in topics.items()
        if lexicon.category_of[topic] == category and topic != general and score > 0
    ]
    if named:
        return -max(named)[1]
    return general if general >= 0 else lexicon.category_of.index(category)


def _sureness(categories: Sequence[float], best: int) -> float:
    lead = categories[best]
    # "None of them" takes part with weight zero, so that a single weak word does not look certain.
    rivals = exp(-SHARPNESS * lead) + sum(
        exp(SHARPNESS * (score - lead)) for score in categories if score > 0
    )
    return 1 / rivals


def _because(
    shown: str, first: dict[int, int], topic: int, category: int, lexicon: Lexicon
) -> tuple[str, ...]:
    """Give the strongest words for the category, those for the topic first; learned pieces only for want of words."""
    ranked = []
    for word, start in first.items():
        weight = own = 0.0
        for other, vote in lexicon.votes[word]:
            if lexicon.category_of[other] == category:
                weight += vote
                own += vote if other == topic else 0.0
        if weight > 0:
            ranked.append((word < lexicon.first_learned, own > 0, weight, -start, word))
    ranked.sort(reverse=True)
    best = [entry for entry in ranked if entry[0] == ranked[0][0]][:MOST_WORDS]
    return tuple(shown[-start : len(lexicon.words[word]) - start] for _, _, _, start, word in best)


def _candidates(topics: dict[int, float], chosen: int, category: int, lexicon: Lexicon) -> tuple[str, ...]:
    ranked = sorted((-score, topic) for topic, score in topics.items() if score > 0 and topic != chosen)
    keys = [lexicon.topic_keys[topic] for _, topic in ranked[:CANDIDATES]]
    for topic in lexicon.topics_in[category]:
        if len(keys) == CANDIDATES:
            break
        key = lexicon.topic_keys[topic]
        if topic != chosen and key not in keys:
            keys.append(key)
    return tuple(keys)


def _only_a_place(folded: str, written: Sequence[tuple[int, int, int]], lexicon: Lexicon) -> bool:
    """Tell whether a short message names no trouble: no word of the lexicon, or `人民医院门口`."""
    if not written:
        return True
    if any(weight > WEAK for word, _, _ in written for _, weight in lexicon.votes[word]):
        return False
    return _BARE_PLACE.fullmatch(folded) is not None
