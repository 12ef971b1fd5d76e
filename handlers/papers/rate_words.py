"""How figures are said, the same in chat and in every paper: each rate with what it is made of."""

from handlers.context import World
from storage.figures.rates import Counts

FOUR = ("ontime", "reported", "confirmed", "content")
"""The honest rates in the order in which they are told."""


def rate_line(world: World, measure: str, counted: Counts) -> str:
    """Say one rate with what it is made of: `选民说解决143/215，66.5%（问391件，215件有人答）`."""
    above, below = counted.rate(measure)
    return world.texts(
        f"ask_rate_{measure.replace('-', '_')}",
        above=above,
        below=below,
        share=percent(above, below) or world.texts("ask_no_share"),
        asked=counted.asked,
    )


def percent(above: int, below: int) -> str:
    """Give a share with one decimal; nothing where there is nothing to divide by."""
    return f"{above / below:.1%}" if below else ""


def back_and_withdrawn(world: World, counted: Counts) -> str:
    """Say what is easily left out: cases that came back, and those that were taken back."""
    said = [world.texts("ask_reopened", count=counted.reopened)] if counted.reopened else []
    said += [world.texts("ask_withdrawn", count=counted.withdrawn)] if counted.withdrawn else []
    said += [world.texts("ask_excused", count=counted.excused)] if counted.excused else []
    return f"（{'，'.join(said)}）" if said else ""


def imported_aside(world: World, count: int, opinions: int = 0) -> str:
    """Say how many cases from before the bot, and opinions of meetings, are counted apart, if there are any."""
    said = world.texts("figures_imported", count=count) if count else ""
    return said + (world.texts("figures_opinions", count=opinions) if opinions else "")
