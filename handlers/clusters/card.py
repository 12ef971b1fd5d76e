"""What an office does about a burst, by digit: look at its cases, work on them as one, have a 代表建议 drafted."""

from datetime import datetime

from handlers.cases.reach import scope_of
from handlers.cases.telling import reach_of_voters, voters_told
from handlers.clusters.proposals import proposal_answer, want_proposal
from handlers.context import Context, Work
from handlers.errors import Refusal
from handlers.route import AnswerHandler
from handlers.staff.lists import case_page
from handlers.staff.merging import may_be_put, put_to
from storage.cases import cases
from storage.casework import clusters
from storage.casework.clusters import Crowd
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import OPEN_STATES, Case
from storage.people.people import OpenQuestion

KIND = "burst"
_AT_ONCE = 50


def card_options(work: Work) -> list[dict[str, str]]:
    return [
        option(digit, work.texts(f"burst_do_{value}"), value)
        for digit, value in enumerate(("see", "merge", "draft"), 1)
    ]


def answer_card(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Show the cases, propose to put them together, or have the draft made."""
    place, topic, since = question.subject.split("|")
    if value == "see":
        return case_page(ctx, f"cluster|{place}|{topic}|{since}")
    found = _found(ctx, place, topic, since)
    if value == "draft":
        return want_proposal(ctx, found[0])
    return _propose(ctx, question.subject, found)


def _found(ctx: Context, place: str, topic: str, since: str) -> list[Case]:
    """Give what the burst has come to, as far as the person may see it."""
    crowd = Crowd(place, topic, 0, urgent=False)
    ids = [case.id for case in clusters.cases_of(ctx.session, crowd, datetime.fromisoformat(since))]
    found = cases.cases_in(ctx.session, scope_of(ctx), ids)
    if not found:
        raise Refusal(ctx.texts("staff_list_empty"))
    return found


def _main_and_others(found: list[Case]) -> tuple[Case | None, list[Case]]:
    """Give the oldest case that is still worked on, and those that nobody has in hand yet."""
    going = [case for case in found if case.state in OPEN_STATES and case.merged_into is None]
    main = going[0] if going else None
    return main, [case for case in going if case is not main and may_be_put(case)][:_AT_ONCE]


def _propose(ctx: Context, subject: str, found: list[Case]) -> str:
    main, others = _main_and_others(found)
    if main is None or not others:
        raise Refusal(ctx.texts("burst_nothing_to_merge"))
    options = [option(1, ctx.texts("burst_merge_yes"), "yes"), option(0, ctx.texts("burst_merge_no"), "no")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="burst_merge",
        subject=subject,
        options=options,
        now=ctx.now,
    )
    return ctx.texts("burst_merge", count=len(others), main=main.number, menu=menu(options))


def answer_merge(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Put all of them to the oldest one; every voter keeps the own number and hears of it."""
    if value != "yes":
        return ctx.texts("burst_kept_apart")
    main, others = _main_and_others(_found(ctx, *question.subject.split("|")))
    if main is None:
        raise Refusal(ctx.texts("burst_nothing_to_merge"))
    reached = [reach_of_voters(ctx, case) for case in others]
    told = voters_told(ctx, next((each for each in reached if each.closed), reached[0]))
    for case in others:
        put_to(ctx, case, main)
    return ctx.texts("burst_merged", count=len(others), main=main.number, voters=told)


CLUSTER_ANSWERS: dict[str, AnswerHandler] = {
    KIND: answer_card,
    "burst_merge": answer_merge,
    "proposal_pick": proposal_answer,
}
