"""The only door to jieba: one tokenizer of our own, loaded when asked for, quiet about it."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from threading import Lock

with warnings.catch_warnings():
    # jieba's own source makes Python warn about its regular expressions; nobody who runs the bot can mend that.
    warnings.simplefilter("ignore")
    import jieba

_adding_words = Lock()
_changed: dict[str, int] = {}
_own: dict[str, int] = {}
"""What the dictionary says by itself, whatever districts have added since."""


@cache
def load_tokenizer() -> jieba.Tokenizer:
    """Load jieba's dictionary once (about a second); call it at start to spare the first user the wait."""
    logging.getLogger("jieba").setLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    _own["total"] = tokenizer.total
    return tokenizer


def add_words(words: Iterable[str]) -> None:
    """Let the tokenizer keep a district's own words in one piece."""
    tokenizer = load_tokenizer()
    with _adding_words:
        for word in words:
            _changed.setdefault(word, tokenizer.FREQ.get(word, 0))
            tokenizer.add_word(word)


def cut(text: str) -> list[str]:
    """Cut a text into words without guessing new ones, so that the same text is always cut the same way."""
    return list(load_tokenizer().cut(text, HMM=False))


def frequency(word: str) -> int:
    """Give how often the dictionary by itself counts a word; 0 where it does not know it."""
    known = load_tokenizer().FREQ.get(word, 0)
    return int(_changed.get(word, known))


def total_frequency() -> int:
    """Give how many words the dictionary counts in all."""
    load_tokenizer()
    return _own["total"]


def dictionary_names() -> Iterator[tuple[str, int]]:
    """Give the words that the dictionary marks as names of people, and how often it counts each."""
    with load_tokenizer().get_dict_file() as file:
        for line in file:
            word, often, kind = line.decode().split()
            if kind == "nr":
                yield word, int(often)
