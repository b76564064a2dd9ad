"""The demo of a fresh home: accounts once, papers by the worker, a bar meanwhile, and its end."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import people
from portal.catalogue import documents as documents_of_catalogue
from portal.catalogue import pages, tree
from portal.core import house
from portal.core.db import transaction
from portal.demo import documents, papers, seed, typeface
from portal.ingest import reading
from portal.jobs import handlers, leases, loop
from portal.jobs.handlers import Work
from portal.jobs.models import Lane
from portal.storage import originals


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"DEMO": "1"}


def test_the_bar_stands_while_the_demo_is_read(app: Flask, client: FlaskClient) -> None:
    assert "<progress" not in client.get("/").text
    accounts = seed.open_home()
    assert set(accounts) == {"citizen", "operator", "archivist", "approver", "administrator"}
    assert "<progress" in client.get("/").text
    handlers.install({seed.JOB: Work(seed.plant), "ingest.split": Work(reading.split)})
    for lane in (Lane.DESK, Lane.READ, Lane.READ, Lane.READ):
        claim = leases.claim("test/1", lane)
        assert claim is not None
        loop.perform(claim)
    page = client.get("/").text
    assert "0 trên 3 trang" in page
    assert "<progress" in page
    assert "<progress" not in client.get("/khong-co").text


def test_the_bar_counts_no_page_of_other_records(app: Flask, client: FlaskClient) -> None:
    seed.open_home()
    handlers.install({seed.JOB: Work(seed.plant), "ingest.split": Work(reading.split)})
    for lane in (Lane.DESK, Lane.READ):
        claim = leases.claim("test/1", lane)
        assert claim is not None
        loop.perform(claim)
    operator, archivist = (people.actor_of(f"{role}@demo.local") for role in ("operator", "archivist"))
    with transaction():
        fonds = tree.create_fonds(archivist, code="RIENG", name="Phông riêng")
        holding = tree.open_holding(operator, fonds.id, "Lô riêng")
        document = documents_of_catalogue.add_scanned(operator, holding.id, "rieng.pdf")
        staged = originals.stage(io.BytesIO(b"rieng"))
        originals.record(staged)
        pages.add(document.id, staged.sha256, 40)
    assert "0 trên 1 trang" in client.get("/").text


def test_a_second_start_gives_the_same_accounts_and_no_second_demo(app: Flask) -> None:
    first = seed.open_home()
    kept = house.settings().demo_accounts_file
    assert kept.stat().st_mode & 0o777 == 0o600
    assert seed.open_home() == first


def test_a_home_in_use_gets_no_demo(app: Flask, people: dict[str, object]) -> None:
    assert seed.open_home() == {}
    assert not house.settings().demo_accounts_file.exists()


def test_removing_the_demo_closes_its_accounts_and_papers(app: Flask, client: FlaskClient) -> None:
    seed.open_home()
    handlers.install({seed.JOB: Work(seed.plant)})
    claim = leases.claim("test/1", Lane.DESK)
    assert claim is not None
    loop.perform(claim)
    assert "Sơn Hà" in client.get("/cay").text
    assert seed.remove() == 5
    assert seed.open_home() == {}
    assert "Sơn Hà" not in client.get("/cay").text


def test_the_papers_are_the_same_on_every_run(app: Flask) -> None:
    for document in documents.ALL:
        first, second = (papers.as_pdf(papers.draw(document.paper), "x") for _ in range(2))
        assert first == second


def test_no_vietnamese_letter_is_drawn_as_a_box() -> None:
    for style in ("Regular", "Bold", "Italic", "BoldItalic"):
        font = typeface.drawn(40, style)
        box = bytes(font.getmask("\uffff"))
        for letter in typeface.VIETNAMESE:
            drawn = font.getmask(letter)
            assert drawn.getbbox() is not None, letter
            assert bytes(drawn) != box, letter
