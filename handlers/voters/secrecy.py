"""Does whoever I complain of read it? An honest answer about the case that was sealed, and about those that would be."""

from handlers.context import Context
from handlers.messages import IncomingMessage, Kind
from handlers.route import Route
from nlp.accusing.asks import asks_if_accused_sees
from storage.cases import own_cases


def who_sees(ctx: Context, _message: IncomingMessage, line: str) -> str | None:
    """Say who reads the case that the voter had sealed last; without one, what becomes of such words."""
    if not asks_if_accused_sees(line):
        return None
    sealed = own_cases.last_sealed(ctx.session, ctx.sender.person_id)
    return ctx.texts("sealed_who_sees", number=sealed) if sealed else ctx.texts("sealed_who_would")


SECRECY_ROUTES = (Route(name="who sees", handler=who_sees, kinds=frozenset({Kind.TEXT})),)
