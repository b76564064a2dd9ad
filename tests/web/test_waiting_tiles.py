"""A tile whose image is still being made: the viewer is told when to come again, and asking costs little."""

from __future__ import annotations

from unittest import mock

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.blueprints.tiles import views
from portal.catalogue import images
from portal.catalogue.images import RENDER, Pixels
from portal.core.db import db, transaction
from portal.jobs.models import Job, JobState
from tests.web.archive import Archive


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "SECONDS_FOR_AN_IMAGE", 0.0)


@pytest.fixture
def tile(archive: Archive) -> str:
    """The address of a tile of an open page whose images went."""
    page = archive.pages["open"]
    images.forget(Pixels(page))
    return f"/p/{page}/iiif/full/max/0/default.jpg"


@pytest.mark.parametrize(("language", "words"), [("", "đang được tạo lại"), ("/en", "is being made again")])
def test_the_viewer_is_told_in_words_and_without_a_page(
    client: FlaskClient, tile: str, language: str, words: str
) -> None:
    answer = client.get(language + tile)
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert words in answer.text
    assert "<" not in answer.text
    assert int(answer.headers["Retry-After"]) > 0


def test_who_asks_again_writes_nothing(client: FlaskClient, archive: Archive, tile: str) -> None:
    assert client.get(tile).status_code == 503
    with mock.patch.object(images, "transaction", side_effect=AssertionError("took the lock to write")):
        assert client.get(tile).status_code == 503
    jobs = db.session.execute(select(Job.subject, Job.state).where(Job.kind == RENDER)).all()
    assert jobs == [(archive.pages["open"], JobState.WAITING)]


@pytest.mark.parametrize("state", [JobState.DONE, JobState.DEAD])
def test_one_that_is_over_is_begun_anew(
    client: FlaskClient, archive: Archive, tile: str, state: JobState
) -> None:
    client.get(tile)
    with transaction():
        db.session.execute(update(Job).where(Job.kind == RENDER).values(state=state))
    client.get(tile)
    assert db.session.scalar(select(Job.state).where(Job.kind == RENDER)) == JobState.WAITING
