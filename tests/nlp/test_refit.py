"""A district's own cases add words to a lexicon; what people wrote stays as it is."""

import pytest

from nlp.learning.examples import Example
from nlp.learning.fit import fit
from nlp.learning.refit import refit
from nlp.topics.classify import classify
from nlp.topics.lexicon import LEARNED, LexiconErrors, Term, Topic, build_lexicon
from tests.nlp.test_fit import BEES, BOATS, EXAMPLES

TOPICS = [Topic("船", "渡船", "船"), Topic("蜂", "养蜂", "蜂")]


def test_words_that_people_wrote_keep_their_weight_when_more_is_learned() -> None:
    base = build_lexicon(TOPICS, [Term("蜜蜂", "蜂", 4)])
    terms = refit(EXAMPLES, base)
    assert Term("蜜蜂", "蜂", 4) in terms
    assert {term.note for term in terms} == {"", LEARNED}
    text = "昨天我和家里人在码头上等了很久很久，大家都很着急，渡船一直没有来"
    assert classify(text, build_lexicon(TOPICS, terms)).category == "船"


def test_a_label_that_the_base_does_not_know_is_refused() -> None:
    base = build_lexicon([Topic("船", "渡船", "船"), Topic("狗", "犬只", "狗")], [Term("渡船", "船")])
    with pytest.raises(LexiconErrors, match="label '蜂' is no category"):
        refit(EXAMPLES, base)


def test_own_cases_correct_what_the_weights_that_came_along_get_wrong() -> None:
    swapped = [Example(text, "蜂") for text in BOATS] + [Example(text, "船") for text in BEES]
    fitted = fit(swapped)
    before = fitted.lexicon()
    after = build_lexicon(fitted.topics, refit(EXAMPLES * 4, before), before.model)
    assert classify("渡船不靠码头", before).category == "蜂"
    assert classify("渡船不靠码头", after).category == "船"
