"""Clocks that pause and are put off, owners of supervised cases, and cases that go on with earlier ones."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case_file", sa.Column("supervised_owner", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column("case_file", sa.Column("supervised_until", sa.Date(), nullable=True))
    op.add_column("case_file", sa.Column("paused_at", Instant(), nullable=True))
    op.add_column("case_file", sa.Column("asked_again_at", Instant(), nullable=True))
    op.add_column("case_file", sa.Column("linked_to", Id, nullable=True))
    op.add_column("referral", sa.Column("extension_asked_at", Instant(), nullable=True))
    op.add_column("referral", sa.Column("extended_days", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for column in ("extended_days", "extension_asked_at"):
        op.drop_column("referral", column)
    for column in ("linked_to", "asked_again_at", "paused_at", "supervised_until", "supervised_owner"):
        op.drop_column("case_file", column)
