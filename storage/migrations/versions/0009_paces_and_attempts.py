"""How fast an account writes, what was held for it, and how often a picture was asked for."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HELD = sa.text("status = 'held'")


def upgrade() -> None:
    op.add_column("account", sa.Column("pace_since", Instant(), nullable=True))
    op.add_column("account", sa.Column("pace_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("case_part", sa.Column("fetch_attempts", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_inbox_held", "inbox", ["channel", "sender"], postgresql_where=HELD, sqlite_where=HELD)


def downgrade() -> None:
    op.drop_index("ix_inbox_held", "inbox")
    op.drop_column("case_part", "fetch_attempts")
    op.drop_column("account", "pace_count")
    op.drop_column("account", "pace_since")
