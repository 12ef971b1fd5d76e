"""All that a voter said about a case, for those who may read it: the text, and what came later."""

from collections import Counter
from collections.abc import Callable, Sequence

from handlers import wording
from handlers.context import World
from handlers.messages import Kind
from storage.models import Case, CasePart

_COUNTED = {
    Kind.TEXT: "part_words",
    Kind.IMAGE: "part_image",
    Kind.VOICE: "part_voice",
    Kind.VIDEO: "part_video",
    Kind.LOCATION: "part_location",
    Kind.LINK: "part_link",
}


def counted(parts: Sequence[CasePart], world: World) -> str:
    """Say in short what else there is: `补充1条、照片2张`; empty where there is nothing."""
    found = Counter(part.kind for part in parts)
    said = [world.texts(key, count=found[kind]) for kind, key in _COUNTED.items() if found[kind]]
    return "、".join(said)


Hide = Callable[[int, str], str]
"""Takes out of the words of a case (its id first) what the reader must not see."""


def whole_text(
    case: Case, parts: Sequence[CasePart], world: World, hide: Hide = lambda _case_id, text: text
) -> str:
    """Give the text with each later sentence under its day, then how many pictures and the like there are."""
    zone = world.now.tzinfo
    lines = [hide(case.id, case.text)] if case.text else []
    lines += [
        world.texts(
            "part_said",
            day=wording.short_day(part.at.astimezone(zone).date()),
            text=hide(part.case_id, part.text),
        )
        for part in parts
        if part.text
    ]
    if media := counted([part for part in parts if part.kind != Kind.TEXT], world):
        lines.append(media)
    return "\n".join(lines)
