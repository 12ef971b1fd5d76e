"""The two sheets of the lexicon: every fault is told with its line."""

from pathlib import Path

import pytest

from nlp.learning.sheets import read_lexicon, read_terms, read_topics
from nlp.topics.lexicon import CATEGORIES, LexiconErrors, Term, Topic, build_lexicon

DEMO = Path(__file__).parents[2] / "handlers" / "district" / "demo"
BUS = Topic("bus", "公交", "travel")


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_all_faults_of_the_terms_are_told_together(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "lexicon.csv",
        "term,topic,weight,note",
        "公交,bus,2,",
        ",bus,1,",
        "地铁,metro,1,",
        "公交,bus,1,",
        "公交ＢＲＴ,bus,1,",
        "末班车,bus,viel,",
        "首班车,bus,0,",
        "\u200b,bus,1,",
        "--,bus,1,",
        "希望,bus,1,",
    )
    with pytest.raises(LexiconErrors) as errors:
        read_terms(path, [BUS])
    assert errors.value.faults == (
        "lexicon.csv line 3: term is empty",
        "lexicon.csv line 4: topic 'metro' is not in the topics",
        "lexicon.csv line 5: term '公交' is there twice for 'bus'",
        "lexicon.csv line 6: term '公交ＢＲＴ' can never match: write '公交brt'",
        "lexicon.csv line 7: weight 'viel' is not a number",
        "lexicon.csv line 8: weight '0' must lie between -20 and 20 and not be 0",
        "lexicon.csv line 9: term is empty",
        "lexicon.csv line 10: term '--' holds no letter: it would match anywhere",
        "lexicon.csv line 11: term '希望' stands in nearly every message: it tells nothing",
    )


def test_all_faults_of_the_topics_are_told_together(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "topics.csv",
        "key,label,category,department,industry,days",
        "bus,公交,travel,,,3",
        "bus,公交,travel,,,3",
        ",公交,travel,,,",
        "metro,地铁,rails,,,",
        "taxi,出租,travel,,,soon",
    )
    with pytest.raises(LexiconErrors) as errors:
        read_topics(path, any_category=False)
    told = "\n".join(errors.value.faults)
    assert "topics.csv line 3: topic 'bus' is there twice" in told
    assert "topics.csv line 4: key is empty" in told
    assert "topics.csv line 5: category 'rails' is none of" in told
    assert "topics.csv line 6: days 'soon' is not a number of working days" in told


def test_a_sheet_without_its_columns_or_a_missing_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconErrors, match="column topic is missing"):
        read_terms(written(tmp_path, "lexicon.csv", "term,weight", "公交,1"))
    with pytest.raises(LexiconErrors, match=r"nothing\.csv"):
        read_terms(tmp_path / "nothing.csv")


def test_of_overlapping_terms_the_longest_wins() -> None:
    lane = Topic("fire-lane", "消防通道", "safety")
    fire = Topic("fire", "消防", "safety")
    lexicon = build_lexicon([lane, fire], [Term("消防", "fire"), Term("消防通道", "fire-lane")])
    assert [lexicon.words[word] for word, _, _ in lexicon.find("消防通道被占,消防栓没水")] == [
        "消防通道",
        "消防",
    ]


def test_a_term_of_an_unknown_topic_is_an_error() -> None:
    with pytest.raises(LexiconErrors, match="topic 'metro' is unknown"):
        build_lexicon([BUS], [Term("地铁", "metro")])


def test_the_demo_lexicon_is_sound_and_covers_every_category() -> None:
    lexicon = read_lexicon(DEMO)
    assert {topic.category for topic in lexicon.topics.values()} == set(CATEGORIES)
    assert len(lexicon.terms) >= 1_500
    with_words = {term.topic for term in lexicon.terms}
    assert set(lexicon.topics) == with_words
