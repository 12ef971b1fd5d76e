"""Learn to tell any set of labels apart from labelled messages; what is learned are sheets that a person can read."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nlp.learning.examples import SHORT_VIEW, Example
from nlp.learning.learn import Floats, Lesson, learn_model, sharpest
from nlp.text.fold import fold
from nlp.topics.classify import LONGEST, named_topics
from nlp.topics.lexicon import LEARNED, Lexicon, LexiconErrors, Term, Topic, build_lexicon
from nlp.topics.linear import FILE_NAME, LinearModel, shipped_weights, write_weights

FEWEST_LABELS = 2
SHORT_WORTH = 0.3
"""What the opening and the title of a message count beside the whole of it."""
FOLDS = 3
FEWEST_TO_CALIBRATE = 100
RIGHT_UNASKED = 0.95
MOST_ASKED = 0.2
PLAIN = 4.0
"""Words that weigh so much together name their topic beyond doubt."""
BY_HAND = 0.2
"""For our own heads: what the words that people wrote count once more, beside a sharpness of one."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned, ready to be written or used."""

    topics: tuple[Topic, ...]
    terms: tuple[Term, ...]
    model: LinearModel | None

    def lexicon(self) -> Lexicon:
        return build_lexicon(self.topics, self.terms, self.model)


def fit(examples: Sequence[Example], knowledge: Lexicon | None = None, *, calibrate: bool = True) -> Fitted:
    """Learn weights of letters, of pairs of letters and of the topics that the words of a lexicon name.

    Each label becomes a category; a topic of the lexicon goes to the label for which it speaks most, except where the labels are
    the lexicon's own categories: then its table stands above anything learned.
    """
    labels = sorted({example.label for example in examples})
    if len(labels) < FEWEST_LABELS:
        raise LexiconErrors([f"there is only one label, '{labels[0]}': nothing to tell apart"])
    ours = knowledge is not None and set(labels) <= set(knowledge.category_keys)
    if knowledge and ours:
        examples = [example for example in examples if not _against_the_table(example, knowledge)] or examples
    lessons = lessons_of(examples, labels, knowledge)
    model = learn_model(lessons, labels)
    if ours:
        model = replace(model, by_hand=BY_HAND * model.sharpness)
    if calibrate and len(examples) >= FEWEST_TO_CALIBRATE:
        model = _calibrated(model, lessons, examples)
    if knowledge is None:
        return Fitted(tuple(Topic(label, label, label) for label in labels), (), model)
    terms = tuple(term for term in knowledge.terms if term.note != LEARNED)
    if ours:
        return Fitted(tuple(knowledge.topics.values()), terms, model)
    topics = {label: Topic(label, label, label) for label in labels}
    for key in sorted(_met_twice(lessons)):
        label = labels[int(model.topics[key].argmax())]
        topics.setdefault(key, replace(knowledge.topics[key], category=label))
    return Fitted(tuple(topics.values()), tuple(term for term in terms if term.topic in topics), model)


def lessons_of(
    examples: Sequence[Example], labels: Sequence[str], knowledge: Lexicon | None, *, worth: float = 1.0
) -> list[Lesson]:
    """Read each message as a whole, its opening and its title, in that order."""
    views = (
        ([example.full for example in examples], 1.0),
        ([example.full[:SHORT_VIEW] for example in examples], SHORT_WORTH),
        ([example.title for example in examples], SHORT_WORTH),
    )
    return [
        lesson_of(text, labels.index(example.label), knowledge, worth * share)
        for texts, share in views
        for text, example in zip(texts, examples, strict=True)
        if text.strip()
    ]


def lesson_of(text: str, label: int, knowledge: Lexicon | None, worth: float) -> Lesson:
    folded = fold(text[:LONGEST]).lower()
    return Lesson(folded, label, named_topics(folded, knowledge) if knowledge else {}, worth)


def _against_the_table(example: Example, knowledge: Lexicon) -> bool:
    """Tell whether a message names one head's topic plainly, none of its label's: such a label is a slip, or another's custom."""
    heads: defaultdict[str, float] = defaultdict(float)
    for key, score in named_topics(fold(example.full[:LONGEST]).lower(), knowledge).items():
        heads[knowledge.topics[key].category] += score
    return heads[example.label] <= 0 and max(heads.values(), default=0) >= PLAIN


def _met_twice(lessons: Iterable[Lesson]) -> set[str]:
    times = Counter(key for lesson in lessons for key, score in lesson.topics.items() if score > 0)
    return {key for key, count in times.items() if count > 1}


def _calibrated(model: LinearModel, lessons: Sequence[Lesson], examples: Sequence[Example]) -> LinearModel:
    """Let confidence mean what it says, by what a model says of messages that it has not seen."""
    # The first lessons are the whole messages, then come their openings.
    groups = {lesson.text[:SHORT_VIEW]: number for number, lesson in enumerate(lessons[: len(examples)])}
    part = [groups.get(lesson.text[:SHORT_VIEW], number) % FOLDS for number, lesson in enumerate(lessons)]
    scores: list[Floats] = []
    right: list[int] = []
    for fold_ in range(FOLDS):
        kept = [lesson for lesson, of in zip(lessons, part, strict=True) if of != fold_]
        other = learn_model(kept, model.labels)
        for lesson, of in zip(lessons[: 2 * len(examples)], part, strict=False):
            if of == fold_:
                scores.append(other.of_lesson(lesson.text, lesson.topics))
                right.append(lesson.label)
    table = np.array(scores)
    sharpness = sharpest(table, right)
    return replace(
        model,
        sharpness=sharpness,
        sure=threshold(table * sharpness, [{label} for label in right]),
        by_hand=model.by_hand / model.sharpness * sharpness,
    )


def threshold(scores: Floats, right: Sequence[AbstractSet[int]]) -> float:
    """Find the confidence from which answers need no question: right often enough, and not too many asked."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    surest = odds.max(axis=1)
    hits = np.array([int(row.argmax()) in labels for row, labels in zip(odds, right, strict=True)])
    for asked in range(round(MOST_ASKED * 100) + 1):
        sure = float(np.quantile(surest, asked / 100))
        if hits[surest >= sure].mean() >= RIGHT_UNASKED:
            return round(sure, 3)
    return round(float(np.quantile(surest, MOST_ASKED)), 3)


def write_lexicon(folder: Path, fitted: Fitted) -> None:
    """Write topics.csv, lexicon.csv (strongest words of each topic first) and weights.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "topics.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("key", "label", "category", "department", "industry", "days"))
        for topic in fitted.topics:
            writer.writerow(
                (topic.key, topic.label, topic.category, topic.department, topic.industry, topic.days)
            )
    write_terms(folder / "lexicon.csv", fitted.terms)
    if fitted.model and fitted.model is not shipped_weights():
        write_weights(folder / FILE_NAME, fitted.model)


def write_terms(path: Path, terms: Iterable[Term]) -> None:
    """Write a sheet of terms, the strongest of each topic first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("term", "topic", "weight", "note"))
        for term in sorted(terms, key=lambda term: (term.topic, -term.weight, term.text)):
            writer.writerow((term.text, term.topic, f"{term.weight:g}", term.note))
