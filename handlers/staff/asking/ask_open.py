"""Opening a figure: what stands behind it is a selection, shown a few cases at a time, each by a digit."""

from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.staff.cases import SHOWN
from handlers.staff.lists import case_line
from storage.cases import cases, selections
from storage.cases.selections import Selection
from storage.figures import rates
from storage.messages.questions import option

Row = tuple[str, str]
"""A line of an answer, and the value by which its digit is known."""
Answer = tuple[str, list[Row]]
"""What is said, and what can be opened."""
_DIGITS = 9


def numbered(rows: list[Row]) -> list[dict[str, str]]:
    """Give each line its digit; there are nine."""
    return [option(digit, label, value) for digit, (label, value) in enumerate(rows[:_DIGITS], 1)]


def behind(label: str, meant: Selection) -> Row:
    """Give a line that opens to the cases of a selection."""
    return label, f"page:0:{meant.as_text()}"


def counted(ctx: Context, key: str, meant: Selection) -> list[Row]:
    """Give a line with how many cases a selection has, which opens to them; nothing where there are none."""
    count = rates.count(ctx.session, scope_of(ctx), meant)
    return [behind(ctx.texts(key, count=count), meant)] if count else []


def case_rows(
    ctx: Context, meant: Selection, count: int, offset: int = 0, *, newest: bool = False
) -> list[Row]:
    """Give the cases of one page, and the line that opens the next one."""
    find = cases.newest_cases if newest else cases.list_cases
    found = find(ctx.session, scope_of(ctx), selections.where(meant), limit=SHOWN, offset=offset)
    rows = [(case_line(ctx, case), f"case:{case.id}") for case in found]
    if count > offset + SHOWN:
        kind = "newest" if newest else "page"
        rows.append((ctx.texts("staff_more"), f"{kind}:{offset + SHOWN}:{meant.as_text()}"))
    return rows
