"""What the reader of accusations has learned: the weights belong to the examples, and hold for people it never met."""

import csv
from pathlib import Path

import pytest

from nlp.accusing.learn import examples, learn, reader
from nlp.accusing.model import WEIGHTS, shipped_model, write_model
from nlp.accusing.reader import Reader
from nlp.accusing.tokens import DEPARTMENT, DESK, STATION

SEALED_OF_ACCUSATIONS, SEALED_OF_ORDINARY = 0.98, 0.08


def test_the_weights_are_what_the_examples_teach(tmp_path: Path) -> None:
    again = tmp_path / "weights.csv"
    write_model(again, learn(examples()))

    assert again.read_text(encoding="utf-8") == WEIGHTS.read_text(encoding="utf-8")


def test_every_feature_stands_once() -> None:
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file) if row["kind"] == "feature"]

    assert len(texts) == len(set(texts))


def test_what_was_learned_is_remembered() -> None:
    reads = reader()
    told = [each for each in examples() if each.writer != "sayings"]
    sealed = [each.accuses for each in told if reads.read(each.text) is not None]
    accusing = sum(each.accuses for each in told)

    assert sum(sealed) / accusing >= SEALED_OF_ACCUSATIONS
    assert (len(sealed) - sum(sealed)) / (len(told) - accusing) <= SEALED_OF_ORDINARY


@pytest.fixture(scope="module")
def strangers() -> Reader:
    """A district of other people and bodies."""
    bodies = {"云岭站": STATION, "云岭社区联络站": STATION, "县人大办": DESK, "县林业局": DEPARTMENT}
    return Reader(["欧阳若水", "谌思远", "仝秀兰", "蔺大川"], bodies)


@pytest.mark.parametrize(
    "text",
    [
        "谌思远把救灾的棉被拉到自己店里卖",
        "老蔺在我店里赊了一年的账，问他要他说记站里头",
        "云岭站那个大姐，一看我是收废品的就捂鼻子，让我把袋子扔外面",
        "欧阳主任说，你家的事好办，就看你会不会来事",
        "仝某兰代签我的名字，我本人在外地打工呢",
        "我上午在云岭站说的，下午房东就让我搬走，除了谌站长没人知道",
    ],
    ids=lambda text: text[:8],
)
def test_people_of_another_roster_are_accused_in_the_same_ways(strangers: Reader, text: str) -> None:
    assert strangers.read(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "谢谢谌思远帮我把证办好了",
        "请问仝秀兰几号接待",
        "云岭站今天开门吗，我带材料过去",
        "县林业局三个月没来修路灯",
        "蔺站长，我家水管修好了，跟您说一声",
        "谌思远陪我去派出所报的案，房东打了我",
    ],
    ids=lambda text: text[:8],
)
def test_people_of_another_roster_are_asked_for_and_thanked(strangers: Reader, text: str) -> None:
    assert strangers.read(text) is None


def test_a_text_that_names_nobody_is_not_scored() -> None:
    assert reader().features("楼道的灯坏了，房东骂我") is None
    assert shipped_model().weights


def test_whoever_has_another_surname_is_somebody_else(strangers: Reader) -> None:
    assert strangers.read("楼道灯坏了，隔壁何秀兰天天骂") is None
    assert strangers.read("仝秀兰天天骂人，说我们外地人脏") is not None
