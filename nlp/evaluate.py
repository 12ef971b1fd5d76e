"""How good a lexicon is, told honestly: accuracy, macro-F1, what asking back would win, and whether it knows its doubts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp.classify import classify
from nlp.fit import SHORT_VIEW, Example
from nlp.lexicon import Lexicon

_BINS = 10
COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7)
"""Shares of messages that are answered without asking back, the least certain left out."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one view of the messages."""

    view: str
    messages: int
    accuracy: float
    macro_f1: float
    coverage: tuple[tuple[float, float], ...]
    """For each share of messages answered the accuracy among them."""
    calibration_error: float
    """Expected calibration error: mean distance of confidence and accuracy in ten bins."""
    asked: float


VIEWS: tuple[tuple[str, Callable[[Example], str]], ...] = (
    ("full text", lambda example: example.full),
    (f"first {SHORT_VIEW} characters", lambda example: example.full[:SHORT_VIEW]),
    ("topic alone", lambda example: example.title),
)


def evaluate(examples: Sequence[Example], lexicon: Lexicon) -> list[Report]:
    """Measure every view that the messages have."""
    reports = []
    for name, view in VIEWS:
        shown = [(text, example.label) for example in examples if (text := view(example))]
        if shown:
            reports.append(measure(name, shown, lexicon))
    return reports


def measure(view: str, shown: Sequence[tuple[str, str]], lexicon: Lexicon) -> Report:
    """Classify each text and compare with its label."""
    answers = [(classify(text, lexicon), label) for text, label in shown]
    judged = [(found.confidence, found.category == label) for found, label in answers]
    return Report(
        view=view,
        messages=len(shown),
        accuracy=_share(judged),
        macro_f1=_macro_f1([(found.category, label) for found, label in answers]),
        coverage=_coverage(judged),
        calibration_error=_calibration_error(judged),
        asked=sum(found.ask for found, _ in answers) / len(answers),
    )


def _share(judged: Sequence[tuple[float, bool]]) -> float:
    return sum(right for _, right in judged) / len(judged) if judged else 0.0


def _coverage(judged: Sequence[tuple[float, bool]]) -> tuple[tuple[float, float], ...]:
    surest_first = sorted(judged, key=lambda pair: -pair[0])
    return tuple((share, _share(surest_first[: max(1, round(len(judged) * share))])) for share in COVERAGES)


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    labels = sorted({label for _, label in pairs})
    return sum(_f1(label, pairs) for label in labels) / len(labels)


def _f1(label: str, pairs: Sequence[tuple[str, str]]) -> float:
    right = sum(found == label == true for found, true in pairs)
    named = sum(found == label for found, _ in pairs) + sum(true == label for _, true in pairs)
    return 2 * right / named if named else 0.0


def _calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    return sum(
        abs(sum(sure for sure, _ in one) - sum(right for _, right in one)) for one in bins.values()
    ) / len(judged)
