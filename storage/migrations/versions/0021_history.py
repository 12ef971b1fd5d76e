"""Cases from before the bot, and the imports that brought them in."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "history_import",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("made_by", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
    )
    op.create_table(
        "imported_case",
        sa.Column("case_id", Id, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("import_id", Id, sa.ForeignKey("history_import.id"), nullable=False),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("old_number", sa.String(32), nullable=False),
    )
    op.create_index("ix_imported_case_import", "imported_case", ["import_id"])
    op.create_index("ix_imported_case_old_number", "imported_case", ["old_number"])


def downgrade() -> None:
    op.drop_table("imported_case")
    op.drop_table("history_import")
