"""Who on duty owed a push, and that they were told where it did not arrive."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

LOST = sa.text("status = 'dead' AND owed_by IS NOT NULL AND loss_told_at IS NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("owed_by", Id, nullable=True))
    op.add_column("outbox", sa.Column("loss_told_at", Instant(), nullable=True))
    op.create_index("ix_outbox_lost", "outbox", ["id"], postgresql_where=LOST, sqlite_where=LOST)


def downgrade() -> None:
    op.drop_index("ix_outbox_lost", "outbox")
    op.drop_column("outbox", "loss_told_at")
    op.drop_column("outbox", "owed_by")
