"""Indexes for what is asked of open cases and of rounds of departments, however many there are."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ADDED = sa.text("action = 'added'")
_STATES = "'registered', 'assigned', 'referred', 'accepted', 'answered', 'awaiting_voter'"
_OPEN = sa.text(f"state IN ({_STATES})")
_COLUMNS = ["state", "look_by", "urgency", "station", "street", "sealed", "number", "industry"]


def upgrade() -> None:
    op.create_index(
        "ix_case_step_added", "case_step", ["case_id", "id"], postgresql_where=_ADDED, sqlite_where=_ADDED
    )
    op.create_index(
        "ix_referral_due",
        "referral",
        ["due", "case_id", "round", "department", "state", "answered_at", "result", "excused_at"],
        postgresql_where=sa.text("lead IS true"),
        sqlite_where=sa.text("lead IS 1"),
    )
    _open_cases(include=["id"])


def _open_cases(include: list[str]) -> None:
    """Let PostgreSQL find the id of an open case in the index itself; SQLite always does."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_case_open", table_name="case_file")
        op.create_index(
            "ix_case_open", "case_file", _COLUMNS, postgresql_include=include, postgresql_where=_OPEN
        )


def downgrade() -> None:
    _open_cases(include=[])
    op.drop_index("ix_referral_due", table_name="referral")
    op.drop_index("ix_case_step_added", table_name="case_step")
