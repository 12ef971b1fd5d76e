"""Two cases about one trouble are worked on as one, and taken apart again (合并、拆开); nobody's number is lost."""

import re

from handlers.cases.reach import find, numbered, take_step
from handlers.cases.telling import reach_of_voters, tell_voter, voters_told
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import Group, Route
from storage.cases import cases
from storage.cases.cases import STAFF
from storage.casework import support
from storage.models import Case

_INTO = re.compile(r"\A(?:到|进|入|并入|和|与|跟)?\s*+(.+)")


def merge(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 到 31`: the first is put to the second, with all who stand behind it."""
    line = numbered(rest)
    target = _INTO.fullmatch(line.rest) if line else None
    into = numbered(target[1]) if target else None
    if line is None or into is None or into.rest:
        return ctx.texts("staff_merge_how")
    child, named = find(ctx, line.number), find(ctx, into.number)
    main = support.main_of(ctx.session, named)
    if child.id == main.id or main.closed_at is not None:
        raise Refusal(ctx.texts("staff_merge_not", number=child.number, main=main.number))
    if child.sealed or main.sealed:
        raise Refusal(ctx.texts("staff_sealed_stays", number=child.number if child.sealed else main.number))
    put_to(ctx, child, main)
    count = support.people_behind(ctx.session, [main.id])[main.id]
    return ctx.texts("staff_merged", number=child.number, main=main.number, count=count)


def may_be_put(case: Case) -> bool:
    """Tell whether a case can be put to another one now."""
    return case.merged_into is None and not case.sealed and cases.allowed("merged", case.state) is not None


def put_to(ctx: Context, child: Case, main: Case) -> None:
    """Put a case to another one, with all who stand behind it; its voter hears of it."""
    step_id = take_step(ctx, child, "merged", note=main.number, merged_into=main.id)
    tell_voter(ctx, child, step_id, ctx.texts("voter_merged", number=child.number, main=main.number))
    support.follow(ctx.session, child, main, actor=ctx.sender.person_id, now=ctx.now)


def split(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Let a case go its own way again; its voter hears of it, the others notice nothing."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("staff_split_how")
    case = find(ctx, line.number)
    if case.merged_into is None:
        raise Refusal(ctx.texts("staff_split_not", number=case.number))
    step_id = take_step(ctx, case, "split", merged_into=None)
    told = voters_told(ctx, reach_of_voters(ctx, case))
    tell_voter(ctx, case, step_id, ctx.texts("voter_split", number=case.number))
    return ctx.texts("staff_split", number=case.number, voters=told)


MERGING_ROUTES = (
    Route(
        name="staff merge",
        handler=merge,
        pattern=re.compile(r"合并\s*+((?:\d.*)?)"),
        roles=STAFF,
        help="合并 编号 到 编号：两件一起办，两边选民都听到进展",
        example="合并 42 到 31",
        group=Group.MEND,
    ),
    Route(
        name="staff split",
        handler=split,
        pattern=re.compile(r"拆开\s*+((?:\d.*)?)"),
        roles=STAFF,
        help="拆开 编号：并进别件的这一件，改回单独办",
        example="拆开 42",
        group=Group.MEND,
    ),
)
