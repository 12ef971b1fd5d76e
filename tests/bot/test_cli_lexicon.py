"""The commands of the router run without a database and refuse bad input in one clear sentence."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from bot.cli import lexicon

app = typer.Typer()
app.command()(lexicon.classify)
app.add_typer(lexicon.app, name="lexicon")
run = CliRunner()

BOATS = [
    f"渡船{text}"
    for text in ("晚点了", "票价太贵", "停航", "不靠码头", "等了很久", "没有座位", "太挤", "漏水")
] * 2
BEES = [
    f"蜜蜂{text}" for text in ("蜇人", "乱飞", "太多", "飞进屋里", "没人管", "围着孩子", "在窗外", "又来了")
] * 2


def labelled(folder: Path) -> Path:
    lines = [f"船\t{text}" for text in BOATS] + [f"蜂\t{text}" for text in BEES]
    path = folder / "messages.tsv"
    path.write_text("label\ttext\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_messages_are_classified_line_by_line() -> None:
    lines = [{"id": 1, "text": "银沙路雨天积水严重"}, {"id": "b", "text": "在吗"}]
    result = run.invoke(app, ["classify", "-"], input="\n".join(json.dumps(line) for line in lines))
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["id"], first["category"], first["topic"], first["place"]) == (
        1,
        "water",
        "flooding",
        "银沙路",
    )
    assert first["station"]
    assert first["because"]
    assert (second["id"], second["category"], second["station"], second["ask"]) == ("b", "other", "", True)


def test_a_line_that_is_no_message_is_named() -> None:
    result = run.invoke(app, ["classify"], input='{"id": 1, "text": "停水"}\n{oops\n')
    assert result.exit_code == 2
    assert "line 2 is not JSON" in result.output
    result = run.invoke(app, ["classify"], input='{"id": 1}\n')
    assert result.exit_code == 2
    assert "line 1 needs an object with id and text" in result.output


def test_a_missing_file_folder_or_lexicon_is_named(tmp_path: Path) -> None:
    for arguments in (
        ["classify", str(tmp_path / "no.jsonl")],
        ["classify", "--pack", str(tmp_path / "no")],
        ["classify", "--lexicon", str(tmp_path)],
        ["lexicon", "fit", str(tmp_path / "no.tsv")],
        ["lexicon", "evaluate", str(tmp_path / "no.tsv")],
    ):
        result = run.invoke(app, arguments, input="")
        assert result.exit_code == 2, arguments
        assert str(tmp_path) in result.output.replace("\n", "")


def test_a_lexicon_is_learned_and_then_measured(tmp_path: Path) -> None:
    file, folder = labelled(tmp_path), tmp_path / "learned"
    result = run.invoke(app, ["lexicon", "fit", str(file), "--out", str(folder)])
    assert result.exit_code == 0, result.output
    assert "2 labels" in result.output
    assert "accuracy" in result.output
    result = run.invoke(app, ["lexicon", "evaluate", str(file), "--lexicon", str(folder)])
    assert result.exit_code == 0, result.output
    for told in ("macro-F1", "confusion table", "words that misled", "confidence", "messages a second"):
        assert told in result.output
    result = run.invoke(app, ["classify", "--lexicon", str(folder)], input='{"id": 1, "text": "渡船晚点"}')
    assert json.loads(result.stdout)["category"] == "船"


def test_labels_that_the_lexicon_does_not_know_are_refused(tmp_path: Path) -> None:
    result = run.invoke(app, ["lexicon", "evaluate", str(labelled(tmp_path))])
    assert result.exit_code == 2
    assert "`lexicon fit` first" in result.output


def test_weights_of_the_heads_are_learned_from_few_labels_and_many_hints(tmp_path: Path) -> None:
    clerks = tmp_path / "clerks.tsv"
    lines = [f"travel\tcommerce\t公交{text}" for text in ("太少", "晚点", "不停站", "太挤", "绕路")]
    lines += [f"water\t\t家里停水{text}" for text in ("两天了", "没人管", "没通知", "做不了饭", "一周了")]
    clerks.write_text("category\talt\ttext\n" + "\n".join(lines) + "\n", encoding="utf-8")
    hints = tmp_path / "hints.tsv"
    hints.write_text("label\ttext\n市政\t地铁太挤\n市政\t水管爆了没水\n", encoding="utf-8")
    heads = tmp_path / "heads.csv"
    heads.write_text("label,category,share\n市政,travel,0.5\n市政,water,0.5\n", encoding="utf-8")
    arguments = ["lexicon", "fit", str(clerks), "--hints", str(hints), "--out", str(tmp_path / "out")]
    result = run.invoke(app, arguments)
    assert result.exit_code == 2
    assert "--heads" in result.output
    result = run.invoke(app, [*arguments, "--heads", str(heads)])
    assert result.exit_code == 0, result.output
    assert "by cross-validation: strict" in result.output
    weights = (tmp_path / "out" / "weights.csv").read_text(encoding="utf-8")
    assert "\npiece,停水," in weights
    heads.write_text("label,category,share\n市政,sea,0.5\n", encoding="utf-8")
    result = run.invoke(app, [*arguments, "--heads", str(heads)])
    assert result.exit_code == 2
    assert "heads.csv line 2" in result.output
