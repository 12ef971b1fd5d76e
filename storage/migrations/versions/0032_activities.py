"""The register of a station's activities, and the imports that brought past ones in."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_import",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("made_by", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
    )
    op.create_table(
        "activity",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("deputies", sa.Integer(), nullable=False),
        sa.Column("things", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("recorded_by", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("struck_at", Instant(), nullable=True),
        sa.Column("import_id", Id, sa.ForeignKey("activity_import.id"), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True, unique=True),
    )
    op.create_index("ix_activity_held", "activity", ["held_on"])
    op.create_index("ix_activity_station", "activity", ["station", "held_on"])
    op.create_index("ix_activity_import", "activity", ["import_id"])
    op.create_table(
        "activity_step",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("activity_id", Id, sa.ForeignKey("activity.id"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
    )
    op.create_index("ix_activity_step_activity", "activity_step", ["activity_id"])


def downgrade() -> None:
    op.drop_table("activity_step")
    op.drop_table("activity")
    op.drop_table("activity_import")
