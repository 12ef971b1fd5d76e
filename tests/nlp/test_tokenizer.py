"""jieba behind one door."""

from nlp.text.tokenizer import add_words, cut, load_tokenizer


def test_a_sentence_is_cut_into_its_words() -> None:
    assert cut("小区停车位不足") == ["小区", "停车位", "不足"]


def test_a_districts_own_word_stays_in_one_piece() -> None:
    add_words(["青禾桥南"])
    assert "青禾桥南" in cut("青禾桥南没有路灯")


def test_the_dictionary_is_loaded_once() -> None:
    assert load_tokenizer() is load_tokenizer()
