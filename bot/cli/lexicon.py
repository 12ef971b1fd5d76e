"""The commands `classify`, `lexicon fit` and `lexicon evaluate`: the router on its own, without a database."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, TypedDict

import typer

from bot.cli.common import err, out, refuse
from bot.cli.figures import show_details, show_figures
from bot.cli.teaching import apply_learned, propose_from_cases
from handlers.district.district import District
from handlers.district.pack import PackErrors
from handlers.district.read import pack_folder, read_pack
from handlers.district.snapshot import build_district
from nlp.learning.evaluate import evaluate
from nlp.learning.examples import Example, read_examples
from nlp.learning.fit import Fitted, fit, write_lexicon
from nlp.learning.heads import learn_heads, read_heads
from nlp.learning.refit import refit
from nlp.learning.sheets import read_lexicon
from nlp.topics.classify import classify as classify_text
from nlp.topics.lexicon import OTHER, Lexicon, LexiconErrors
from nlp.topics.linear import FILE_NAME, write_weights

DEMO = "demo"
HELD_OUT = 5
"""One message in so many is kept apart to measure on."""
FEWEST_TO_HOLD_OUT = 20

app = typer.Typer(name="lexicon", help="Learn and measure the words of topics.", no_args_is_help=True)
app.command(name="apply")(apply_learned)

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
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="TSV with a header: label or category, text, maybe topic."),
    ] = None,
    *,
    from_cases: Annotated[
        bool, typer.Option("--from-cases", help="Learn from the corrected cases of this district instead.")
    ] = False,
    label: Label = "",
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where topics.csv, lexicon.csv and weights.csv go.")
    ] = Path("lexicon"),
    onto: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep this lexicon's words and learn only what they miss."),
    ] = None,
    hints: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Many messages with coarse labels; writes the weights of the heads."
        ),
    ] = None,
    heads: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Which heads hide under a coarse label: label, category, share."),
    ] = None,
) -> None:
    """Learn to route from labelled messages, for any set of labels; or from this district's own corrections."""
    if from_cases:
        propose_from_cases(folder)
        return
    if file is None:
        raise refuse(["name a FILE of labelled messages, or --from-cases"])
    examples = _examples(file, label)
    if hints:
        _fit_heads(examples, hints, heads, _lexicon(onto or pack_folder(DEMO)), folder)
        return
    base = _lexicon(onto) if onto else None
    if len(examples) >= FEWEST_TO_HOLD_OUT:
        kept, apart = _split(examples)
        err.print(f"measuring: {len(kept)} messages to learn from, {len(apart)} kept apart", markup=False)
        show_figures(evaluate(apart, _learned(kept, base, measuring=True).lexicon()))
    fitted = _learned(examples, base)
    try:
        write_lexicon(folder, fitted)
    except OSError as error:
        raise refuse([f"{folder} cannot be written: {error.strerror}"]) from None
    pieces = len(fitted.model.known) if fitted.model else 0
    out.print(
        f"{len({topic.category for topic in fitted.topics})} labels, {len(fitted.topics)} topics, {len(fitted.terms)} terms, {pieces} weights written to {folder}",
        markup=False,
    )


def _fit_heads(
    examples: Sequence[Example], hints: Path, heads: Path | None, lexicon: Lexicon, folder: Path
) -> None:
    """Make the weights that come with the bot, and tell how they do on messages kept apart."""
    if heads is None:
        raise refuse(["--hints needs --heads: a file that tells which heads hide under each label"])
    try:
        model, unseen = learn_heads(examples, read_examples(hints), read_heads(heads, lexicon), lexicon)
        folder.mkdir(parents=True, exist_ok=True)
        write_weights(folder / FILE_NAME, model)
    except LexiconErrors as error:
        raise refuse(error.faults) from None
    except OSError as error:
        raise refuse([f"{folder} cannot be written: {error.strerror}"]) from None
    for one in unseen:
        out.print(f"{one.view}, by cross-validation: {one.told()}", markup=False)
    out.print(f"{len(model.known)} weights written to {folder / FILE_NAME}", markup=False)


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
    show_figures(reports)
    show_details(reports[0], words)
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


def _learned(examples: Sequence[Example], base: Lexicon | None, *, measuring: bool = False) -> Fitted:
    try:
        if base is None:
            return fit(examples, _lexicon(pack_folder(DEMO)), calibrate=not measuring)
        return Fitted(tuple(base.topics.values()), refit(examples, base), base.model)
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
