"""A 代表建议 drafted from a cluster (建议稿 42): what goes in is said at once, a worker makes the file."""

from collections.abc import Sequence

from handlers.cases.reach import find, find_again, numbered
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.papers.proposal import countable, people_of, quotations, since_of
from handlers.papers.quotable import why_not
from handlers.route import Group, Route
from handlers.staff.papers import picking
from handlers.staff.papers.papers import check_way, file_scope
from storage.casework import clusters, support
from storage.figures import bulletins, documents
from storage.models import Case
from storage.people.people import OpenQuestion


def proposal(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    return want_proposal(ctx, find(ctx, line.number)) if line else ctx.texts("proposal_how")


def want_proposal(ctx: Context, case: Case) -> str:
    """Have the draft made of a case and of all that belongs to it."""
    check_way(ctx)
    main = support.main_of(ctx.session, case)
    if case.sealed or main.sealed:
        raise Refusal(ctx.texts("staff_sealed_stays", number=case.number))
    added = bulletins.words_added(ctx.session, [main.id])
    if why := why_not(ctx, main, added.get(main.id, ())):
        raise Refusal(ctx.texts("not_printed", number=main.number, why=why))
    found = countable(clusters.like(ctx.session, file_scope(ctx), main, since_of(ctx.now)))
    if not found:
        raise Refusal(ctx.texts("proposal_nothing", number=case.number))
    offered = _offered(ctx, found)
    if not offered:
        return _want(ctx, main, found, [])
    return picking.ask(ctx, "proposal_pick", str(main.id), offered, ctx.texts("pick_head_proposal"))


def proposal_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Have the draft made with the quotations that were picked, in the words that were confirmed."""
    main = find_again(ctx, question.subject)
    found = countable(clusters.like(ctx.session, file_scope(ctx), main, since_of(ctx.now)))
    if not found:
        raise Refusal(ctx.texts("proposal_nothing", number=main.number))
    return _want(ctx, main, found, picking.read(ctx, value, _offered(ctx, found)))


def _offered(ctx: Context, found: Sequence[Case]) -> list[dict[str, str]]:
    return quotations(found, bulletins.words_added(ctx.session, [case.id for case in found]))


def _want(ctx: Context, main: Case, found: Sequence[Case], picked: Sequence[dict[str, str]]) -> str:
    documents.want(
        ctx.session,
        "proposal",
        by=ctx.sender.person_id,
        scope=file_scope(ctx),
        now=ctx.now,
        params={"case": main.id, "quotations": list(picked)},
    )
    return ctx.texts(
        "proposal_wanted", number=main.number, count=len(found), people=people_of(found), quoted=len(picked)
    )


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
