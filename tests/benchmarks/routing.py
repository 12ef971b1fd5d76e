"""Routing beside the usual ways, by cross-validation on real messages; they are not part of the project and may be absent."""

import random
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from nlp.learning.evaluate import VIEWS, measure
from nlp.learning.examples import Example, read_examples
from nlp.learning.fit import BY_HAND, fit
from nlp.learning.heads import Readings, learn_heads, read_heads
from nlp.learning.refit import refit
from nlp.learning.sheets import read_lexicon
from nlp.text.tokenizer import cut, load_tokenizer
from nlp.topics.classify import classify
from nlp.topics.lexicon import Lexicon, build_lexicon
from nlp.topics.linear import read_weights

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "handlers" / "district" / "demo"
DATA = ROOT.parent / "shared" / "eval"
HEADS = ROOT / "docs" / "hint_heads.csv"
FOLDS = 5
LONG = 200
OWN_CASES = (0, 25, 50, 100)
ROUNDS_OF_CURVE = 3

Predict = Callable[[str], str]
Learner = Callable[[Sequence[Example]], Predict]


def measure_routing() -> Iterator[str]:
    """Give the lines of the tables of docs/routing.md."""
    lexicon = read_lexicon(DEMO)
    yield from _speed(lexicon)
    if not (DATA / "messages_dev.tsv").is_file():
        yield f"the figures need real messages: {DATA} is not here"
        return
    messages = read_examples(DATA / "messages_dev.tsv")
    clerks = read_examples(DATA / "clerk_dev.tsv")
    yield from _learners(messages, lexicon)
    yield ""
    yield from _heads(clerks, messages, lexicon)
    yield ""
    yield from _curve(clerks, messages, lexicon)


def _speed(lexicon: Lexicon) -> Iterator[str]:
    words = sorted(word for word in lexicon.words if len(word) > 1)
    choose = random.Random(1)
    texts = ["，".join(choose.choices(words, k=70))[:LONG] for _ in range(2_000)]
    plain = [
        "我们小区" + "".join(choose.choices("的一是在不了有和人这中大为上个到说们地出", k=LONG - 4))
        for _ in texts
    ]
    yield "| messages of 200 characters | messages/s on one core |"
    yield "|---|---|"
    for name, shown in (("nothing but words of the lexicon", texts), ("hardly any word of it", plain)):
        for text in shown[:200]:
            classify(text, lexicon)
        best = 0.0
        for _ in range(3):
            started = process_time()
            for text in shown:
                classify(text, lexicon)
            best = max(best, len(shown) / (process_time() - started))
        yield f"| {name} | {best:,.0f} |"
    started = perf_counter()
    read_lexicon(DEMO)
    read_weights(ROOT / "nlp" / "weights.csv")
    took = perf_counter() - started
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    load_tokenizer()
    size = sum(path.stat().st_size for path in (DEMO / "lexicon.csv", ROOT / "nlp" / "weights.csv"))
    yield ""
    yield f"words and weights: {size / 1e6:.2f} MB, read in {took:.2f} s; this process held {before / 1024:.0f} MB"
    yield ""


def _learners(messages: Sequence[Example], lexicon: Lexicon) -> Iterator[str]:
    yield "| contest labels, 5-fold | full text | macro-F1 | first 50 | topic alone | at 90 % | messages/s |"
    yield "|---|---|---|---|---|---|---|"
    for name, learner in _rivals(lexicon):
        yield _one_learner(name, learner, messages)
    yield _ours(messages, lexicon)
    if find_spec("fasttext") is None:
        yield "fastText: not installed here, so not measured"


def _rivals(lexicon: Lexicon) -> Iterator[tuple[str, Learner]]:
    yield "words by hand on jieba's words", lambda kept: _by_words(kept, lexicon)
    if find_spec("sklearn") is None:
        return
    # Compared with, never needed: only the group `bench` brings it.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    def pipeline(kept: Sequence[Example], **options: Any) -> Predict:
        model = make_pipeline(TfidfVectorizer(min_df=2, sublinear_tf=True, **options), LinearSVC())
        model.fit([example.full for example in kept], [example.label for example in kept])
        return lambda text: str(model.predict([text])[0])

    yield "jieba TF-IDF + LinearSVC", lambda kept: pipeline(kept, analyzer=cut)
    yield (
        "letters and pairs TF-IDF + LinearSVC",
        lambda kept: pipeline(kept, analyzer="char", ngram_range=(1, 2)),
    )


def _by_words(kept: Sequence[Example], lexicon: Lexicon) -> Predict:
    fitted = fit(kept, lexicon, calibrate=False)
    home = {topic.key: topic.category for topic in fitted.topics}
    votes: dict[str, dict[str, float]] = {}
    for term in fitted.terms:
        votes.setdefault(term.text, {})[home[term.topic]] = term.weight
    labels = sorted({example.label for example in kept})

    def predict(text: str) -> str:
        scores = dict.fromkeys(labels, 0.0)
        for word in set(cut(text)):
            for label, weight in votes.get(word, {}).items():
                scores[label] += weight
        return max(scores, key=scores.__getitem__)

    return predict


def _parts(messages: Sequence[Example]) -> list[int]:
    seen: dict[str, int] = {}
    parts = []
    for message in messages:
        parts.append(seen.get(message.label, 0) % FOLDS)
        seen[message.label] = seen.get(message.label, 0) + 1
    return parts


def _one_learner(name: str, learner: Learner, messages: Sequence[Example]) -> str:
    parts = _parts(messages)
    right = {view: [0, 0] for view, _ in VIEWS}
    pairs: list[tuple[str, str]] = []
    seconds, told = 0.0, 0
    for part in range(FOLDS):
        predict = learner([message for message, of in zip(messages, parts, strict=True) if of != part])
        apart = [message for message, of in zip(messages, parts, strict=True) if of == part]
        for view, show in VIEWS:
            for message in apart:
                if not (text := show(message)):
                    continue
                started = process_time()
                answer = predict(text)
                if view == VIEWS[0][0]:
                    seconds += process_time() - started
                    told += 1
                    pairs.append((message.label, answer))
                right[view][0] += answer == message.label
                right[view][1] += 1
    full, short, title = (hits / count for hits, count in right.values())
    return f"| {name} | {full:.3f} | {_macro_f1(pairs):.3f} | {short:.3f} | {title:.3f} | – | {told / seconds:,.0f} |"


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    labels = {label for label, _ in pairs}
    scores = []
    for label in labels:
        hits = sum(label == true == found for true, found in pairs)
        named = sum(label == true for true, _ in pairs) + sum(label == found for _, found in pairs)
        scores.append(2 * hits / named)
    return sum(scores) / len(scores)


def _ours(messages: Sequence[Example], lexicon: Lexicon) -> str:
    parts = _parts(messages)
    sums = dict.fromkeys(("full", "f1", "short", "title", "at90"), 0.0)
    seconds, told = 0.0, 0
    for part in range(FOLDS):
        learned = fit(
            [message for message, of in zip(messages, parts, strict=True) if of != part],
            lexicon,
            calibrate=False,
        ).lexicon()
        apart = [message for message, of in zip(messages, parts, strict=True) if of == part]
        started = process_time()
        views = [
            measure(name, [(text, message) for message in apart if (text := show(message))], learned)
            for name, show in VIEWS
        ]
        seconds += process_time() - started
        told += sum(view.messages for view in views)
        for key, value in zip(
            sums,
            (
                views[0].accuracy,
                views[0].macro_f1,
                views[1].accuracy,
                views[2].accuracy,
                dict(views[0].coverage)[0.9],
            ),
            strict=True,
        ):
            sums[key] += value / FOLDS
    return (
        f"| **ours** | {sums['full']:.3f} | {sums['f1']:.3f} | {sums['short']:.3f} | {sums['title']:.3f} | "
        f"{sums['at90']:.3f} | {told / seconds:,.0f} |"
    )


def _heads(clerks: Sequence[Example], messages: Sequence[Example], lexicon: Lexicon) -> Iterator[str]:
    yield "The weights that come with the bot, clerks' keys, 5-fold (the hand-written words were chosen with these messages in view):"
    yield ""
    _, unseen = learn_heads(clerks, messages, read_heads(HEADS, lexicon), lexicon)
    for one in unseen:
        yield f"- {one.view}: {one.told()}"


def _curve(clerks: Sequence[Example], messages: Sequence[Example], lexicon: Lexicon) -> Iterator[str]:
    """Teach weights learned without a city more and more of its own cases."""
    with (DATA / "clerk_dev.tsv").open(encoding="utf-8") as file:
        sources = [line.split("\t")[1] for line in file][1:]
    city = [clerk for clerk, source in zip(clerks, sources, strict=True) if source == "city"]
    others = [clerk for clerk, source in zip(clerks, sources, strict=True) if source != "city"]
    read = Readings(others, messages, read_heads(HEADS, lexicon), lexicon)
    model = read.learn(set(range(len(others))))
    shipped = lexicon.model
    sharpness = shipped.sharpness if shipped else model.sharpness
    base = build_lexicon(
        lexicon.topics.values(),
        lexicon.terms,
        replace(model, sharpness=sharpness, by_hand=BY_HAND * sharpness),
    )
    yield "| own cases of a city | strict | second fair answer allowed | first 50, strict | allowed |"
    yield "|---|---|---|---|---|"
    for count in OWN_CASES:
        yield _one_count(count, city, base)


def _one_count(count: int, city: Sequence[Example], base: Lexicon) -> str:
    sums = [0.0] * 4
    for turn in range(ROUNDS_OF_CURVE):
        order = list(range(len(city)))
        random.Random(turn).shuffle(order)
        for part in range(FOLDS):
            apart = [city[index] for index in order[part::FOLDS]]
            kept = [city[index] for at, index in enumerate(order) if at % FOLDS != part][:count]
            taught = build_lexicon(base.topics.values(), refit(kept, base), base.model) if kept else base
            for at, (name, show) in enumerate(VIEWS[:2]):
                found = measure(name, [(show(message), message) for message in apart], taught)
                sums[2 * at] += found.accuracy * len(apart)
                sums[2 * at + 1] += found.allowed * len(apart)
    told = " | ".join(f"{value / (ROUNDS_OF_CURVE * len(city)):.3f}" for value in sums)
    return f"| {count} | {told} |"
