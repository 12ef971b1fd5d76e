"""Why a message got its topic, and which topics come next: what is told to people beside the answer."""

from collections.abc import Sequence

from nlp.text.tokenizer import cut
from nlp.topics.lexicon import Lexicon
from nlp.topics.linear import LinearModel

CANDIDATES = 3
ALIKE = 60
"""Letters of a message that are compared with the words of topics nobody named."""
MOST_WORDS = 3


def because_of(
    shown: str, first: dict[int, int], lexicon: Lexicon, *, topic: int, category: int
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Give the strongest words for the category with their share, those for the topic first; learned ones only for want of others."""
    ranked = []
    for word, start in first.items():
        weight = own = 0.0
        for other, vote in lexicon.votes[word]:
            if lexicon.category_of[other] == category:
                weight += vote
                own += vote if other == topic else 0.0
        if weight > 0:
            ranked.append((word < lexicon.first_learned, own > 0, weight, -start, word))
    if not ranked:
        return (), ()
    ranked.sort(reverse=True)
    whole = sum(weight for _, _, weight, _, _ in ranked)
    best = [entry for entry in ranked if entry[0] == ranked[0][0]][:MOST_WORDS]
    return (
        tuple(shown[-start : len(lexicon.words[word]) - start] for _, _, _, start, word in best),
        tuple(round(weight / whole, 2) for _, _, weight, _, _ in best),
    )


def telling_words(
    shown: str, folded: str, category: int, model: LinearModel
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Give the words, as jieba cuts them, whose letters speak most for a category; for texts without a known word."""
    said = model.shares(folded, category)
    weights: dict[tuple[int, str], float] = {}
    at = 0
    for word in cut(folded):
        if len(word) > 1 and (weight := float(said[at : at + len(word)].sum())) > 0:
            weights[at, word] = weight
        at += len(word)
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    strongest = {word: (start, weight) for (start, word), weight in reversed(ranked)}
    best = sorted(strongest.items(), key=lambda item: (-item[1][1], item[1][0]))[:MOST_WORDS]
    whole = sum(weights.values())
    return (
        tuple(shown[start : start + len(word)] for word, (start, _) in best),
        tuple(round(weight / whole, 2) for _, (_, weight) in best),
    )


def candidates(
    folded: str,
    topics: dict[int, float],
    scores: Sequence[float],
    lexicon: Lexicon,
    *,
    topic: int,
    category: int,
) -> tuple[str, ...]:
    """Give the next topics: those that words name, then those of the same head and of the next whose words look most like the text."""
    general = lexicon.general_topics
    found = []
    for other in sorted(topics, key=lambda other: -topics[other]):
        if topics[other] > 0 and other != topic and other != general[lexicon.category_of[other]]:
            found.append(other)
            if len(found) == CANDIDATES:
                break
    if len(found) < CANDIDATES:
        letters = set(folded[:ALIKE])
        rivals = sorted((-score, number) for number, score in enumerate(scores) if number != category)
        for head in (category, *(number for _, number in rivals[:1])):
            alike = sorted(
                (-len(letters & lexicon.letters[other]) / (len(lexicon.letters[other]) + 1) ** 0.5, other)
                for other in lexicon.topics_in[head]
                if other not in (topic, general[head])
            )
            found += [other for _, other in alike if other not in found]
    if len(found) < CANDIDATES:
        found += [other for other in range(len(lexicon.topic_keys)) if other not in (topic, *found)]
    return tuple(lexicon.topic_keys[other] for other in found[:CANDIDATES])
