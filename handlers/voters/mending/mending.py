"""What every correction of an own case comes down to: the case, the change, the question for its place, or that it is too late."""

from collections.abc import Mapping
from typing import Any

from handlers import wording
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.context import Context
from handlers.effects import Effects
from handlers.voters.own import adding
from storage.cases import own_cases
from storage.messages import questions
from storage.messages.questions import option
from storage.models import Case
from storage.people.people import OpenQuestion


def too_late(ctx: Context, case: Case, value: str = "", question: OpenQuestion | None = None) -> str:
    """Change nothing of a case that somebody works on; words typed go into it, and so does what comes next."""
    typed = question is not None and value not in {each["value"] for each in question.options}
    if typed and value != "wrong":
        return adding.put_in(ctx, case, value)
    adding.ask_more(ctx, case)
    return ctx.texts("too_late_to_correct")


def ask_place(
    ctx: Context,
    case: Case,
    options: list[dict[str, str]] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Ask where it is, naming what it is; words typed are taken too."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="place",
        subject=str(case.id),
        text=wording.which_place(case.topic, ctx),
        options=options or [option(0, "", "skip")],
        data={**(more or {}), "free": True},
        now=ctx.now,
    )


def own_case(ctx: Context, question: OpenQuestion) -> Case | None:
    """Give the case of a question, as far as it is the speaker's own."""
    return own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))


def change_case(ctx: Context, case: Case, action: str, changes: dict[str, Any], *, note: str) -> None:
    """Change a case by a step that its voter can read."""
    step = case_rows.step_row(
        case.id, action, case.state, ctx.now, actor=ctx.sender.person_id, public=True, note=note
    )
    effects = Effects(reply="", route=action, case_changes=[(case.id, changes)], steps=[step])
    write_effects(ctx.session.connection(), [effects], ctx)
    ctx.session.refresh(case)
