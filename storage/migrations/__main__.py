"""`python -m storage.migrations "Add a column for …"`: draft the next revision."""

import sys
import tempfile
from pathlib import Path

from storage.engine.database import open_database
from storage.migrate import draft_revision, migrate

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'draft.sqlite3'}")
        migrate(engine)
        draft_revision(engine, sys.argv[1])
        engine.dispose()
