"""How a voter's own case went, in plain words: a line a step, cut into pages that a phone shows at once."""

from collections.abc import Sequence

from handlers import wording
from handlers.cases.joined import Hide, joined_reader
from handlers.context import Context
from storage.cases import own_cases
from storage.casework import promises
from storage.messages.questions import menu, option
from storage.models import Case, CaseStep, State

LONGEST = 120
"""Characters of a card or of a page of it; only a list that was asked for may be longer."""
_CHUNK = 64
"""A longer line of the history is told in pieces of this many characters."""
_PERSONAL = frozenset(
    {
        "filed",
        "added",
        "withdrawn",
        "restored",
        "linked",
        "graded",
        "not graded",
        "erased",
        *(f"verdict {word}" for word in ("solved", "partly", "unsolved")),
        *(f"again {word}" for word in ("holds", "unseen")),
    }
)
"""Steps of a case that its own voter took, that name other cases of that voter, or that tell what became of the voter's
data: supporters do not read them."""


def plain_topic(ctx: Context, case: Case) -> str:
    found = ctx.district.topics.get(case.topic)
    return found.label if found and found.category != "other" else ctx.texts("topic_unknown")


def written(
    ctx: Context, case: Case, lines: Sequence[str], foot: str, options: Sequence[dict[str, str]]
) -> str:
    head = ctx.texts("timeline_head", number=case.number, topic=plain_topic(ctx, case))
    shown_options = menu([each for each in options if each["label"]])
    return "\n".join(part for part in (head, *lines, foot, shown_options) if part)


def history(ctx: Context, case: Case, main: Case) -> list[str]:
    """Tell in plain words how a case went, a line a step; what is the same as the line before is told once."""
    steps = own_cases.public_steps(ctx.session, case.id)
    if main is not case:
        steps += _shared(own_cases.public_steps(ctx.session, main.id))
    lines: list[str] = []
    hide = joined_reader(ctx, main) if main is not case else None
    for step in sorted(steps, key=lambda step: step.id):
        line = _line(ctx, step, hide if step.case_id != case.id else None)
        if line not in lines[-1:]:
            lines.append(line)
    return lines


def _shared(steps: Sequence[CaseStep]) -> list[CaseStep]:
    """Give the steps of the case that is worked on as its supporters read them: its end, but no word of its voter."""
    before = ["", *(step.state for step in steps)]
    return [
        step
        for step, state in zip(steps, before, strict=False)
        if step.action not in _PERSONAL or _turns(step, state)
    ]


def _turns(step: CaseStep, before: str) -> bool:
    """Tell whether a word of the first voter ended the case or had it reopened."""
    turned = step.action == "verdict unsolved" or step.state == State.CLOSED
    return step.action.startswith("verdict ") and turned and step.state != before


def _line(ctx: Context, step: CaseStep, hide: Hide | None) -> str:
    """Tell of one step; `hide` is what hides people in a step of a case that somebody else told of."""
    when = wording.short_day(step.at.astimezone(ctx.now.tzinfo).date())
    key = f"step_{step.action}"
    if hide and step.action.startswith("verdict "):
        key = "step_closed" if step.state == State.CLOSED else "step_reopened"
    if step.action == promises.ANEW:
        return f"{when} {ctx.texts(key, note=promises.anew_in(step.note))}"
    note = hide(step.note) if hide else step.note
    return f"{when} {ctx.texts(key, note=note) if key in ctx.texts else note}"


def pages_of(ctx: Context, case: Case, told: Sequence[str]) -> list[list[str]]:
    """Cut the history into pages, from the first step on; a long answer goes on overleaf."""
    chunks = [line[start : start + _CHUNK] for line in told for start in range(0, max(1, len(line)), _CHUNK)]
    turns = [option(digit, ctx.texts(f"own_page_{name}"), "") for digit, name in ((1, "next"), (2, "before"))]
    turns.append(option(0, ctx.texts("own_page_card"), ""))
    pages: list[list[str]] = [[]]
    for chunk in chunks:
        if pages[-1] and len(written(ctx, case, [*pages[-1], chunk], "", turns)) > LONGEST:
            pages.append([])
        pages[-1].append(chunk)
    return pages
