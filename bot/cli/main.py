"""All commands of `lianxinqiao` on one page; each is loaded when it is asked for.

Loading all of them takes longer than starting the bot may.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import typer

COMMANDS: Mapping[str, str] = {
    "demo": "play",
    "say": "play",
    "serve": "process",
    "worker": "process",
    "check": "upkeep",
    "migrate": "upkeep",
    "backup": "upkeep",
    "restore": "upkeep",
    "retention": "retention",
    "code": "codes",
    "classify": "lexicon",
}
"""Command -> module of bot/cli with a function of that name."""

GROUPS: Mapping[str, str] = {
    "audit": "audit",
    "district": "district",
    "history": "history",
    "lexicon": "lexicon",
    "menu": "menu",
}
"""Group of commands -> module of bot/cli with an `app`."""


def make_app(words: Sequence[str]) -> typer.Typer:
    """Join the command that the words begin with; without one of ours, join all (for --help)."""
    asked = words[0] if words else ""
    app = typer.Typer(
        name="lianxinqiao",
        help="连心桥: connects voters, People's Congress deputies and liaison stations over WeChat.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_several)
    everything = asked not in COMMANDS and asked not in GROUPS
    for name, module in COMMANDS.items():
        if everything or name == asked:
            command: Callable[..., Any] = getattr(import_module(f"bot.cli.{module}"), name)
            app.command(name)(command)
    for name, module in GROUPS.items():
        if everything or name == asked:
            app.add_typer(import_module(f"bot.cli.{module}").app, name=name)
    return app


def _several() -> None:
    # With a callback a single joined command keeps its name on the command line.
    pass


def main() -> None:
    """Run a command; whatever it writes is readable by its own user alone."""
    os.umask(0o077)
    make_app(sys.argv[1:])()
