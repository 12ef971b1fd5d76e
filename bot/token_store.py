"""The shared row of an access token, as the token keeper wants it."""

from datetime import datetime

from bot.channels.token_keeper import Token
from bot.writer import Writer
from storage.tokens import lease_token, read_token, write_token


class SharedToken:
    """One account's row, read and written through the process's writer."""

    def __init__(self, writer: Writer, account: str) -> None:
        self._writer = writer
        self._account = account

    def read(self) -> Token | None:
        found = self._writer.transact(lambda session: read_token(session, self._account))
        return Token(*found) if found else None

    def try_lease(self, now: datetime) -> bool:
        return self._writer.transact(lambda session: lease_token(session, self._account, now))

    def write(self, token: Token) -> None:
        self._writer.transact(
            lambda session: write_token(session, self._account, token.value, token.expires_at)
        )
