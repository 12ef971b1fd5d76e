"""A 代表建议 drafted from a cluster (建议稿 42): what goes in is said at once, a worker makes the file."""

from handlers.cases.reach import find, numbered
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.papers.proposal import since_of
from handlers.routing import Group, Route
from handlers.staff.papers.papers import check_way, file_scope
from storage import clusters, documents, support
from storage.models import Case


def proposal(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    return want_proposal(ctx, find(ctx, line.number)) if line else ctx.texts("proposal_how")


def want_proposal(ctx: Context, case: Case) -> str:
    """Have the draft made of a case and of all that belongs to it."""
    check_way(ctx)
    main = support.main_of(ctx.session, case)
    if case.sealed or main.sealed:
        raise Refusal(ctx.texts("staff_sealed_stays", number=case.number))
    scope = file_scope(ctx)
    found = clusters.like(ctx.session, scope, main, since_of(ctx.now))
    if not found:
        raise Refusal(ctx.texts("proposal_nothing", number=case.number))
    documents.want(
        ctx.session,
        "proposal",
        by=ctx.sender.person_id,
        scope=scope,
        now=ctx.now,
        params={"case": main.id},
    )
    people = len({each.voter_id or each.id for each in found})
    return ctx.texts("proposal_wanted", number=main.number, count=len(found), people=people)


PROPOSAL_ROUTES = (
    Route(
        name="staff proposal",
        handler=proposal,
        starts=("建议稿", "代表建议稿"),
        roles=frozenset({Role.STATION, Role.STREET, Role.DISTRICT}),
        help="建议稿 编号：把同一处同一类的件整理成代表建议的草稿，发文件给您",
        example="建议稿 42",
        group=Group.PAPERS,
    ),
)
