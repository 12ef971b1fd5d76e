"""Indexes for what is open, unheard or undelivered among many rows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = sa.text(
    "state IN ('registered', 'assigned', 'referred', 'accepted', 'answered', 'awaiting_voter')",
)
UNHEARD = sa.text("kind = 'voice' AND text = ''")
UNDELIVERED = sa.text("status IN ('dead', 'unknown')")


def upgrade() -> None:
    op.create_index(
        "ix_case_open",
        "case_file",
        ["state", "look_by", "urgency", "station", "street", "sealed", "number"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index(
        "ix_case_part_unheard", "case_part", ["case_id"], postgresql_where=UNHEARD, sqlite_where=UNHEARD
    )
    op.create_index(
        "ix_outbox_undelivered",
        "outbox",
        ["created_at"],
        postgresql_where=UNDELIVERED,
        sqlite_where=UNDELIVERED,
    )
    op.create_index("ix_case_figures", "case_file", ["filed_at", "sealed", "category", "station", "street"])
    # The new indexes take the place of these; a process of the version before works on without them.
    op.drop_index("ix_case_filed", "case_file")
    op.drop_index("ix_case_station_state", "case_file")
    op.drop_index("ix_case_street_state", "case_file")


def downgrade() -> None:
    op.create_index("ix_case_street_state", "case_file", ["street", "state"])
    op.create_index("ix_case_station_state", "case_file", ["station", "state"])
    op.create_index("ix_case_filed", "case_file", ["filed_at"])
    op.drop_index("ix_case_figures", "case_file")
    op.drop_index("ix_outbox_undelivered", "outbox")
    op.drop_index("ix_case_part_unheard", "case_part")
    op.drop_index("ix_case_open", "case_file")
