"""To whom a push is under way, and which messages were put aside."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SENDING = sa.text("status = 'sending'")
ASIDE = sa.text("status IN ('held', 'failed', 'quarantined')")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_under_way", "outbox", ["person_id"], postgresql_where=SENDING, sqlite_where=SENDING
    )
    op.create_index("ix_inbox_aside", "inbox", ["status"], postgresql_where=ASIDE, sqlite_where=ASIDE)


def downgrade() -> None:
    op.drop_index("ix_inbox_aside", "inbox")
    op.drop_index("ix_outbox_under_way", "outbox")
