"""Cases that are nobody else's business, and who may see name and number."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("private", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("case_file", sa.Column("openness", sa.String(length=8), nullable=False, server_default=""))
    op.add_column("person", sa.Column("openness", sa.String(length=8), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("person", "openness")
    op.drop_column("case_file", "openness")
    op.drop_column("case_file", "private")
