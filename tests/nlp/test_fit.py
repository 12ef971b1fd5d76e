"""Words are learned from labelled messages, for any labels, and what is learned can be read and measured."""

from pathlib import Path

import pytest

from nlp.learning.evaluate import evaluate
from nlp.learning.examples import Example, read_examples
from nlp.learning.fit import fit, write_lexicon
from nlp.learning.sheets import read_lexicon
from nlp.topics.classify import classify
from nlp.topics.lexicon import LexiconErrors, Term, Topic, build_lexicon

BOATS = ["渡船晚点了", "渡船票价太贵", "码头没有渡船", "渡船不靠码头", "等渡船等了很久", "渡船停航没通知"]
BEES = [
    "蜜蜂蜇人",
    "养蜂的蜂箱放在路边",
    "蜂箱太多蜜蜂乱飞",
    "蜜蜂飞进屋里",
    "蜂箱没人管",
    "蜜蜂太多不敢开窗",
]
EXAMPLES = [Example(text, "船") for text in BOATS] + [Example(text, "蜂") for text in BEES]


def test_any_two_labels_are_told_apart_after_learning() -> None:
    lexicon = fit(EXAMPLES).lexicon()
    assert classify("渡船又不来", lexicon).category == "船"
    assert classify("窗外都是蜜蜂", lexicon).category == "蜂"


def test_the_same_messages_give_the_same_lexicon(tmp_path: Path) -> None:
    write_lexicon(tmp_path / "a", fit(EXAMPLES))
    write_lexicon(tmp_path / "b", fit(EXAMPLES))
    for name in ("topics.csv", "lexicon.csv", "weights.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_what_was_learned_is_written_and_read_back(tmp_path: Path) -> None:
    fitted = fit(EXAMPLES)
    write_lexicon(tmp_path, fitted)
    there, back = fitted.lexicon(), read_lexicon(tmp_path)
    for example in EXAMPLES:
        first, second = classify(example.text, there), classify(example.text, back)
        assert (first.category, first.because) == (second.category, second.because)
        # Weights are written in hundredths.
        assert abs(first.confidence - second.confidence) < 0.02


def test_topics_whose_words_are_met_go_to_the_label_of_the_messages_that_name_them() -> None:
    knowledge = build_lexicon(
        [Topic("ferry", "轮渡", "travel"), Topic("dogs", "犬只", "safety")],
        [Term("渡船", "ferry", 3), Term("恶犬", "dogs", 3)],
    )
    fitted = fit(EXAMPLES, knowledge)
    assert {topic.key: topic.category for topic in fitted.topics} == {"船": "船", "蜂": "蜂", "ferry": "船"}
    assert fitted.terms == (Term("渡船", "ferry", 3),)
    found = classify("渡船坏了", fitted.lexicon())
    assert (found.category, found.topic, found.because) == ("船", "ferry", ("渡船",))


def test_for_our_own_heads_the_table_of_topics_stands_above_what_a_data_set_says() -> None:
    knowledge = build_lexicon(
        [Topic("bus", "公交", "travel"), Topic("housing", "住房城建", "housing")], [Term("公交", "bus", 4)]
    )
    wrong = [Example(f"公交{text}", "housing") for text in ("太少", "不来", "太挤", "绕路", "晚点")]
    right = [Example(f"路上{text}", "travel") for text in ("堵车", "太窄", "有坑", "太黑", "太滑")]
    lexicon = fit([*wrong, *right], knowledge).lexicon()
    assert classify("公交太少", lexicon).category == "travel"


def test_one_label_alone_cannot_be_learned() -> None:
    with pytest.raises(LexiconErrors, match="only one label"):
        fit(EXAMPLES[:6])


def test_a_report_counts_right_answers_doubts_and_views() -> None:
    examples = [*EXAMPLES, Example("", "船", "渡船停了")]
    full, short, title = evaluate(examples, fit(EXAMPLES).lexicon())
    assert (full.messages, short.messages, title.messages) == (13, 13, 1)
    assert full.accuracy == full.macro_f1 == 1
    assert dict(full.coverage)[0.9] == 1
    assert 0 <= full.calibration_error <= 1


def test_an_answer_that_is_never_right_scores_nothing() -> None:
    lexicon = build_lexicon([Topic("狗", "犬只", "狗"), Topic("猫", "猫", "猫")], [Term("蜜蜂", "狗")])
    report = evaluate(EXAMPLES, lexicon)[0]
    assert (report.accuracy, report.macro_f1) == (0, 0)


def test_a_file_of_examples_may_call_its_columns_by_either_name(tmp_path: Path) -> None:
    path = tmp_path / "messages.tsv"
    path.write_text('id\tcategory\ttopic\ttext\n1\twater\t停水\t家里"停水\n2\t\t\tx\n', encoding="utf-8")
    assert read_examples(path) == [Example('家里"停水', "water", "停水")]
    assert read_examples(path, "id")[0].label == "1"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "no column label or category"),
        ("text\tkind\n停水\t水\n", "no column label or category"),
        ("label,text\n水,停水\n", "no column label or category"),
        ("label\tbody\n水\t停水\n", "column text is missing"),
        ("label\ttext\n", "holds no labelled message"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "messages.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LexiconErrors, match=fault):
        read_examples(path)
