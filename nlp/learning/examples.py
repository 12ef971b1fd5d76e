"""Labelled messages, read from a file that a table program writes."""

import csv
from dataclasses import dataclass
from pathlib import Path

from nlp.topics.lexicon import LexiconErrors

SHORT_VIEW = 50
"""Letters of the short copy of each message that is learned and measured too: chat messages are short."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message that a person has labelled; the title is the sender's own, if there is one."""

    text: str
    label: str
    title: str = ""
    alt: str = ""
    """A second label that would be fair too."""

    @property
    def full(self) -> str:
        return f"{self.title}。{self.text}" if self.title else self.text


def read_examples(path: Path, label: str = "") -> list[Example]:
    """Read a TSV file with a header: a column of labels (`label` or `category`), `text`, maybe `topic`."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise LexiconErrors([f"{path}: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise LexiconErrors([f"{path.name} is not UTF-8 text"]) from None
    reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = list(reader.fieldnames or [])
    column = label or next((name for name in ("label", "category") if name in columns), "")
    if not column:
        raise LexiconErrors(
            [f"{path.name} line 1: there is no column label or category; name it with --label"]
        )
    missing = [name for name in (column, "text") if name not in columns]
    if missing:
        raise LexiconErrors(
            [f"{path.name} line 1: column {', '.join(missing)} is missing (columns are split by tabs)"]
        )
    examples = [
        Example(
            row["text"] or "",
            (row[column] or "").strip(),
            row.get("topic") or "",
            (row.get("alt") or "").strip(),
        )
        for row in reader
        if (row[column] or "").strip() and ((row["text"] or "").strip() or (row.get("topic") or "").strip())
    ]
    if not examples:
        raise LexiconErrors([f"{path.name} holds no labelled message"])
    return examples
