"""What of ended cases has gone after its time."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("forgotten", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("case_file", sa.Column("teller", Id, nullable=True))


def downgrade() -> None:
    op.drop_column("case_file", "teller")
    op.drop_column("case_file", "forgotten")
