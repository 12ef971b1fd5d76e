"""The commands `menu import`, `show` and `publish`: the account's own menu and automatic replies."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.channels.base import SendError
from bot.channels.official_account_sender import OfficialAccountSender
from bot.checks import database_faults
from bot.cli.common import alone, err, note, opened, out, read_settings, refuse
from bot.core.clock import shanghai_now
from bot.core.settings import Settings
from bot.sending.probe import account_desk, advice
from handlers.district.account_menu import Button, OldAccount, menu_faults, own_menu, read_account
from handlers.district.account_replies import keep_account, stored_account
from handlers.district.snapshot import load_district
from handlers.district.store import load_version, note_change
from handlers.texts import DEFAULT_TEXTS, Texts

app = typer.Typer(name="menu", help="The account's menu and automatic replies.", no_args_is_help=True)

_WOULD_LOSE = (
    "{count} of the stored answers are not on the account any more; with the server configuration switched on "
    "that is usual: nothing was changed (--force replaces all that is stored)"
)
_NOTHING = "nothing is stored: run `lianxinqiao menu import` before the server configuration is switched on"


@app.command(name="import")
def import_(
    *,
    dry_run: Annotated[bool, typer.Option(help="Only show what would be stored.")] = False,
    force: Annotated[
        bool, typer.Option(help="Replace what is stored even where that loses answers.")
    ] = False,
) -> None:
    """Take the account's menu and automatic replies along, so that the bot can answer them."""
    settings = _ready()
    with _desk(settings) as desk:
        old = read_account(desk.ask("get_current_selfmenu_info"), desk.ask("get_current_autoreply_info"))
    _show(old)
    if dry_run:
        return
    now = shanghai_now(settings.timezone)()
    with alone(settings), opened(settings) as engine, Session(engine) as session, session.begin():
        stored = stored_account(session)
        if not force and (lost := _lost(stored, old)):
            raise refuse([_WOULD_LOSE.format(count=lost)])
        note(settings, "menu import")
        keep_account(session, old, now)
        note_change(session, now)
    out.print("imported; a running bot takes it up within a minute")


@app.command()
def show() -> None:
    """Show what was imported."""
    settings = _ready()
    with opened(settings) as engine, Session(engine.execution_options(reading=True)) as session:
        old = stored_account(session)
    if not old:
        raise refuse([_NOTHING])
    _show(old)


@app.command()
def publish(
    *,
    imported: Annotated[bool, typer.Option(help="The menu that was imported, not the bot's own.")] = False,
    yes: Annotated[bool, typer.Option(help="Put it; without this it is only shown.")] = False,
) -> None:
    """Put a menu on the account: the bot's own, or the imported one."""
    settings = _ready()
    with opened(settings) as engine, Session(engine.execution_options(reading=True)) as session:
        buttons = stored_account(session).buttons if imported else own_menu(_texts(session))
    if not buttons:
        raise refuse([_NOTHING])
    for line in _outline(buttons):
        out.print(line, markup=False)
    if faults := list(menu_faults(buttons)):
        raise refuse(faults)
    if not yes:
        out.print("this is only shown; add --yes to put it on the account")
        return
    note(settings, "menu publish", menu="imported" if imported else "own")
    with _desk(settings) as desk:
        desk.ask("menu/create", {"button": list(buttons)})
    out.print("the menu is on the account; phones show it within five minutes, or after following anew")


def _ready() -> Settings:
    settings = read_settings()
    faults = (
        [] if settings.official_configured else ["no official account is configured: set LXQ_OFFICIAL_APP_ID"]
    )
    if faults := [*faults, *database_faults(settings)]:
        raise refuse(faults)
    return settings


@contextmanager
def _desk(settings: Settings) -> Iterator[OfficialAccountSender]:
    """Open the account's own APIs; a refusal is said with what to do about it."""
    with closing(account_desk(settings, shanghai_now(settings.timezone))) as desk:
        try:
            yield desk
        except SendError as error:
            raise refuse([f"the platform refuses: {advice(error)}"]) from None


def _lost(stored: OldAccount, new: OldAccount) -> int:
    """Count what is answered now and would not be after the import."""
    if not new:
        return len(stored.clicks) + len(stored.keywords) or int(bool(stored))
    return len(stored.clicks.keys() - new.clicks.keys()) + len(stored.keywords.keys() - new.keywords.keys())


def _texts(session: Session) -> Texts:
    if not load_version(session):
        return DEFAULT_TEXTS
    return DEFAULT_TEXTS.replaced_by(load_district(session).texts)


def _show(old: OldAccount) -> None:
    for line in (*_outline(old.buttons), *_answers(old)):
        out.print(line, markup=False)
    for line in old.left_behind:
        err.print(f"! {line}", style="yellow", markup=False)


def _answers(old: OldAccount) -> Iterator[str]:
    for key, words in old.clicks.items():
        yield f"{key} → {_short(words) or '(a picture, voice or video)'}"
    for keyword, words in old.keywords.items():
        yield f"“{keyword}” → {_short(words)}"
    if old.follow:
        yield f"to new followers (not used, the greeting stands): {_short(old.follow)}"
    if old.default:
        yield f"to everything else (not used, a case number stands): {_short(old.default)}"


def _outline(buttons: Sequence[Button]) -> Iterator[str]:
    for button in buttons:
        below: Sequence[Mapping[str, Any]] = button.get("sub_button", ())
        yield f"■ {button['name']}{'' if below else _target(button)}"
        yield from (f"    □ {each['name']}{_target(each)}" for each in below)


def _target(button: Button) -> str:
    target = button.get("url") or button.get("key") or button.get("media_id") or ""
    return f" ({button.get('type')} {target})"


def _short(words: str) -> str:
    line = " / ".join(words.splitlines())
    return line if len(line) <= 60 else f"{line[:60]}…"  # noqa: PLR2004 -- fits a terminal's line
