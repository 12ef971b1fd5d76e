"""The hot lane: all waiting messages in one transaction, one statement a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from handlers.cases.entering import write_effects
from handlers.context import World
from handlers.effects import Effects
from handlers.intake import REPLAY, SPOKEN, Intake, Worlds, inbox_row, is_forged, kept_text
from handlers.lanes import flood
from handlers.messages import IncomingMessage, Kind
from handlers.route import Answer
from handlers.routing import hot
from handlers.voters.filing import support
from storage.messages import inbox
from storage.messages.inbox import Remembered
from storage.people import freezing, people


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A message that came for the first time, and its place in the batch."""

    index: int
    intake: Intake
    message: IncomingMessage
    inbox_id: int


def handle_batch(
    engine: Engine, intakes: Sequence[Intake], worlds: Worlds, *, run: str = ""
) -> list[Answer | None]:
    """Handle all waiting messages; None for those that the cold lane must take.

    Locks are taken in one order: nonces and inbox rows, then persons, the counter of numbers last.
    """
    world = worlds()
    answers: list[Answer | None] = [None] * len(intakes)
    with engine.begin() as connection:
        fresh = _remember(connection, intakes, world, answers)
        decided, held = _decide(connection, fresh, world)
        support.offer(connection, [effects for _, effects in decided], world)
        replies = write_effects(connection, [effects for _, effects in decided], world)
        rows = []
        for (item, effects), reply in zip(decided, replies, strict=True):
            answers[item.index] = Answer(reply, effects.route)
            kept = item.intake.raw if item.message.kind is Kind.UNKNOWN else None
            rows.append(
                inbox.answer_row(item.inbox_id, reply=reply, route=effects.route, now=world.now, kept=kept)
            )
        inbox.mark_answered(connection, rows)
        answered = {item.inbox_id for item, _ in decided}
        later = [item for item in fresh if item.inbox_id not in answered]
        inbox.keep_texts(
            connection,
            {item.inbox_id: kept_text(item.intake) for item in later},
            alone_in_hand_of=run if len(later) == len(held) + 1 else "",
        )
        for item, aside in held:
            answers[item.index] = Answer(aside.said, aside.status)
        inbox.mark_held(
            connection,
            [inbox.hold_row(item.inbox_id, reply=aside.said, status=aside.status) for item, aside in held],
        )
    return answers


def _remember(
    connection: Connection, intakes: Sequence[Intake], world: World, answers: list[Answer | None]
) -> list[_Fresh]:
    """Keep every message; answer replays, repeats and what is kept aside, and give the rest."""
    taken = []
    forged = _forged(connection, intakes, world)
    for index, intake in enumerate(intakes):
        if index in forged:
            answers[index] = REPLAY
        else:
            taken.append((index, intake))
    # What is answered before the commit needs no text kept: it is written for the others only.
    rows = [
        inbox_row(intake, world.now, raw=None if intake.message else kept_text(intake)) for _, intake in taken
    ]
    known = inbox.remember(connection, rows)
    fresh = []
    for index, intake in taken:
        remembered = known[intake.dedupe_key]
        answers[index] = _known_answer(intake, remembered)
        if remembered.fresh and intake.message is not None:
            fresh.append(_Fresh(index, intake, intake.message, remembered.id))
    return fresh


def _forged(connection: Connection, intakes: Sequence[Intake], world: World) -> set[int]:
    """Find the forgeries; nonces too are taken in one order."""
    signed = sorted((intake.nonce_key, index) for index, intake in enumerate(intakes) if intake.nonce_key)
    return {index for _, index in signed if is_forged(connection, intakes[index], world.now)}


def _known_answer(intake: Intake, remembered: Remembered) -> Answer | None:
    if not remembered.fresh and remembered.status != "pending":
        return Answer(remembered.reply, "repeat")
    return Answer("", "quarantine") if intake.message is None else None


def _decide(
    connection: Connection, fresh: Sequence[_Fresh], world: World
) -> tuple[list[tuple[_Fresh, Effects]], list[tuple[_Fresh, flood.Aside]]]:
    """Decide what can be decided without a query; what a person wrote after anything else waits its turn.

    Gives beside it what is put aside, and what is said to that.
    """
    senders = people.identify(
        connection, [(item.intake.channel, item.intake.sender) for item in fresh], world.now
    )
    decided = []
    held: list[tuple[_Fresh, flood.Aside]] = []
    struck: dict[int, flood.Aside] = {}
    waiting: set[int] = set()
    wrote: Counter[int] = Counter()
    for item in fresh:
        sender = senders[item.intake.channel, item.intake.sender]
        if item.message.kind in SPOKEN:
            wrote[sender.account_id] += 1
        aside = flood.aside(item.message, sender, world)
        if aside is not None and aside.strikes:
            struck[sender.account_id] = aside
        if aside is not None and aside.status:
            held.append((item, aside))
            continue
        if sender.person_id in waiting:
            continue
        effects = None if sender.met_elsewhere else hot.decide(item.message, sender, world, item.inbox_id)
        if effects is None:
            waiting.add(sender.person_id)
        else:
            decided.append((item, effects))
    if wrote:
        people.touch(connection, wrote, world.now)
    for account_id, aside in struck.items():
        freezing.note(connection, account_id, aside.strikes, aside.froze, world.now)
    return decided, held
