import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.lock import DataFolderBusyError, DataFolderLock

HOLD = """
import sys
from pathlib import Path
from bot.core.lock import DataFolderLock
with DataFolderLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"

        with pytest.raises(DataFolderBusyError, match=str(holder.pid)), DataFolderLock(tmp_path):
            pass

        holder.kill()

    with DataFolderLock(tmp_path):
        pass


def test_the_folder_is_made_when_it_is_not_there(tmp_path: Path) -> None:
    with DataFolderLock(tmp_path / "new"):
        assert (tmp_path / "new").is_dir()
