"""What stands between an input and the machine: DuckDB without files, exit codes as the page lists them."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from clean import errors
from clean.dedup import store
from clean.errors import CleanError

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{folder}/x.csv'",
        "ATTACH '{folder}/y.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
    ],
)
def test_the_database_reaches_no_file_and_cannot_be_opened_up(tmp_path: Path, statement: str) -> None:
    connection = store.connect(tmp_path / "run.duckdb")

    with pytest.raises(duckdb.Error):
        connection.execute(statement.format(folder=tmp_path))

    connection.close()
    assert {path.name for path in tmp_path.iterdir()} <= {"run.duckdb", "run.duckdb.wal", "run.duckdb.tmp"}


def test_every_connection_is_one_that_is_locked() -> None:
    used = [path for path in (ROOT / "clean").rglob("*.py") if "duckdb.connect(" in path.read_text()]

    assert [path.relative_to(ROOT).as_posix() for path in used] == ["clean/dedup/store.py"]


def test_exit_codes_are_those_of_the_page() -> None:
    page = (ROOT / "docs/reliability.md").read_text()
    listed = {
        int(code) for code in re.findall(r"^\| (\d+) \|", page.partition("## Exit codes")[2], re.MULTILINE)
    }
    classes = {
        name: kind.exit_code
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, CleanError) and kind is not CleanError
    }

    assert classes == {
        "UsageError": 2, "ConfigError": 2, "PackError": 2, "InputError": 3, "OutputError": 3, "GuardError": 4,
        "EditError": 70,
    }  # fmt: skip
    assert {0, 1, 130, *classes.values()} == listed
