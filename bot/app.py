"""Build everything once and join it; CHANNELS and the ticks are listed here."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.archive import archive_months
from bot.audit import Anchors, note_command
from bot.channels.base import Channel, Sender
from bot.channels.forwarder import Forwarder
from bot.channels.official_account import OfficialAccount
from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.sms import SmsSender
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wecom import WeCom
from bot.channels.wecom_sender import WeComSender
from bot.clock import Clock
from bot.delivery import Deliveries, Setup
from bot.erasing import erase_rest
from bot.files import files_router
from bot.fonts import chinese_font
from bot.forward import forward_due
from bot.health import health_router, writer_faults
from bot.housekeeping import forget_old, index_cases
from bot.keeping import forget_due
from bot.media import fetch_media
from bot.metrics import Metrics
from bot.papers import Note, make_papers
from bot.settings import Settings
from bot.shelf import Shelf, key_of
from bot.ticks import Counts, Metronome, Tick
from bot.token_store import SharedToken
from bot.webhook import App as AsgiApp
from bot.webhook import Webhook
from bot.wecom_members import SharedMembers, settle_cards
from bot.writer import Writer
from handlers.account.duty_channel import kept_to
from handlers.cases.follow_up import plan_follow_up
from handlers.clusters.watch import watch_bursts
from handlers.context import NO_SWITCHES, Switches, World
from handlers.daily import plan_digests, plan_morning_cards
from handlers.district.district import District
from handlers.district.lessons import lesson_due, propose_lesson
from handlers.district.snapshot import load_district
from handlers.district.store import load_version
from handlers.duties.reminders import TICK as PLAN
from handlers.duties.reminders import plan_in_pieces
from handlers.escalation.nagging import plan_escalation
from handlers.messages import Role
from handlers.pushes.ladder import SMS
from handlers.rechecks.sampling import plan_rechecks
from handlers.texts import DEFAULT_TEXTS, Texts
from storage import audit, inbox
from storage.database import open_database
from storage.health import record_tick


class NoDistrictError(Exception):
    """The database holds no district yet."""


class Surroundings:
    """The district as it stands, loaded again when its version changes."""

    def __init__(self, engine: Engine, clock: Clock, switches: Switches = NO_SWITCHES) -> None:
        self._engine = engine
        self._clock = clock
        self._switches = switches
        self._lock = threading.Lock()
        self._district, self._texts = self._load()

    def _load(self) -> tuple[District, Texts]:
        with Session(self._engine) as session:
            if not load_version(session):
                raise NoDistrictError("no district: run `lianxinqiao district import DIR` (or `demo`)")
            district = load_district(session)
        return district, DEFAULT_TEXTS.replaced_by(district.texts)

    def world(self) -> World:
        return World(now=self._clock(), district=self._district, texts=self._texts, switches=self._switches)

    def reload(self) -> Counts:
        """Look whether the pack has changed; a new one takes the old one's place only when it is whole."""
        with self._lock, Session(self._engine) as session:
            if load_version(session) == self._district.version:
                return {"reloaded": 0}
        loaded = self._load()
        with self._lock:
            self._district, self._texts = loaded
        return {"reloaded": 1}


@dataclass(slots=True)
class App:
    """A running bot: an ASGI application, a writer, and (in a worker) the ticks."""

    asgi: AsgiApp
    site: FastAPI
    """What stands behind the webhook; the demo mounts its sandbox here."""
    engine: Engine
    writer: Writer
    surroundings: Surroundings
    metronome: Metronome
    works: bool

    def start(self) -> None:
        self.writer.start()
        self.metronome.start(works=self.works)

    def stop(self) -> None:
        """End cleanly: no further ticks, what was accepted is answered, then the database closes."""
        self.metronome.stop()
        self.writer.stop()
        self.engine.dispose()

    def tick_all(self) -> None:
        """Run every tick once, in order (after the sandbox turned the clock)."""
        for name in self.metronome.names:
            self.metronome.run_now(name)


def build_app(
    settings: Settings,
    clock: Clock,
    *,
    works: bool | None = None,
    senders: Mapping[str, Sender] | None = None,
) -> App:
    """Join database, channels, writer and ticks; raises NoDistrictError where no district was imported.

    `works` says whether the ticks run in this process (by default on SQLite, where one process does all);
    `senders` takes the place of the real ways out.
    """
    engine = open_database(settings.database_url)
    surroundings = Surroundings(engine, clock, switches_of(settings))
    metrics = Metrics()
    writer = Writer(engine, surroundings.world)
    channels, ways_out = connect(settings, clock, writer)
    ticks = list_ticks(
        settings, clock, writer, surroundings, metrics, senders=ways_out if senders is None else senders
    )
    metronome = Metronome(
        ticks,
        ended=lambda name: writer.transact(lambda s: record_tick(s.connection(), name, clock())),
        metrics=metrics,
    )
    inner = FastAPI(title="lianxinqiao", docs_url=None, redoc_url=None, openapi_url=None)
    shelf, note = shelf_of(settings), noting(settings, clock)
    inner.include_router(files_router(writer, shelf, clock, lambda: surroundings.world().texts, note))
    inner.include_router(health_router(engine, clock, metrics, more_reasons=lambda: writer_faults(writer)))
    asgi = Webhook(
        inner,
        channels,
        writer,
        clock,
        metrics=metrics,
        max_body_bytes=settings.max_body_bytes,
        texts=lambda: surroundings.world().texts,
    )
    runs_ticks = settings.on_sqlite if works is None else works
    return App(asgi, inner, engine, writer, surroundings, metronome, runs_ticks)


def switches_of(settings: Settings) -> Switches:
    """Give what handlers must know of the settings."""
    return Switches(
        forwards_events=bool(settings.forward_url),
        staff_channel="" if settings.staff_channel == "any" else settings.staff_channel,
        per_minute=settings.messages_per_minute,
        deputy_channel="" if settings.deputy_channel == "any" else settings.deputy_channel,
        subscriptions_last=settings.official_subscriptions_last,
        sends_links=bool(settings.public_url),
        font=chinese_font(settings.font),
    )


def shelf_of(settings: Settings) -> Shelf:
    secrets = (settings.official_app_secret, settings.wecom_secret)
    key = key_of(*(secret.get_secret_value() for secret in secrets))
    return Shelf(settings.media_folder, settings.public_url, key)


def noting(settings: Settings, clock: Clock) -> Note:
    """Give what writes a line into the audit log."""
    return lambda command, **details: note_command(settings, clock(), command, **details)


def anchor_audit(anchors: Anchors, clock: Clock, writer: Writer) -> Counts:
    """Write down beside the database where the audit chain stands."""
    with Session(writer.engine.execution_options(reading=True)) as session:
        position, sealed = audit.head(session)
    return {"anchored": int(anchors.note(position, sealed, clock()))}


def keep(settings: Settings, surroundings: Surroundings, writer: Writer) -> Counts:
    """Let go what has been kept long enough."""
    world = surroundings.world()
    return forget_due(writer.engine, writer.transact, settings, world.district.retention, world.now)


def erasing(settings: Settings, clock: Clock, writer: Writer) -> Counts:
    return erase_rest(writer.engine, writer.transact, settings.data_dir, settings.media_folder, clock())


def connect(
    settings: Settings, clock: Clock, writer: Writer
) -> tuple[Mapping[str, Channel], Mapping[str, Sender]]:
    """Open the channels that are configured: requests come in by the first, pushes go out by the second."""
    ways: list[tuple[Channel, Sender]] = []
    if settings.official_configured:
        ways.append(_official_account(settings, clock, writer))
    if settings.wecom_configured:
        ways.append(_wecom(settings, clock, writer))
    senders = {way.name: out for way, out in ways}
    if settings.sms_url:
        senders[SMS] = SmsSender(settings.sms_url, settings.sms_token.get_secret_value(), clock)
    return {way.name: way for way, _ in ways}, senders


def _official_account(settings: Settings, clock: Clock, writer: Writer) -> tuple[Channel, Sender]:
    account = OfficialAccount(
        app_id=settings.official_app_id,
        token=settings.official_token.get_secret_value(),
        clock=clock,
        aes_key=settings.official_aes_key.get_secret_value(),
        previous_aes_key=settings.official_aes_key_previous.get_secret_value(),
        previous_token=settings.official_token_previous.get_secret_value(),
        mode=settings.official_mode,
        max_age=settings.max_age_seconds,
    )
    sender = OfficialAccountSender(
        app_id=settings.official_app_id,
        secret=settings.official_app_secret.get_secret_value(),
        api_base=settings.official_api_base,
        templates=settings.official_templates,
        template_fields=settings.official_template_fields,
        subscriptions=settings.official_subscriptions,
        subscription_fields=settings.official_subscription_fields,
        keeper=TokenKeeper(SharedToken(writer, settings.official_app_id), clock),
    )
    return account, sender


def _wecom(settings: Settings, clock: Clock, writer: Writer) -> tuple[Channel, Sender]:
    app = WeCom(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        token=settings.wecom_token.get_secret_value(),
        clock=clock,
        aes_key=settings.wecom_aes_key.get_secret_value(),
        previous_aes_key=settings.wecom_aes_key_previous.get_secret_value(),
        previous_token=settings.wecom_token_previous.get_secret_value(),
        max_age=settings.max_age_seconds,
    )
    # Each application of a corp has a token of its own.
    row = f"{settings.wecom_corp_id}:{settings.wecom_agent_id}"
    sender = WeComSender(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        secret=settings.wecom_secret.get_secret_value(),
        api_base=settings.wecom_api_base,
        keeper=TokenKeeper(SharedToken(writer, row), clock),
        members=SharedMembers(writer, clock, settings.wecom_corp_id),
        clock=clock,
        cards=settings.wecom_cards,
    )
    return app, sender


def _propose_words(writer: Writer, world: World) -> Counts:
    """Learn beside the writer, which everybody waits for; only what is to be said goes through it."""
    only = kept_to(Role.DISTRICT, world.switches)
    with Session(writer.engine.execution_options(reading=True)) as session:
        lesson = lesson_due(session, world.now, world.district, only)
    if lesson is None:
        return {"proposed": 0}
    job = partial(propose_lesson, now=world.now, district=world.district, texts=world.texts)
    return writer.transact(partial(job, lesson=lesson, only=only))


def _watch(writer: Writer, world: World) -> Counts:
    job = partial(watch_bursts, switches=world.switches)
    return writer.transact(partial(job, now=world.now, district=world.district, texts=world.texts))


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
        left = writer.transact(lambda session: inbox.unanswered(session, clock()))
        return {"retried": len(left), "answered": sum(writer.retry(inbox_id) for inbox_id in left)}

    def handle_held() -> Counts:
        held = writer.transact(inbox.held)
        return {"held": sum(writer.handle_held(inbox_id) for inbox_id in held)}

    def plan() -> Counts:
        world = surroundings.world()
        counts = dict(plan_in_pieces(writer.transact, world.now, world.district, world.texts))
        digests = partial(plan_digests, switches=world.switches)
        cards = partial(plan_morning_cards, switches=world.switches)
        looks = partial(plan_rechecks, switches=world.switches)
        for job in (digests, cards, plan_escalation, plan_follow_up, looks):
            counts |= writer.transact(partial(job, now=world.now, district=world.district, texts=world.texts))
        return counts

    def fetch() -> Counts:
        return fetch_media(writer, senders, settings.media_folder, surroundings.world())

    def papers() -> Counts:
        return make_papers(writer.engine, writer, shelf, surroundings.world, note)

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
        Tick("watch bursts", 60, lambda: _watch(writer, surroundings.world())),
        Tick("make papers", 5, papers),
        Tick("deliver", 5, deliveries.deliver_due),
        Tick("settle cards", 5, settle),
        Tick("fetch media", 30, fetch),
        Tick("forward events", 10, forward),
        Tick("propose words", 3600, lambda: _propose_words(writer, surroundings.world())),
        Tick("index", 10, lambda: index_cases(writer)),
        Tick("forget", 600, lambda: forget_old(writer, clock(), settings.keep_raw_days)),
        Tick("anchor audit", 3600, partial(anchor_audit, Anchors(settings), clock, writer)),
        Tick("keep", 6 * 3600, partial(keep, settings, surroundings, writer)),
        Tick("erase", 60, partial(erasing, settings, clock, writer)),
        Tick(
            "archive",
            3600,
            lambda: archive_months(writer, settings.archive_folder, clock(), settings.archive_after_days),
        ),
    ]
