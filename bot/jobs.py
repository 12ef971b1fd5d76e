"""The timed jobs: all are listed here, and how often each looks."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy.orm import Session

from bot.channels.base import Sender
from bot.channels.forwarder import Forwarder
from bot.channels.wecom import WeCom
from bot.channels.wecom_sender import WeComSender
from bot.core.clock import Clock
from bot.core.metrics import Metrics
from bot.core.settings import Settings
from bot.core.surroundings import Surroundings
from bot.core.ticks import Counts, Tick, one_by_one
from bot.core.writer import Writer
from bot.files.media import fetch_media
from bot.files.papers import make_papers
from bot.files.sheets_in import read_sheets
from bot.from_settings import noting, shelf_of, switches_of
from bot.sending.delivery import Deliveries, Setup
from bot.sending.forward import forward_due
from bot.sending.wecom_members import settle_cards
from bot.upkeep.archive import archive_months
from bot.upkeep.audit import Anchors
from bot.upkeep.erasing import erase_rest
from bot.upkeep.housekeeping import forget_old, index_cases
from bot.upkeep.keeping import forget_due
from bot.upkeep.sweeping import delivering, run_sweeps, seal_steps, sweeps_in
from handlers.account.duty_channel import kept_to
from handlers.alarms.climbing import climb_alarms
from handlers.cases.follow_up import plan_follow_up
from handlers.cases.promises import plan_promises
from handlers.cases.supervising import plan_supervision
from handlers.clusters.watch import watch_bursts
from handlers.context import World
from handlers.duties.reminders import TICK as PLAN
from handlers.duties.reminders import plan_in_pieces
from handlers.escalation.nagging import plan_escalation
from handlers.lessons import lesson_due, propose_lesson
from handlers.messages import Role
from handlers.pushes.lost import tell_of_lost
from handlers.rechecks.sampling import plan_rechecks
from handlers.ticks.daily import plan_digests, plan_morning_cards
from handlers.voters.filing.doubt import hear_silence
from storage.keeping import audit
from storage.messages import inbox


def list_ticks(
    settings: Settings,
    clock: Clock,
    writer: Writer,
    surroundings: Surroundings,
    metrics: Metrics,
    *,
    senders: Mapping[str, Sender],
) -> list[Tick]:
    """List all timed jobs; each finds out by itself what is due."""
    anchors = Anchors(settings)
    audit.watch(writer.engine, anchors.note)
    setup = Setup(
        templates=frozenset(settings.official_templates),
        subscriptions=settings.official_subscriptions,
        per_minute=settings.pushes_per_minute,
        switches=switches_of(settings),
    )
    shelf, note = shelf_of(settings), noting(settings, clock)
    deliveries = Deliveries(
        writer=writer, senders=senders, clock=clock, setup=setup, metrics=metrics, shelf=shelf
    )
    forwarder = (
        Forwarder(settings.forward_url, settings.forward_secret.get_secret_value(), clock)
        if settings.forward_url
        else None
    )

    def retry_unanswered() -> Counts:
        aside = writer.take_over()
        left = writer.transact(lambda session: inbox.unanswered(session, clock()))
        answered = one_by_one(left, writer.retry)
        writer.transact(inbox.give_up_spent)
        return {"retried": len(left), "answered": answered, "put aside": aside}

    def handle_held() -> Counts:
        held = writer.transact(inbox.held)
        return {"held": one_by_one(held, writer.handle_held)}

    def plan() -> Counts:
        world = surroundings.world()
        return plan_in_pieces(writer.transact, world.now, world.district, world.texts)

    def planning(job: Callable[..., Counts], *, switched: bool = False) -> Callable[[], Counts]:
        """Make a tick of its own of a job that owes pushes: one that fails leaves the others alone."""

        def run() -> Counts:
            world = surroundings.world()
            more = {"switches": world.switches} if switched else {}
            return writer.transact(
                partial(job, now=world.now, district=world.district, texts=world.texts, **more)
            )

        return run

    def fetch() -> Counts:
        return fetch_media(writer, senders, settings.media_folder, surroundings.world())

    def forward() -> Counts:
        return forward_due(writer, forwarder, clock, metrics) if forwarder else {"forwarded": 0}

    def settle() -> Counts:
        members = senders.get(WeCom.name)
        if not isinstance(members, WeComSender):
            return {"changed": 0}
        return settle_cards(writer, members, clock, surroundings.world().texts)

    return [
        Tick("reload district", 10, surroundings.reload, everywhere=True),
        Tick("retry unanswered", 15, retry_unanswered),
        Tick("handle held", 5, handle_held),
        Tick(PLAN, 300, plan),
        Tick("digests", 300, planning(plan_digests, switched=True)),
        Tick("morning cards", 300, planning(plan_morning_cards, switched=True)),
        Tick("escalate", 300, planning(plan_escalation)),
        Tick("supervise", 300, planning(plan_supervision)),
        Tick("promises", 300, planning(plan_promises)),
        Tick("follow up", 300, planning(plan_follow_up)),
        Tick("rechecks", 300, planning(plan_rechecks, switched=True)),
        Tick("watch bursts", 60, lambda: _watch(writer, surroundings.world())),
        Tick("make papers", 5, partial(make_papers, writer.engine, writer, shelf, surroundings.world, note)),
        Tick("read sheets", 5, partial(read_sheets, writer.engine, writer, shelf, surroundings.world)),
        Tick("climb alarms", 10, lambda: _climb(writer, surroundings.world())),
        Tick("hear silence", 15, planning(hear_silence, switched=True)),
        Tick("deliver", 5, delivering(writer, surroundings.world, deliveries.deliver_due)),
        Tick("tell of lost", 60, planning(tell_of_lost)),
        Tick("settle cards", 5, settle),
        Tick("fetch media", 30, fetch),
        Tick("forward events", 10, forward),
        Tick("propose words", 3600, lambda: _propose_words(writer, surroundings.world())),
        Tick("index", 10, lambda: index_cases(writer)),
        Tick("forget", 600, lambda: forget_old(writer, clock(), settings.keep_raw_days)),
        Tick("anchor audit", 3600, partial(anchor_audit, anchors, clock, writer)),
        Tick("keep", 6 * 3600, partial(keep, settings, surroundings, writer)),
        Tick("sweep", 20, lambda: _sweep(writer, surroundings.world())),
        Tick("seal steps", 120, lambda: seal_steps(writer, clock())),
        Tick("erase", 60, partial(erasing, settings, clock, writer)),
        Tick(
            "archive",
            3600,
            lambda: archive_months(writer, settings.archive_folder, clock(), settings.archive_after_days),
        ),
    ]


def anchor_audit(anchors: Anchors, clock: Clock, writer: Writer) -> Counts:
    """Write down beside the database where the audit chain stands, should that have failed when it moved."""
    with Session(writer.engine.execution_options(reading=True)) as session:
        position, sealed = audit.head(session)
    return {"anchored": int(anchors.note(position, sealed, clock()))}


def keep(settings: Settings, surroundings: Surroundings, writer: Writer) -> Counts:
    """Let go what has been kept long enough."""
    world = surroundings.world()
    return forget_due(writer.engine, writer.transact, settings, world.district.retention, world.now)


def erasing(settings: Settings, clock: Clock, writer: Writer) -> Counts:
    return erase_rest(writer.engine, writer.transact, settings.data_dir, settings.media_folder, clock())


def _propose_words(writer: Writer, world: World) -> Counts:
    """Learn beside the writer, which everybody waits for; only what is to be said goes through it."""
    only = kept_to(Role.DISTRICT, world.switches)
    with Session(writer.engine.execution_options(reading=True)) as session:
        lesson = lesson_due(session, world.now, world.district, only)
    if lesson is None:
        return {"proposed": 0}
    return writer.transact(partial(propose_lesson, world=world, lesson=lesson, only=only))


def _climb(writer: Writer, world: World) -> Counts:
    job = partial(climb_alarms, switches=world.switches)
    return writer.transact(partial(job, now=world.now, district=world.district, texts=world.texts))


def _sweep(writer: Writer, world: World) -> Counts:
    return run_sweeps(writer, world.now, sweeps_in(world))


def _watch(writer: Writer, world: World) -> Counts:
    job = partial(watch_bursts, switches=world.switches)
    return writer.transact(partial(job, now=world.now, district=world.district, texts=world.texts))
