"""Which topic a message is about, decided by the words of the lexicon and told by them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

from nlp.text.fold import fold
from nlp.topics.lexicon import OTHER, Lexicon
from nlp.topics.linear import LinearModel
from nlp.topics.reasons import because_of, candidates, telling_words

OPENING = 25
"""Letters at the start of a message, which say most: letters state their subject there."""
LATER_WEIGHT = 0.6
"""What a word counts that stands only after the opening."""
LONGEST = 2_000
"""Letters that are read at all."""
SHARPNESS = 0.6
"""Turns the lead of one category into a confidence; set so that confidence agrees with accuracy."""
SURE = 0.5
"""Below this confidence the sender is asked, where no learned weights say better."""
SPEAKS = 0.4
"""Below this confidence letters without any known word say nothing."""
WEAK = 1.5
"""A word up to this weight only names a thing; alone in a bare place name it says nothing."""

_DENIAL = "是"
_DENIALS = ("不是", "并非是", "而不是", "又不是", "不是因为", "不是说", "不是反映", "不是投诉")
"""Before a word they say what the message is not about; “没有路灯” and “不供水” are troubles of their own."""
_BARE_PLACE = re.compile(
    r"(?:我?(?:在|住在?|是))?[\w]{1,12}?(?:路|街|大道|巷|弄|小区|社区|街道|镇|村|花园|苑|公寓|家园|广场|公园|学校|小学|中学"
    r"|幼儿园|医院|卫生院|超市|商场|市场|菜场|车站|地铁站|码头|大厦|桥|工地)"
    r"(?:[0-9一二三四五六七八九十]{1,6}(?:号楼?|幢|栋|单元|室|楼)){0,4}(?:门口|旁边?|附近|对面|里面?|边上|那边|东门|南门|西门|北门)?[。.!]?"
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
    shares: tuple[float, ...] = ()
    """How much of all that spoke for the category each of the words said."""


NOTHING = Classification(OTHER, OTHER, 0.0)


def classify(text: str, lexicon: Lexicon) -> Classification:
    """Find the topic of a message; without a known word it is `other`, and that is said with no confidence."""
    folded = fold(text[:LONGEST]).lower()
    written = lexicon.find(folded)
    if len(folded) <= SHORT and lexicon.has_other and _only_a_place(folded, written, lexicon):
        return NOTHING
    counted = _counted(folded, written, lexicon)
    # The words are shown as they were written, unless folding moved the letters.
    if not counted and (lexicon.model is None or not folded.strip()):
        return NOTHING
    return _decided(text if len(text) == len(folded) else folded, folded, counted, lexicon)


def _counted(folded: str, written: Sequence[tuple[int, int, int]], lexicon: Lexicon) -> dict[int, int]:
    """Give each different word with its first place: a word said often says no more, one that is denied says nothing."""
    first: dict[int, int] = {}
    denies = _DENIAL in folded
    for word, start, _ in written:
        if word not in first and not (denies and folded.endswith(_DENIALS, 0, start)):
            first[word] = start
    if lexicon.learned_matcher is not None:
        offset = lexicon.first_learned
        for word, start, _ in lexicon.find_learned(folded):
            first.setdefault(word + offset, start)
    return first


def features(text: str, lexicon: Lexicon) -> dict[int, float]:
    """Give the words of a text and how much each counts; what `classify` adds up, for those who learn weights."""
    folded = fold(text[:LONGEST]).lower()
    first = _counted(folded, lexicon.find(folded), lexicon)
    return {word: 1.0 if start < OPENING else LATER_WEIGHT for word, start in first.items()}


def _decided(shown: str, folded: str, first: dict[int, int], lexicon: Lexicon) -> Classification:
    named, learned = _topic_scores(first, lexicon)
    model = lexicon.model
    if model is None:
        scores = _by_category(named, learned, lexicon)
        best = max(range(len(scores)), key=scores.__getitem__)
        if scores[best] <= 0:
            return NOTHING
        sureness, sure = _sureness(scores, best), SURE
    else:
        scores = _with_letters(folded, named, learned, lexicon, model)
        best = max(range(len(scores)), key=scores.__getitem__)
        sureness, sure = 1 / sum(exp(score - scores[best]) for score in scores), model.sure
        if not first and sureness < SPEAKS and lexicon.has_other:
            return NOTHING
    topics = named
    for topic, score in learned.items():
        topics[topic] = topics.get(topic, 0.0) + score
    topic = _best_topic(topics, best, lexicon)
    because, shares = because_of(shown, first, lexicon, topic=topic, category=best)
    if not because and model:
        because, shares = telling_words(shown, folded, best, model)
    return Classification(
        lexicon.category_keys[best],
        lexicon.topic_keys[topic],
        round(sureness, 3),
        because,
        candidates(folded, topics, scores, lexicon, topic=topic, category=best),
        sureness < sure,
        shares,
    )


def _topic_scores(first: dict[int, int], lexicon: Lexicon) -> tuple[dict[int, float], dict[int, float]]:
    """Add up what written words and learned pieces say for each topic number."""
    named: dict[int, float] = {}
    learned: dict[int, float] = {}
    votes = lexicon.votes
    for word, start in first.items():
        share = 1.0 if start < OPENING else LATER_WEIGHT
        sums = named if word < lexicon.first_learned else learned
        for topic, weight in votes[word]:
            sums[topic] = sums.get(topic, 0.0) + weight * share
    return named, learned


def known_scores(text: str, lexicon: Lexicon) -> list[float]:
    """Give the score of each category before the district's own cases have a say."""
    folded = fold(text[:LONGEST]).lower()
    written = {word: start for word, start, _ in reversed(lexicon.find(folded))}
    named, _ = _topic_scores(written, lexicon)
    if lexicon.model and folded:
        return _with_letters(folded, named, {}, lexicon, lexicon.model)
    return [score * SHARPNESS for score in _by_category(named, {}, lexicon)]


def named_topics(folded: str, lexicon: Lexicon) -> dict[str, float]:
    """Give what the written words of a text say for each topic, for those who learn."""
    first: dict[int, int] = {}
    for word, start, _ in lexicon.find(folded):
        first.setdefault(word, start)
    return {lexicon.topic_keys[topic]: score for topic, score in _topic_scores(first, lexicon)[0].items()}


def _by_category(named: dict[int, float], learned: dict[int, float], lexicon: Lexicon) -> list[float]:
    scores = [0.0] * len(lexicon.category_keys)
    for sums in (named, learned):
        for topic, score in sums.items():
            scores[lexicon.category_of[topic]] += score
    return scores


def _with_letters(
    folded: str, named: dict[int, float], learned: dict[int, float], lexicon: Lexicon, model: LinearModel
) -> list[float]:
    """Add what letters say, what the named topics say, and what people and the district's own cases have taught."""
    lead = model.of_letters(folded)
    if named and lexicon.topic_rows is not None:
        size = sqrt(sum(score * score for score in named.values())) or 1.0
        lead += (np.array(list(named.values()), np.float32) / size) @ lexicon.topic_rows[list(named)]
    scores: list[float] = (lead * model.sharpness).tolist()
    for sums, weight in ((named, model.by_hand), (learned, SHARPNESS)):
        if weight:
            for topic, score in sums.items():
                scores[lexicon.category_of[topic]] += score * weight
    return scores


def _best_topic(topics: dict[int, float], category: int, lexicon: Lexicon) -> int:
    """Give the strongest topic of the category; the general one only where no other is named."""
    general = lexicon.general_topics[category]
    category_of = lexicon.category_of
    best, lead = -1, 0.0
    for topic, score in topics.items():
        if category_of[topic] == category and topic != general and (score, -topic) > (lead, -best):
            best, lead = topic, score
    if best >= 0:
        return best
    return general if general >= 0 else category_of.index(category)


def _sureness(categories: Sequence[float], best: int) -> float:
    lead = categories[best]
    # "None of them" takes part with weight zero, so that a single weak word does not look certain.
    rivals = exp(-SHARPNESS * lead) + sum(
        exp(SHARPNESS * (score - lead)) for score in categories if score > 0
    )
    return 1 / rivals


def _only_a_place(folded: str, written: Sequence[tuple[int, int, int]], lexicon: Lexicon) -> bool:
    """Tell whether a short message names no trouble: no word of the lexicon, or `人民医院门口`."""
    if not written and lexicon.model is None:
        return True
    if any(weight > WEAK for word, _, _ in written for _, weight in lexicon.votes[word]):
        return False
    return _BARE_PLACE.fullmatch(folded) is not None
