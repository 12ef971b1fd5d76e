"""By whose message somebody else is told, and which place an alarm named."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_CAUSED = sa.text("caused_by IS NOT NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("caused_by", Id, nullable=True))
    op.create_index(
        "ix_outbox_caused",
        "outbox",
        ["caused_by", "created_at"],
        postgresql_where=_CAUSED,
        sqlite_where=_CAUSED,
    )
    op.add_column("alarm", sa.Column("told_place", sa.String(128), nullable=True))


def downgrade() -> None:
    op.drop_column("alarm", "told_place")
    op.drop_index("ix_outbox_caused", "outbox")
    op.drop_column("outbox", "caused_by")
