"""Reports go where the user says, and leave what is there as it is."""

import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from fastapi_audit.output import write_report


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the platform has no named pipes")
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = Thread(target=lambda: read.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()

    write_report("the report", pipe)
    reader.join(timeout=30)

    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert read == ["the report"]


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old", encoding="utf-8")

    write_report("new", path)

    assert path.read_text("utf-8") == "new"
    assert [item.name for item in tmp_path.iterdir()] == ["report.json"]
