"""Every sentence the bot says comes from texts.toml; a district pack may replace any of them."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Texts:
    """The catalogue: `texts("filed", number="2611-0042", …)` gives the sentence with its gaps filled.

    Only named gaps are filled, each once, so that neither a pack's text nor a voter's words can reach
    anything else. A gap without a value is a mistake of ours and raises KeyError.
    """

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)
        # Cut once: every answer fills one. Text and names of gaps take turns.
        self._pieces = {key: PLACEHOLDER.split(sentence) for key, sentence in sentences.items()}

    def __call__(self, key: str, **values: object) -> str:
        pieces = self._pieces[key]
        if len(pieces) == 1:
            return pieces[0]
        filled = pieces.copy()
        filled[1::2] = [str(values[gap]) for gap in pieces[1::2]]
        return "".join(filled)

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def replaced_by(self, overrides: Mapping[str, str]) -> "Texts":
        """Give a catalogue in which the pack's sentences stand above ours."""
        return Texts({**self._sentences, **overrides})


def placeholders(sentence: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(sentence))


def read_sentences() -> dict[str, str]:
    """Read texts.toml; its sections are for people, the keys are unique over all of them."""
    path = Path(__file__).with_name("texts.toml")
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    sentences: dict[str, str] = {}
    for section, rows in sections.items():
        for key, sentence in rows.items():
            if key in sentences:
                raise ValueError(f"texts.toml [{section}]: {key} is there twice")
            sentences[key] = sentence.strip("\n")
    return sentences


DEFAULT_TEXTS = Texts(read_sentences())
