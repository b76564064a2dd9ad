"""`flask backup` and `flask restore` bring a whole portal to another home, found again by its search."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from portal import cli
from portal.accounts.actors import Actor
from portal.catalogue import documents, indexing, tree
from portal.catalogue.documents import Description
from portal.core.db import db, transaction
from portal.rights.levels import Level
from portal.storage.models import BackupCopy

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def backup(app: Flask, people: dict[str, Actor], tmp_path: Path) -> Path:
    """A backup of a home with one open record, which its public index holds."""
    archivist = people["archivist"]
    with transaction():
        fonds = tree.create_fonds(archivist, code="P1", name="Phông thử")
        file = tree.create_file(archivist, fonds.id, code="1", name="Hồ sơ thử")
        paper = documents.add_on_paper(
            archivist, file.id, Description(subject="Tu bổ đê Cổ Lũy", level=Level.OPEN)
        )
        documents.publish(archivist, paper.id)
    while indexing.drain():
        pass
    cli.register(app)
    target = tmp_path / "backup.tar"
    answer = app.test_cli_runner().invoke(args=["backup", str(target), "--json"])
    assert answer.exit_code == 0, answer.output
    return target


def test_a_backup_of_another_home_is_noted_and_listed(backup: Path, app: Flask) -> None:
    with transaction():
        db.session.execute(delete(BackupCopy))
    noted = app.test_cli_runner().invoke(args=["backups", "--note", str(backup), "--json"])
    assert [one["name"] for one in json.loads(noted.stdout)] == ["backup.tar"]


def test_a_restored_home_has_the_same_things_in_its_indexes(backup: Path, tmp_path: Path) -> None:
    before = indexing.counts()
    assert before["public"]
    answer = _flask(tmp_path / "after", "restore", str(backup), "--json")
    assert answer.returncode == 0, answer.stderr
    index = json.loads(_flask(tmp_path / "after", "status", "--json").stdout)["index"]
    assert {key: index[key] for key in before} == before


def test_a_home_in_use_is_refused_with_words(backup: Path, home: Path) -> None:
    answer = _flask(home, "restore", str(backup))
    assert answer.returncode == 1
    assert "backup_home_in_use" in answer.stderr
    assert answer.stdout == ""


def test_a_damaged_backup_is_refused_with_words(backup: Path, tmp_path: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0x40
    backup.write_bytes(content)
    answer = _flask(tmp_path / "after", "restore", str(backup))
    assert answer.returncode == 1
    assert "backup_damaged" in answer.stderr


def _flask(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PORTAL_HOME": str(home), "DEMO": "0"}
    command = [sys.executable, "-m", "flask", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
