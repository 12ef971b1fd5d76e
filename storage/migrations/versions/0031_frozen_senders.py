"""Senders whose messages wait until a person has looked."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Instant

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_FROZEN_ACCOUNT = sa.text("frozen_at IS NOT NULL")
_FROZEN = sa.text("status = 'frozen'")


def upgrade() -> None:
    op.add_column("account", sa.Column("strikes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("account", sa.Column("struck_at", Instant(), nullable=True))
    op.add_column("account", sa.Column("frozen_at", Instant(), nullable=True))
    op.add_column("account", sa.Column("frozen_why", sa.String(length=16), nullable=False, server_default=""))
    op.create_index(
        "ix_account_frozen",
        "account",
        ["frozen_at"],
        postgresql_where=_FROZEN_ACCOUNT,
        sqlite_where=_FROZEN_ACCOUNT,
    )
    op.create_index(
        "ix_inbox_frozen", "inbox", ["channel", "sender"], postgresql_where=_FROZEN, sqlite_where=_FROZEN
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_frozen", "inbox")
    op.drop_index("ix_account_frozen", "account")
    op.drop_column("account", "frozen_why")
    op.drop_column("account", "frozen_at")
    op.drop_column("account", "struck_at")
    op.drop_column("account", "strikes")
