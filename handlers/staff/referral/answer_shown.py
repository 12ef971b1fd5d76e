"""A department's answer as its reviewer reads it: what the office changed, what those who assisted say, what some do not read."""

from handlers import wording
from handlers.cases.joined import hidden_for_joined
from handlers.context import Context
from nlp.topics.difference import Change, changes
from storage.cases import referrals
from storage.models import Case, Referral

_CHANGES_TOLD = 5


def answer_to_review(ctx: Context, case: Case, referral: Referral) -> str:
    """Give a department's answer as its reviewer reads it, with what those who assisted say."""
    text = ctx.texts(
        "review_answer",
        number=case.number,
        topic=wording.topic_alone(case.topic, ctx),
        department=wording.department_name(referral.department, ctx),
        result=ctx.texts(f"result_{referral.result}"),
        text=referral.answer,
    )
    parts = [
        ctx.texts(
            "review_part" if row.state == "answered" else "review_part_missing",
            department=wording.department_name(row.department, ctx),
            text=row.answer,
        )
        for row in referrals.assisting(ctx.session, case.id)
    ]
    if referral.edited:
        said = changes_told(ctx, referral)
        text = f"{text}\n{ctx.texts('review_edited', text=referral.edited, changes=said)}"
    hidden = hidden_for_joined(ctx, case, referral.edited or referral.answer)
    return "\n".join(part for part in (text, *parts, hidden) if part)


def changes_told(ctx: Context, referral: Referral) -> str:
    """Say what an office changed about a department's words: `删“望周知”；加“11月24日”`."""
    found = changes(referral.answer, referral.edited)
    told = [_change_told(ctx, each) for each in found[:_CHANGES_TOLD]]
    if len(found) > _CHANGES_TOLD:
        told.append(ctx.texts("review_more_changes", count=len(found)))
    return "；".join(told)


def _change_told(ctx: Context, change: Change) -> str:
    if not change.added:
        return ctx.texts("review_removed", removed=change.removed)
    if change.removed:
        return ctx.texts("review_replaced", removed=change.removed, added=change.added)
    if change.after:
        return ctx.texts("review_added_after", after=change.after, added=change.added)
    return ctx.texts("review_added", added=change.added)
