"""Where an index is damaged or lost, search says so and shows the way on; all else stays up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from config import Settings
from portal.catalogue import indexing
from portal.search import engine
from tests.web.archive import Archive
from tests.web.conftest import Browsers


def indexed() -> None:
    while indexing.drain():
        pass


def cut(settings: Settings) -> None:
    for path in settings.index_folder.glob("public/v*/*.seg"):
        path.write_bytes(path.read_bytes()[:-3])


def flip(settings: Settings) -> None:
    for path in settings.index_folder.glob("public/v*/*"):
        data = bytearray(path.read_bytes())
        if data:
            data[len(data) // 2] ^= 1
            path.write_bytes(data)


def lose(settings: Settings) -> None:
    (settings.index_folder / "public" / "current").unlink()


@pytest.mark.parametrize(("spoil", "state"), [(cut, "damaged"), (flip, "damaged"), (lose, "missing")])
@pytest.mark.parametrize(("prefix", "way_on"), [("", "Duyệt các phông"), ("/en", "Browse the fonds")])
def test_search_says_so_and_all_else_stays_up(
    archive: Archive,
    client: FlaskClient,
    settings: Settings,
    spoil: Callable[[Settings], None],
    state: str,
    prefix: str,
    way_on: str,
) -> None:
    indexed()
    address = f"{prefix}/tim-kiem?q=trang"
    before = client.get(address)
    assert before.status_code == 200
    spoil(settings)
    # What a process knows of its own files it finds out by itself, without being told.
    answer = client.get(address)
    assert answer.status_code == 503
    assert way_on in answer.text
    for path in (f"/r/{archive.documents['open']}", f"/p/{archive.pages['open']}", "/"):
        assert client.get(prefix + path).status_code == 200
    health = client.get("/healthz")
    assert (health.status_code, health.json["status"], health.json["index"]) == (200, "degraded", state)
    indexed()
    assert client.get(address).status_code == 200
    assert client.get("/healthz").json["index"] == "sound"


def test_what_was_found_before_is_found_after(
    archive: Archive, client: FlaskClient, settings: Settings
) -> None:
    """The same documents in the same order, for every word of the archive, in any spelling."""
    indexed()
    words = sorted({word for one in archive.documents for word in one.split("_")} | {"trang", "phong"})
    asked = [f"/api/v1/search?q={word}&per_page=100" for word in words]

    def answers() -> list[object]:
        engine._engines.clear()
        return [client.get(address).json for address in asked]

    before = answers()
    flip(settings)
    indexed()
    assert answers() == before
    assert any(one["total"] for one in before if isinstance(one, dict))


def test_the_desk_says_what_is_wrong_and_what_to_do(
    archive: Archive, browse: Browsers, settings: Settings
) -> None:
    indexed()
    cut(settings)
    page = browse("administrator").get("/ban-lam-viec").text
    assert "Một chỉ mục bị hỏng" in page
