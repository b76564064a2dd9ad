"""A running portal with one person per role, for journeys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.accounts.roles import Role
from tests.journeys import scrape
from tests.journeys.portal import Portal

NAMES = {
    "citizen": "Trần Thị Dân Đỗ",
    "other": "Ngô Văn Khác",
    "operator": "Nguyễn Quét",
    "archivist": "Lê Hữu Trữ",
    "approver": "Phạm Duyệt",
    "administrator": "Hoàng Quản",
}


def email_of(key: str) -> str:
    return f"{key}@example.vn"


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one person per role, to be copied: a command takes seconds to start."""
    still = Portal(tmp_path_factory.mktemp("people") / "home")
    for key, name in NAMES.items():
        role = Role.CITIZEN if key == "other" else Role(key)
        still.flask("user", "create", email_of(key), "--role", role.value, "--name", name)
    return still.home


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, peopled: Path) -> Iterator[Portal]:
    """A portal on a home without records, web and worker really running."""
    running = Portal(Path(shutil.copytree(peopled, tmp_path_factory.mktemp("journey") / "home")))
    try:
        running.start()
        yield running
    finally:
        running.stop()
    # Whatever people did in the journeys of a module, its logs lead to nobody.
    assert scrape.found(running.home, NAMES.values()) == []
