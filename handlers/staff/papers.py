"""Papers asked for in chat (台账 …): written down here, made by a worker, pushed when done."""

from dataclasses import replace

from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.papers.ledger import MOST
from handlers.papers.paper import scope_name
from handlers.staff.cases import scope_of
from storage import cases, documents
from storage.scopes import Scope

_SENDS_FILES = "wecom"


def file_scope(ctx: Context) -> Scope:
    """Give what may go into a file for this person: never a case about an insider."""
    return replace(scope_of(ctx), sealed=False)


def check_way(ctx: Context) -> None:
    """Say plainly where a file could not reach the person who asks."""
    if ctx.sender.channel != _SENDS_FILES and not ctx.switches.sends_links:
        raise Refusal(ctx.texts("paper_no_way"))


def ask_ledger(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Have the open cases of the own scope made into a sheet."""
    check_way(ctx)
    scope = file_scope(ctx)
    count = cases.count_cases(ctx.session, scope, cases.open_where())
    if not count:
        return ctx.texts("paper_ledger_none")
    documents.want(ctx.session, "ledger", by=ctx.sender.person_id, scope=scope, now=ctx.now)
    name = scope_name(scope, ctx.district)
    if count > MOST:
        return ctx.texts("paper_ledger_wanted_part", scope=name, count=count, most=MOST)
    return ctx.texts("paper_ledger_wanted", scope=name, count=count)
