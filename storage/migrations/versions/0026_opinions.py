"""Opinions voiced at meetings."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion",
        sa.Column("case_id", Id, sa.ForeignKey("case_file.id"), primary_key=True, autoincrement=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("meeting", sa.String(64), nullable=False),
        sa.Column("speaker", sa.String(32), nullable=False),
        sa.Column("deputy", sa.String(64), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
    )
    op.create_index("ix_opinion_said", "opinion", ["said_on"])


def downgrade() -> None:
    op.drop_table("opinion")
