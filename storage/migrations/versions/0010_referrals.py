"""Cases in the hands of departments, and what the voter says of the result."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("answer_by", sa.Date(), nullable=True))
    op.add_column("case_file", sa.Column("asked_at", Instant(), nullable=True))
    op.add_column("case_file", sa.Column("verdict", sa.String(length=16), nullable=True))
    op.add_column("case_file", sa.Column("grade", sa.String(length=16), nullable=True))
    op.add_column("case_file", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("case_file", sa.Column("supervised_at", Instant(), nullable=True))
    op.create_table(
        "referral",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("case_id", Id, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("receipt_due", sa.Date(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("sent_by", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("accepted_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=1), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "round", "department"),
    )
    op.create_index("ix_referral_case", "referral", ["case_id"])
    op.create_index("ix_referral_department", "referral", ["department", "state", "due"])


def downgrade() -> None:
    op.drop_table("referral")
    for column in ("supervised_at", "failures", "grade", "verdict", "asked_at", "answer_by"):
        op.drop_column("case_file", column)
