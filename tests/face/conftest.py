"""One served archive and one browser for all looks at the face."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.face.onlooker import Onlooker
from tests.face.served import served
from tests.face.visits import Visit, all_of
from tests.journeys.persons import chromium
from tests.web.conftest import Built, built  # noqa: F401 - a fixture

Site = tuple[Flask, str]


@pytest.fixture(scope="module")
def site(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:  # noqa: F811
    home = tmp_path_factory.mktemp("face") / "home"
    shutil.copytree(built.home, home)
    with served(home) as running:
        yield running


@pytest.fixture(scope="module")
def onlooker(site: Site) -> Iterator[Onlooker]:
    with chromium() as browser:
        yield Onlooker(browser, site[1])


@pytest.fixture(scope="module")
def visits(site: Site, built: Built) -> list[Visit]:  # noqa: F811
    return list(all_of(site[0], built.archive))
