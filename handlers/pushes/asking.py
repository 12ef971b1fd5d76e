"""A question that goes out as a push: it can be answered once it was delivered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handlers.context import Work
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from storage.messages.questions import menu, question_row
from storage.models import Question


def owe_question(
    ctx: Work,
    person_id: int,
    *,
    when: When | datetime,
    kind: str,
    subject: str,
    text: str,
    options: Sequence[dict[str, str]] = (),
    dedupe_key: str,
    push: str = "notice",
    data: dict[str, Any] | None = None,
    **more: Any,  # noqa: ANN401 -- further fields of the push
) -> None:
    """Owe a person a push that ends with a menu; the same `dedupe_key` asks only once."""
    row = question_row(
        person_id=person_id,
        kind=kind,
        subject=subject,
        options=options,
        data=data,
        now=ctx.now,
        lasts=None,
        delivered=False,
    )
    with ctx.session.begin_nested() as asked:
        ctx.session.add(Question(**row))
        ctx.session.flush()
        owed = owe(
            ctx.session,
            ctx,
            person_id,
            when=when,
            dedupe_key=dedupe_key,
            kind=push,
            text=f"{text}\n{menu(options)}" if options else text,
            question_id=row["id"],
            **more,
        )
        if not owed:
            asked.rollback()
