"""The house rules of what the bot says, checked on every sentence."""

import re

import pytest

from handlers.texts import PLACEHOLDER, Texts, placeholders, read_sentences

SENTENCES = read_sentences()
LONGEST = 120
GAP = 6
"""Characters that a usual filling takes."""


@pytest.mark.parametrize("key", SENTENCES)
def test_no_sentence_is_too_long(key: str) -> None:
    plain = PLACEHOLDER.sub("字" * GAP, SENTENCES[key])

    assert len(plain) <= LONGEST, f"{key}: {len(plain)} characters"


@pytest.mark.parametrize("key", SENTENCES)
def test_no_sentence_uses_words_the_house_rules_forbid(key: str) -> None:
    assert not re.search(r"受理|亲[，。]|尊敬的|[!！~～😀-🙏]", SENTENCES[key])


def test_a_gap_is_filled_once_and_only_by_name() -> None:
    texts = Texts({"hello": "您好，{name}。"})

    assert texts("hello", name="{secret}", secret="x") == "您好，{secret}。"


def test_a_gap_without_a_value_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        Texts({"hello": "您好，{name}。"})("hello")


def test_gaps_are_named() -> None:
    assert placeholders("编号 {number}，{topic}") == {"number", "topic"}
