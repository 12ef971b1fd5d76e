"""The steps of a case stand under a chain; jobs that go once over what is there say how far they are."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "step_seal",
        sa.Column("step_id", Id, autoincrement=False, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.Column("gone_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("step_id"),
    )
    op.create_index("ix_step_seal_case", "step_seal", ["case_id", "step_id"])
    op.create_table(
        "sweep",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("position", Id, nullable=False),
        sa.Column("seen", Id, nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "sweep_finding",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("sweep", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("found_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sweep_finding_sweep", "sweep_finding", ["sweep", "id"])


def downgrade() -> None:
    op.drop_table("sweep_finding")
    op.drop_table("sweep")
    op.drop_table("step_seal")
