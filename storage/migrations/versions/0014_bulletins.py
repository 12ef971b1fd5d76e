"""Bulletins with numbers that are never skipped."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulletin",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("issuer", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("drafted_by", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("submitted_by", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("issued_by", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("issued_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer", "year", "number"),
        sa.UniqueConstraint("issuer", "total"),
    )


def downgrade() -> None:
    op.drop_table("bulletin")
