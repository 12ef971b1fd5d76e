"""帮助 for staff and departments: headings by digit, the commands below one, and one explained."""

from dataclasses import dataclass

from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.route import Group, Route
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion, Sender

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Manual:
    """What may be typed by whom, made of the routes themselves."""

    routes: tuple[Route, ...]

    def show(self, ctx: Context, _message: IncomingMessage, rest: str) -> str:
        """Show the headings (帮助), one of them (帮助 办件), or explain a command (帮助 回复)."""
        mine = self._mine(ctx)
        groups = [group for group in Group if any(route.group is group for route in mine)]
        if not groups:
            return ctx.texts("help_none")
        if not rest.strip():
            return _headings(ctx, groups) if len(groups) > 1 else self._commands(ctx, groups[0])
        return self._asked(ctx, mine, groups, rest.strip())

    def _asked(self, ctx: Context, mine: list[Route], groups: list[Group], asked: str) -> str:
        """Explain the command of this name, else show the heading, else what begins so."""
        if route := next((each for each in mine if _word(each) == asked), None):
            return _explained(ctx, route)
        if group := next((each for each in groups if _name(ctx, each).startswith(asked)), None):
            return self._commands(ctx, group)
        if route := next((each for each in mine if each.help.startswith(asked)), None):
            return _explained(ctx, route)
        return ctx.texts("help_unknown", example=_name(ctx, groups[0]))

    def of(self, sender: Sender) -> list[Route]:
        """Give what a person may type, as far as it is explained."""
        return [route for route in self.routes if route.help and sender.holds(*route.roles)]

    def group_answer(self, ctx: Context, _question: OpenQuestion, value: str) -> str:
        group, _, offset = value.partition("|")
        return self._commands(ctx, Group(group), int(offset or 0))

    def command_answer(self, ctx: Context, question: OpenQuestion, value: str) -> str:
        if "|" in value:
            return self.group_answer(ctx, question, value)
        explained = next((route for route in self._mine(ctx) if route.name == value), None)
        return _explained(ctx, explained) if explained else ctx.texts("help_none")

    def _mine(self, ctx: Context) -> list[Route]:
        return self.of(ctx.sender)

    def _commands(self, ctx: Context, group: Group, offset: int = 0) -> str:
        """Show an example of every command of a group; a digit explains it."""
        mine = [route for route in self._mine(ctx) if route.group is group]
        shown = mine[offset : offset + _SHOWN]
        options = [option(digit, _example(route), route.name) for digit, route in enumerate(shown, start=1)]
        if len(mine) > offset + _SHOWN:
            options.append(option(_SHOWN + 1, ctx.texts("staff_more"), f"{group}|{offset + _SHOWN}"))
        _ask(ctx, "help_command", options)
        return ctx.texts("help_commands", group=_name(ctx, group), menu=menu(options))


def _headings(ctx: Context, groups: list[Group]) -> str:
    options = [option(digit, _name(ctx, group), str(group)) for digit, group in enumerate(groups, start=1)]
    _ask(ctx, "help_group", options)
    return ctx.texts("help_groups", menu=menu(options))


def _name(ctx: Context, group: Group) -> str:
    return ctx.texts(f"help_{group}")


def _word(route: Route) -> str:
    return route.help.partition("：")[0].split()[0]


def _example(route: Route) -> str:
    return route.example or route.help.partition("：")[0]


def _explained(ctx: Context, route: Route) -> str:
    return ctx.texts("help_one", explained=route.help, example=_example(route))


def _ask(ctx: Context, kind: str, options: list[dict[str, str]]) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=kind,
        options=options,
        data={"lines": True},
        now=ctx.now,
    )
