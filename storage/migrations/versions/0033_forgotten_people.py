"""When somebody was forgotten: a message that comes at that very moment is a new voter's."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Instant

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("erased_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "erased_at")
