"""The shared row of an access token, as the token keeper wants it."""

from datetime import datetime

from bot.channels.token_keeper import FORCE_GAP, REPLACE_GAP, Token
from bot.core.writer import Writer
from storage.messages import tokens
from storage.models import Token as TokenRow


class SharedToken:
    """One account's row, read and written through the process's writer."""

    def __init__(self, writer: Writer, account: str) -> None:
        self._writer = writer
        self._account = account

    def read(self) -> Token | None:
        found = self._writer.transact(lambda session: tokens.read_token(session, self._account))
        return Token(*found) if found else None

    def try_lease(self, now: datetime) -> bool:
        return self._writer.transact(lambda session: tokens.lease_token(session, self._account, now))

    def release(self) -> None:
        self._writer.transact(lambda session: tokens.release_token(session, self._account))

    def may_replace(self, now: datetime) -> bool:
        return self._writer.transact(
            lambda session: tokens.take_turn(
                session, self._account, TokenRow.replaced_at, gap=REPLACE_GAP, now=now
            )
        )

    def may_force(self, now: datetime) -> bool:
        return self._writer.transact(
            lambda session: tokens.take_turn(
                session, self._account, TokenRow.forced_at, gap=FORCE_GAP, now=now
            )
        )

    def write(self, token: Token) -> None:
        self._writer.transact(
            lambda session: tokens.write_token(session, self._account, token.value, token.expires_at)
        )
