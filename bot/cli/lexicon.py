"""The commands `classify`, `lexicon fit` and `lexicon evaluate`: the router on its own, without a database."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, TypedDict

import typer
from rich.table import Table

from bot.cli.common import err, out, refuse
from handlers.district.district import District
from handlers.district.pack import PackErrors
from handlers.district.read import pack_folder, read_pack
from handlers.district.snapshot import build_district
from nlp.classify import classify as classify_text
from nlp.evaluate import Report, evaluate
from nlp.fit import Example, Fitted, fit, read_examples, write_lexicon
from nlp.lexicon import OTHER, Lexicon, LexiconErrors, read_lexicon

DEMO = "demo"
HELD_OUT = 5
"""One message in so many is kept apart to measure on."""
FEWEST_TO_HOLD_OUT = 20

app = typer.Typer(name="lexicon", help="Learn and measure the words of topics.", no_args_is_help=True)

LabelledFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="TSV with a header: label or category, text, maybe topic.")
]
Label = Annotated[str, typer.Option(metavar="COLUMN", help="The column that holds the labels.")]


class Line(TypedDict):
    """One line of the answer of `classify`."""

    id: object
    category: str
    topic: str
    confidence: float
    ask: bool
    because: list[str]
    station: str
    place: str


def classify(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="JSON Lines with id and text; - is the standard input.")
    ] = "-",
    *,
    pack: Annotated[
        str, typer.Option(metavar="DIR", help="The district pack; `demo` is the built-in one.")
    ] = DEMO,
    lexicon: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder with topics.csv and lexicon.csv.")
    ] = None,
) -> None:
    """Tell category, topic, place and station of messages, one JSON object a line."""
    district = _district(pack)
    words = _lexicon(lexicon) if lexicon else district.lexicon
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            message = json.loads(line)
        except ValueError:
            raise refuse([f"line {number} is not JSON"]) from None
        if not isinstance(message, dict) or not isinstance(message.get("text"), str):
            raise refuse([f"line {number} needs an object with id and text"])
        answer = classify_line(message.get("id"), message["text"], words, district)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def classify_line(key: object, text: str, lexicon: Lexicon, district: District) -> Line:
    """Answer for one message; the station is the key of the one that would take care, empty for the district desk."""
    found = classify_text(text, lexicon)
    match = district.gazetteer.find(text)
    place = match.places[0] if len(match.places) == 1 else None
    station = district.station_for_place(place) if place else None
    return Line(
        id=key,
        category=found.category,
        topic=found.topic,
        confidence=found.confidence,
        ask=found.ask,
        because=list(found.because),
        station=station.key if station else "",
        place=place.name if place else match.mention or match.unknown,
    )


@app.command(name="fit")
def fit_(
    file: LabelledFile,
    *,
    label: Label = "",
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where topics.csv and lexicon.csv are written.")
    ] = Path("lexicon"),
    onto: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep this lexicon's words and learn only what they miss."),
    ] = None,
) -> None:
    """Learn the words of topics from labelled messages, for any set of labels."""
    examples = _examples(file, label)
    base = _lexicon(onto) if onto else None
    if len(examples) >= FEWEST_TO_HOLD_OUT:
        kept, apart = _split(examples)
        err.print(f"measuring: {len(kept)} messages to learn from, {len(apart)} kept apart", markup=False)
        _show(evaluate(apart, _fitted(kept, base).lexicon()))
    fitted = _fitted(examples, base)
    try:
        write_lexicon(folder, fitted.topics, fitted.terms)
    except OSError as error:
        raise refuse([f"{folder} cannot be written: {error.strerror}"]) from None
    out.print(f"{len(fitted.topics)} topics, {len(fitted.terms)} terms written to {folder}", markup=False)


@app.command(name="evaluate")
def evaluate_(
    file: LabelledFile,
    *,
    label: Label = "",
    lexicon: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A lexicon's folder; without it the built-in one.")
    ] = None,
) -> None:
    """Measure a lexicon on labelled messages: accuracy, macro-F1, coverage, calibration, speed."""
    examples = _examples(file, label)
    words = _lexicon(lexicon or pack_folder(DEMO))
    strange = sorted({example.label for example in examples} - {*words.category_keys, OTHER})
    if len(strange) == len({example.label for example in examples}):
        raise refuse(
            [
                f"no label of {file.name} is a category of this lexicon: `lexicon fit` first, then --lexicon DIR"
            ]
        )
    for name in strange:
        err.print(f"! label '{name}' is no category of this lexicon and always counts as wrong", markup=False)
    started = perf_counter()
    reports = evaluate(examples, words)
    seconds = perf_counter() - started
    _show(reports)
    messages = sum(report.messages for report in reports)
    out.print(f"{messages / seconds:,.0f} messages a second on one core", markup=False)


def _lines(file: str) -> Iterator[str]:
    if file == "-":
        yield from sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8-sig") as lines:
            yield from lines
    except OSError as error:
        raise refuse([f"{file}: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise refuse([f"{file} is not UTF-8 text"]) from None


def _district(word: str) -> District:
    try:
        return build_district(read_pack(pack_folder(word)).rows, version=0)
    except PackErrors as error:
        raise refuse(error.lines) from None


def _lexicon(folder: Path) -> Lexicon:
    try:
        return read_lexicon(folder)
    except LexiconErrors as error:
        raise refuse(error.faults) from None


def _examples(file: Path, label: str) -> list[Example]:
    try:
        return read_examples(file, label)
    except LexiconErrors as error:
        raise refuse(error.faults) from None


def _fitted(examples: Sequence[Example], base: Lexicon | None) -> Fitted:
    try:
        return fit(examples, base)
    except LexiconErrors as error:
        raise refuse(error.faults) from None


def _split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Keep every fifth message of each label apart, so that rare labels are measured too."""
    seen: defaultdict[str, int] = defaultdict(int)
    kept: list[Example] = []
    apart: list[Example] = []
    for example in examples:
        seen[example.label] += 1
        (kept if seen[example.label] % HELD_OUT else apart).append(example)
    return kept, apart


def _show(reports: Iterable[Report]) -> None:
    table = Table("view", "messages", "accuracy", "macro-F1", "at 90 %", "calibration (ECE)", "asked back")
    curves = []
    for report in reports:
        coverage = dict(report.coverage)
        table.add_row(
            report.view,
            str(report.messages),
            f"{report.accuracy:.3f}",
            f"{report.macro_f1:.3f}",
            f"{coverage[0.9]:.3f}",
            f"{report.calibration_error:.3f}",
            f"{report.asked:.1%}",
        )
        curve = ", ".join(f"{share:.0%} {accuracy:.3f}" for share, accuracy in report.coverage)
        curves.append(f"coverage, {report.view}: {curve}")
    out.print(table)
    for line in curves:
        out.print(line, markup=False)
