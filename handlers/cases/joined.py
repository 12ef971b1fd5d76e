"""What voters read whose own case was put to another's: nobody's name, number or flat, whoever wrote it."""

from collections.abc import Callable

from handlers.context import Context, Work
from handlers.safety import gate
from nlp.masking import Hidden
from storage.cases import search
from storage.casework import support
from storage.models import Case

Hide = Callable[[str], str]


def joined_reader(ctx: Work, main: Case) -> Hide:
    """Give what hides people in words of an office; names that voters gave themselves are hidden wherever they stand."""
    known = _names(ctx, main)
    return lambda words: gate.for_joined(words, known).text


def hidden_for_joined(ctx: Context, main: Case, words: str) -> str:
    """Say what of an answer those do not read who joined a case; empty where all read all of it."""
    others = sum(voice.case_id != main.id for voice in support.voices(ctx.session, main))
    hidden: Hidden = gate.for_joined(words, _names(ctx, main)).hidden if others else {}
    if not hidden:
        return ""
    return ctx.texts("review_hidden", count=others, hidden=gate.hidden_told(hidden, ctx))


def _names(ctx: Work, main: Case) -> frozenset[str]:
    behind = support.all_behind(ctx.session, main)
    said = search.words_of(ctx.session.connection(), behind)
    return gate.names_in(text for words in said.values() for text in words.texts)
