"""The only door to jieba: one tokenizer of our own, loaded when asked for, quiet about it."""

import logging
import warnings
from collections.abc import Iterable
from functools import cache
from threading import Lock

with warnings.catch_warnings():
    # jieba's own source makes Python warn about its regular expressions; nobody who runs the bot can mend that.
    warnings.simplefilter("ignore")
    import jieba

_adding_words = Lock()


@cache
def load_tokenizer() -> jieba.Tokenizer:
    """Load jieba's dictionary once (about a second); call it at start to spare the first user the wait."""
    logging.getLogger("jieba").setLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def add_words(words: Iterable[str]) -> None:
    """Let the tokenizer keep a district's own words in one piece."""
    tokenizer = load_tokenizer()
    with _adding_words:
        for word in words:
            tokenizer.add_word(word)


def cut(text: str) -> list[str]:
    """Cut a text into words without guessing new ones, so that the same text is always cut the same way."""
    return list(load_tokenizer().cut(text, HMM=False))
