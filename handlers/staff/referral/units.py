"""The department that staff name: found by any of its names, else the nearest ones are offered by digit."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from handlers import wording
from handlers.context import Context
from handlers.district.pack import Department
from handlers.errors import Refusal
from nlp.text.fold import fold
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case

OFFERED = 3
_ALIKE = 0.5
_BETWEEN = re.compile(r"[\s,，、;；]+|和|及")


class UnknownUnitError(Exception):
    """No department has this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def unit(ctx: Context, name: str) -> Department:
    """Give a department by its name in full or in short, or by another one that people use."""
    found = ctx.district.department(name)
    if found is None:
        raise UnknownUnitError(name)
    return found


def units(ctx: Context, words: str) -> tuple[str, ...]:
    """Give the keys of the departments in a list such as 城管局、交通局."""
    names = [words] if ctx.district.department(words) else _BETWEEN.split(words)
    return tuple(dict.fromkeys(unit(ctx, name).key for name in names if name))


def nearest(departments: Iterable[Department], name: str) -> list[Department]:
    """Give the departments whose names hold this one or look like it, the likeliest first."""
    scored = [(max(_likeness(name, each) for each in _names(found)), found) for found in departments]
    likely = sorted((pair for pair in scored if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
    return [found for _, found in likely[:OFFERED]]


def _names(department: Department) -> list[str]:
    return [name for name in (department.name, department.short, *department.aliases) if name]


def _likeness(said: str, name: str) -> float:
    if len(said) > 1 and (said in name or name in said):
        return 1.0 + len(said) / (len(said) + len(name))
    return SequenceMatcher(None, said, name).ratio()


def ask_instead(ctx: Context, case: Case, given_back_by: str, reason: str) -> str:
    """Offer who may answer instead of a department: whom it named itself, and who usually answers for such topics."""
    said = fold(reason)
    named = [
        each.key for each in ctx.district.departments.values() if any(name in said for name in _names(each))
    ]
    topics = [case.topic, *case.because.get("candidates", [])]
    usual = [found.department for key in topics if (found := ctx.district.topics.get(key))]
    alike = [topic.department for topic in ctx.district.topics.values() if topic.category == case.category]
    known = (
        key for key in (*named, *usual, *alike) if key in ctx.district.departments and key != given_back_by
    )
    likely = [ctx.district.departments[key] for key in dict.fromkeys(known)][:OFFERED]
    if not likely:
        return ctx.texts("refused_again_how", number=case.number)
    options = [
        option(digit, each.short or each.name, each.short or each.name)
        for digit, each in enumerate(likely, 1)
    ]
    options.append(option(0, ctx.texts("refused_keep"), "nothing"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="refer_unit",
        subject=str(case.id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts("refused_again_which", number=case.number, menu=menu(options))


def ask_which(  # noqa: PLR0917
    ctx: Context, case: Case, kind: str, words: str, name: str, data: dict[str, Any] | None = None
) -> str:
    """Offer the departments that a name may mean; the digit puts the right name into the words."""
    if not name:
        raise Refusal(ctx.texts("staff_refer_how"))
    near = nearest(ctx.district.departments.values(), name)
    if not near:
        raise Refusal(ctx.texts("staff_department_unknown", name=wording.clipped(name, 12)))
    options = [
        option(digit, each.short or each.name, words.replace(name, each.short or each.name, 1))
        for digit, each in enumerate(near, start=1)
    ]
    options.append(option(0, ctx.texts("staff_none_of_these_units"), "nothing"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=kind,
        subject=str(case.id),
        options=options,
        data=data,
        now=ctx.now,
    )
    return ctx.texts("staff_department_which", name=wording.clipped(name, 12), menu=menu(options))
