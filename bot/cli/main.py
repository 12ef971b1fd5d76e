"""All commands of `lianxinqiao` on one page."""

import typer

from bot.cli import codes, district, lexicon, play, process, upkeep

app = typer.Typer(
    name="lianxinqiao",
    help="连心桥: connects voters, People's Congress deputies and liaison stations over WeChat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (
    play.demo,
    play.say,
    process.serve,
    process.worker,
    upkeep.check,
    upkeep.migrate,
    upkeep.backup,
    upkeep.restore,
    codes.code,
    lexicon.classify,
):
    app.command()(command)

app.add_typer(district.app, name="district")
app.add_typer(lexicon.app, name="lexicon")
