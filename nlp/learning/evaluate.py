"""How good a lexicon is, told honestly: accuracy, macro-F1, what asking back would win, and whether it knows its doubts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp.learning.examples import SHORT_VIEW, Example
from nlp.topics.classify import Classification, classify
from nlp.topics.lexicon import Lexicon

_BINS = 10
COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7)
"""Shares of messages that are answered without asking back, the least certain left out."""
MOST_CONFUSIONS = 20
_WORDS_TOLD = 6


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence: how sure they were on the mean, and how many were right."""

    messages: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Messages of one label that were taken for another, and the words that misled most often."""

    label: str
    taken_for: str
    messages: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one view of the messages."""

    view: str
    messages: int
    accuracy: float
    allowed: float
    """Accuracy where a second fair label counts as right too."""
    macro_f1: float
    coverage: tuple[tuple[float, float], ...]
    """For each share of messages answered the accuracy among them."""
    calibration_error: float
    """Expected calibration error: mean distance of confidence and accuracy in ten bins."""
    reliability: tuple[Bin, ...]
    asked: float
    unasked_allowed: float
    """How many of the answers given without asking back are right, second fair labels allowed."""
    counts: tuple[tuple[str, str, int], ...]
    """The confusion table: label, answer, how many."""
    confusions: tuple[Confusion, ...]
    """The worst confusions, the most frequent first."""


VIEWS: tuple[tuple[str, Callable[[Example], str]], ...] = (
    ("full text", lambda example: example.full),
    (f"first {SHORT_VIEW} characters", lambda example: example.full[:SHORT_VIEW]),
    ("topic alone", lambda example: example.title),
)


def evaluate(examples: Sequence[Example], lexicon: Lexicon) -> list[Report]:
    """Measure every view that the messages have."""
    reports = []
    for name, view in VIEWS:
        shown = [(text, example) for example in examples if (text := view(example))]
        if shown:
            reports.append(measure(name, shown, lexicon))
    return reports


def measure(view: str, shown: Sequence[tuple[str, Example]], lexicon: Lexicon) -> Report:
    """Classify each text and compare with its label."""
    answers = [(classify(text, lexicon), example) for text, example in shown]
    judged = [(found.confidence, found.category == example.label) for found, example in answers]
    fair = [
        (found.ask, found.category in {example.label, example.alt or example.label})
        for found, example in answers
    ]
    unasked = [right for ask, right in fair if not ask]
    pairs = Counter((example.label, found.category) for found, example in answers)
    reliability = _reliability(judged)
    return Report(
        view=view,
        messages=len(shown),
        accuracy=_share(judged),
        allowed=_share(fair),
        macro_f1=_macro_f1(pairs),
        coverage=_coverage(judged),
        calibration_error=sum(one.messages * abs(one.confidence - one.accuracy) for one in reliability)
        / len(judged),
        reliability=reliability,
        asked=1 - len(unasked) / len(answers),
        unasked_allowed=sum(unasked) / len(unasked) if unasked else 0.0,
        counts=tuple((label, answer, count) for (label, answer), count in sorted(pairs.items())),
        confusions=_confusions(answers),
    )


def _share(judged: Sequence[tuple[float, bool]]) -> float:
    return sum(right for _, right in judged) / len(judged) if judged else 0.0


def _coverage(judged: Sequence[tuple[float, bool]]) -> tuple[tuple[float, float], ...]:
    surest_first = sorted(judged, key=lambda pair: -pair[0])
    return tuple((share, _share(surest_first[: max(1, round(len(judged) * share))])) for share in COVERAGES)


def _macro_f1(pairs: Counter[tuple[str, str]]) -> float:
    labels = sorted({label for label, _ in pairs})
    said: Counter[str] = Counter()
    for (label, answer), count in pairs.items():
        said[label] += count
        said[answer] += count
    return sum(2 * pairs[label, label] / said[label] for label in labels) / len(labels)


def _reliability(judged: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in judged:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    return tuple(
        Bin(len(one), sum(sure for sure, _ in one) / len(one), _share(one)) for _, one in sorted(bins.items())
    )


def _confusions(answers: Sequence[tuple[Classification, Example]]) -> tuple[Confusion, ...]:
    words: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong: Counter[tuple[str, str]] = Counter()
    for found, example in answers:
        if found.category not in {example.label, example.alt or example.label}:
            wrong[example.label, found.category] += 1
            words[example.label, found.category].update(found.because)
    ranked = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:MOST_CONFUSIONS]
    return tuple(
        Confusion(label, answer, count, _most_often(words[label, answer]))
        for (label, answer), count in ranked
    )


def _most_often(words: Counter[str]) -> tuple[str, ...]:
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    return tuple(word for word, _ in ranked[:_WORDS_TOLD])
