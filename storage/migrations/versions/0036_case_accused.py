"""Whom a sealed case is kept from, so that the accused never meet it."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_accused",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("who", sa.String(96), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "who"),
    )
    op.create_index("ix_case_accused_who", "case_accused", ["who", "case_id"])


def downgrade() -> None:
    op.drop_table("case_accused")
