"""The migrations go up and down on both databases, and build what the models describe."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, pool

import portal
from portal.core import schema
from portal.core.db import Base
from tests.conftest import PROJECT


def test_names_of_scripts_tell_what_alembic_reads_in_them() -> None:
    scripts = ScriptDirectory(str(schema.SCRIPTS))
    assert schema.revisions() == {one.revision for one in scripts.walk_revisions()}
    assert schema.newest() == scripts.get_current_head()


def test_models_match_the_migrations(database_url: str, tmp_path: Path) -> None:
    _import_all_models()
    schema.upgrade(database_url, tmp_path)
    with _engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_going_down_leaves_nothing_and_going_up_again_works(database_url: str, tmp_path: Path) -> None:
    schema.upgrade(database_url, tmp_path)
    first = _tables(database_url)
    assert {"people", "nodes", "jobs", "request_items"} <= first
    schema.downgrade(database_url)
    assert _tables(database_url) == set()
    schema.upgrade(database_url, tmp_path)
    assert _tables(database_url) == first


def test_each_step_down_can_be_taken_back(database_url: str, tmp_path: Path) -> None:
    revisions = [script.revision for script in ScriptDirectory(str(schema.SCRIPTS)).walk_revisions()]
    schema.upgrade(database_url, tmp_path)
    for here, below in pairwise([*revisions, "base"]):
        tables = _tables(database_url)
        schema.downgrade(database_url, below)
        schema.upgrade(database_url, tmp_path, here)
        assert _tables(database_url) == tables
        # One step further down, so that the cost grows with the number of steps and not with its square.
        schema.downgrade(database_url, below)
    assert _tables(database_url) == set()


def test_a_second_upgrade_has_nothing_to_do(database_url: str, tmp_path: Path) -> None:
    assert schema.upgrade(database_url, tmp_path)
    assert not schema.upgrade(database_url, tmp_path)
    assert schema.current(database_url) == schema.newest()


def test_a_start_with_nothing_to_migrate_does_not_load_what_migrates(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    schema.upgrade(url, tmp_path)
    code = (
        "import pathlib, sys; from portal.core import schema; "
        f"print(schema.upgrade({url!r}, pathlib.Path({str(tmp_path)!r})), 'alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=PROJECT, check=True, text=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_constraints_refuse_what_no_state_allows(database_url: str, tmp_path: Path) -> None:
    schema.upgrade(database_url, tmp_path)
    checks = {
        table: {check["name"] for check in inspect(_engine(database_url)).get_check_constraints(table)}
        for table in ("jobs", "nodes", "protections", "request_items")
    }
    assert all(checks.values()), checks


def _import_all_models() -> None:
    """Import every `models` module and what else makes tables, so that a forgotten one is missed."""
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if module.name.endswith(".models") or module.name.startswith("portal.core."):
            importlib.import_module(module.name)


def _tables(url: str) -> set[str]:
    return set(inspect(_engine(url)).get_table_names()) - {schema.OWN_TABLE}


def _engine(url: str) -> Engine:
    options: dict[str, Any] = {"poolclass": pool.NullPool}
    return create_engine(url, **options)
