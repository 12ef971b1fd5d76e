"""What every connection is told when it is opened."""

import pytest
from sqlalchemy import Engine, text

from storage.engine.database import IDLE_MINUTES, open_database


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_server_ends_a_transaction_that_does_nothing_for_minutes(engine: Engine) -> None:
    opened = open_database(engine.url.render_as_string(hide_password=False))
    with opened.connect() as connection:
        told = connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    opened.dispose()
    assert told == f"{IDLE_MINUTES}min"
