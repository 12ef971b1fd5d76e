"""Reports whose figures departments check before they are issued."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ISSUED = sa.text("state = 'issued'")
_EXCUSED = sa.text("excused_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("issuer", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("label", sa.String(32), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("check_until", sa.Date(), nullable=False),
        sa.Column("begun_by", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("issued_by", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("issued_at", Instant(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    op.create_index(
        "ix_report_issued",
        "report",
        ["issuer", "kind", "since"],
        unique=True,
        postgresql_where=_ISSUED,
        sqlite_where=_ISSUED,
    )
    op.create_table(
        "figure_check",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("report_id", Id, sa.ForeignKey("report.id"), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.UniqueConstraint("report_id", "department"),
    )
    op.create_table(
        "objection",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("check_id", Id, sa.ForeignKey("figure_check.id"), nullable=False),
        sa.Column("case_id", Id, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_by", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("decided_by", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.UniqueConstraint("check_id", "case_id"),
    )
    op.add_column("referral", sa.Column("excused_at", Instant(), nullable=True))
    op.create_index(
        "ix_referral_excused", "referral", ["case_id"], postgresql_where=_EXCUSED, sqlite_where=_EXCUSED
    )


def downgrade() -> None:
    op.drop_index("ix_referral_excused", "referral")
    op.drop_column("referral", "excused_at")
    for table in ("objection", "figure_check", "report"):
        op.drop_table(table)
