"""Commands to try the bot without any account: demo and say."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import out, refuse
from bot.demo.demo import DemoError, run_demo, say_to_demo

PORT = 8000


def demo(
    *,
    port: Annotated[int, typer.Option(help="Port of 127.0.0.1 to serve on.")] = PORT,
    data: Annotated[
        Path | None, typer.Option(help="Folder to keep the demo in; a new one each time if left out.")
    ] = None,
    faults: Annotated[bool, typer.Option("--faults", help="Play a bad day of WeChat first.")] = False,
) -> None:
    """Show the whole bot on this machine: a pretend WeChat, a demo district, and a chat page."""
    try:
        run_demo(port=port, data_dir=data, faults=faults)
    except DemoError as error:
        raise refuse([str(error)]) from None


def say(
    text: Annotated[str, typer.Argument(help="What the person writes.")],
    *,
    name: Annotated[str, typer.Option("--as", help="Who writes it; a new name is a new voter.")] = "选民",
    port: Annotated[int, typer.Option(help="Port of the running demo.")] = PORT,
) -> None:
    """Say something to a running demo and print what the bot answers and pushes."""
    try:
        for line in say_to_demo(text, name=name, port=port):
            out.print(line, markup=False)
    except DemoError as error:
        raise refuse([str(error)]) from None
