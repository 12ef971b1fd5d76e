"""The one door through which words enter a case: whatever accuses somebody of the house is sealed before it is written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from handlers.cases import case_rows, sealing
from handlers.cases.sealing import Sealed
from handlers.context import Context, World
from handlers.district.insiders import Accusation
from handlers.effects import NUMBER_SLOT, Effects, Row, write_rows
from storage.casework.clusters import DESPAIR
from storage.models import Case, CasePart
from storage.people import accused

_SPOKEN = ("text", "place_text")
"""Columns of a case that hold people's words."""


def write_effects(connection: Connection, effects: Sequence[Effects], world: World) -> list[str]:
    """Write what was decided, as far as it accuses nobody of the house; what does goes into a sealed case.

    Gives the replies with their numbers. What the voter must hear of a case that was sealed beside the one meant
    stands in the context afterwards.
    """
    sealed = [each for effect in effects for each in _sealed(connection, effect, world)]
    beside = [each.effects for each in sealed if each.effects is not None]
    said = write_rows(connection, [*beside, *effects], world.now)
    for each in sealed:
        accused.note(connection, each.case_id, each.who)
    sealing.tell(connection, [each for each in sealed if each.told], world)
    if isinstance(world, Context):
        world.asides.extend(said[: len(beside)])
    return said[len(beside) :]


def _sealed(connection: Connection, effect: Effects, world: World) -> Iterator[Sealed]:
    new = effect.case["id"] if effect.case else None
    if effect.case is not None and (found := _new_case(connection, effect, effect.case, world)):
        yield found
    for part in [part for part in effect.parts if part["case_id"] != new and part["text"]]:
        if (accusation := _against_case(connection, part, world)) is not None:
            yield _existing(connection, effect, part, accusation, world)
    for index, (case_id, changes) in enumerate(effect.case_changes):
        for column in _SPOKEN:
            words = changes.get(column, "")
            if words and (accusation := world.district.accuses(words)) is not None:
                kept = {name: value for name, value in changes.items() if name not in _SPOKEN}
                effect.case_changes[index] = (case_id, kept)
                effect.steps = [step for step in effect.steps if step["note"] != words]
                yield sealing.apart(
                    connection, sealing.case_of(connection, case_id), words, accusation, world
                )


def _new_case(connection: Connection, effect: Effects, case: Row, world: World) -> Sealed | None:
    """Seal a case that is filed just now, if any of its words accuse somebody; what was sealed on purpose stays so."""
    parts = [part["text"] for part in effect.parts if part["case_id"] == case["id"]]
    words = dict.fromkeys((case["text"], case["place_text"], *parts))
    read = (world.district.accuses(text, case["urgency"]) for text in words if text)
    found = [each for each in read if each is not None]
    if not (found or case["sealed"]):
        return None
    who = sealing.whom(connection, found)
    if found and not case["sealed"]:
        case.update(sealed=True, **({} if case["urgency"] else sealing.NOWHERE))
        effect.question = None
        if not case["urgency"]:
            effect.pushes = []
            if effect.reply != NUMBER_SLOT:
                effect.reply = sealing.said_of_new(case, world)
        if isinstance(world, Context):
            sealing.forget_question(world.sender, case)
    effect.pushes = [
        push for push in effect.pushes if not sealing.is_accused(connection, push["person_id"], who, world)
    ]
    return Sealed(case_id=case["id"], who=who, number=case, told=not case["urgency"])


def _against_case(connection: Connection, part: Row, world: World) -> Accusation | None:
    """Say whom further words of a case accuse; about a danger they are read as the words that told of it."""
    found = world.district.accuses(part["text"])
    if found is None and world.district.accuses(part["text"], DESPAIR) is None:
        return None
    # A case of the same batch is not there yet.
    urgency = connection.scalar(select(Case.urgency).where(Case.id == part["case_id"]))
    return world.district.accuses(part["text"], urgency) if urgency else found


def _existing(
    connection: Connection, effect: Effects, part: Row, accusation: Accusation, world: World
) -> Sealed:
    """Seal the whole case where nobody outside has met it; else only these words, in a case of their own."""
    case_id = part["case_id"]
    case = sealing.case_of(connection, case_id)
    if case.sealed:
        return Sealed(
            case_id=case_id, who=sealing.whom(connection, [accusation]), number=case.number, told=False
        )
    if sealing.may_go_whole(connection, case):
        found = sealing.whole(connection, case, accusation, world)
        if effect.reply:
            effect.reply = world.texts("sealed_whole", number=case.number)
        elif isinstance(world, Context):
            world.asides.append(world.texts("sealed_whole", number=case.number))
        effect.question = None
        effect.case_changes = [each for each in effect.case_changes if each[0] != case_id]
        return found
    found = sealing.apart(connection, case, part["text"], accusation, world)
    part["case_id"] = found.case_id
    if not any(each["case_id"] == case_id for each in effect.parts):
        effect.steps = [
            step for step in effect.steps if step["case_id"] != case_id or step["action"] != "added"
        ]
        effect.case_changes = [each for each in effect.case_changes if each[0] != case_id]
    if effect.reply and found.effects is not None:
        if case.urgency != DESPAIR:
            effect.reply, effect.about = found.effects.reply, found.case_id
        found.effects.reply = ""
    return found


def keep_from_named(ctx: Context, case: Case, urgency: str) -> None:
    """Keep a case from whom its words name, before the alarm is raised that they are now known to mean."""
    connection = ctx.session.connection()
    accusation = ctx.district.accuses(case.text, urgency)
    row = None if accusation is None or case.sealed else sealing.case_of(connection, case.id)
    if accusation is None or row is None or not sealing.may_go_whole(connection, row):
        return
    accused.note(connection, case.id, sealing.whole(connection, row, accusation, ctx).who)
    ctx.session.expire_all()


def heard(ctx: Context, case: Case, voice: CasePart, words: str, *, urgency: str) -> Case:
    """Give the case to which the words of a voice go: a sealed one, if they accuse somebody of the house.

    `urgency`: the danger of which they tell. The whole case is sealed where nobody outside has met it; else the voice moves to a case of its own.
    """
    accusation = ctx.district.accuses(words, urgency)
    if accusation is None or case.sealed:
        if accusation is not None:
            accused.note(
                ctx.session.connection(), case.id, sealing.whom(ctx.session.connection(), [accusation])
            )
        return case
    connection = ctx.session.connection()
    found = sealing.heard(connection, voice, words, accusation, ctx)
    if found.effects is not None:
        write_rows(connection, [found.effects], ctx.now)
    accused.note(connection, found.case_id, found.who)
    sealing.tell(connection, [found], ctx)
    ctx.session.expire_all()
    return ctx.session.get_one(Case, found.case_id)


def seal_old(
    connection: Connection,
    case: Any,  # noqa: ANN401 -- a row with the columns of a case
    words: Mapping[str, Accusation],
    voices: Collection[int],
    world: World,
) -> Sealed:
    """Seal a case that was filed before this door was there, or only the words that accuse, in a case of their own.

    `words`: what accuses, with what it says; `voices`: the parts of the case in which it stands. Nobody is told here.
    """
    first = next(iter(words.values()))
    if sealing.may_go_whole(connection, case):
        found = sealing.whole(connection, case, first, world)
    else:
        found = sealing.apart(connection, case, "\n".join(words), first, world)
        if found.effects is not None:
            write_rows(connection, [found.effects], world.now)
        for part_id in sorted(voices):
            accused.move_part(connection, part_id, found.case_id, world.now)
    who = sealing.whom(connection, list(words.values()))
    accused.note(connection, found.case_id, who)
    return replace(found, who=who)


def note_imported(ctx: Context, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep past cases that accuse somebody of the house from them, as if they came in today."""
    connection = ctx.session.connection()
    for row in rows:
        found = ctx.district.accuses(row["text"]) or ctx.district.accuses(row["place_text"])
        if row["sealed"] and found is not None:
            accused.note(connection, row["id"], sealing.whom(connection, [found]))


def open_up(ctx: Context, case: Case) -> None:
    """File a case by its words after all: it was sealed in doubt, and whoever read it says that it accuses nobody."""
    where = case_rows.destination(case.text, ctx)
    known = (
        case_rows.placed(where.places[0], ctx)
        if len(where.places) == 1
        else {"place_text": where.place_text[:128]}
    )
    columns = case_rows.topic_columns(where.found.topic, ctx) | known
    step = case_rows.step_row(case.id, "unsealed", case.state, ctx.now, actor=ctx.sender.person_id)
    connection = ctx.session.connection()
    accused.forget(connection, case.id)
    for name, value in {**columns, "category": where.found.category, "sealed": False}.items():
        setattr(case, name, value)
    case.because, case.updated_at = case_rows.because(where), ctx.now
    write_rows(connection, [Effects(reply="", route="unseal", steps=[step])], ctx.now)
    ctx.session.flush()
