"""Thanks of voters, kept apart from cases."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "praise",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("text", sa.String(128), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_praise_at", "praise", ["at"])
    op.create_index("ix_praise_person", "praise", ["person_id"])


def downgrade() -> None:
    op.drop_table("praise")
