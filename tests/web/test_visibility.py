"""Level × object × surface: what each person gets of each page of a paper in each state, everywhere.

Each page has a word that stands nowhere else, so what an answer holds is known by looking for it.
Leave is given to the citizen, whole, in part, twice, to come, used up, ended and taken back.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config import Settings
from portal.access import copies, decisions, requests
from portal.access.copies import JOB as COPY_JOB
from portal.accounts.actors import Actor
from portal.app import create_app
from portal.catalogue import pages
from portal.core import clock
from portal.core.db import db, transaction
from portal.jobs import handlers, leases, loop
from portal.jobs.handlers import Work
from portal.jobs.models import Lane
from portal.mail.models import Message
from portal.rights import grants
from portal.rights.grants import Scope, Terms
from portal.rights.reads import Use
from tests.web import closed
from tests.web.browser import Browser
from tests.web.closed import Closed, Paper
from tests.web.conftest import Browsers, Built

ALL, NONE = frozenset({1, 2, 3}), frozenset[int]()

TERMS: dict[str, tuple[Terms, ...]] = {
    "whole": (grants.ALL_PAGES,),
    "ranged": (Terms(pages=(2, 2)),),
    "twice": (Terms(pages=(1, 1)), Terms(pages=(3, 3), scope=Scope.VIEW)),
    "to_read": (Terms(scope=Scope.VIEW),),
    "pending": (Terms(valid_from=clock.now() + timedelta(days=5)),),
    "used_up": (Terms(scope=Scope.VIEW, page_budget=1),),
    "ended": (grants.ALL_PAGES,),
    "taken": (grants.ALL_PAGES,),
}
"""State of a paper that the citizen has, or had, leave for, and the leave."""

STATES = ("open", "conditional", "withheld", "unpublished", *TERMS)

HELD = {
    "whole": ALL,
    "ranged": frozenset({2}),
    "twice": frozenset({1, 3}),
    "to_read": ALL,
    "used_up": frozenset({2}),
}
"""Which pages the citizen sees by leave; of every other state none."""

COPIED = {"whole": ALL, "ranged": frozenset({2}), "twice": frozenset({1})}

PARTS = {
    "page": "",
    "text": "/text",
    "words": "/words.json",
    "thumbnail": "/thumbnail.jpg",
    "image": "/image/960.jpg",
    "tile": "/iiif/0,0,240,320/240,320/0/default.jpg",
    "whole tile": "/iiif/full/max/0/default.jpg",
    "png": "/iiif/full/max/0/default.png",
    "info": "/iiif/info.json",
    "citation": "/trich-dan.bib",
    "English": "@en",
}


def sees(role: str, state: str) -> frozenset[int]:
    """Return the numbers of the pages that the role sees of the paper."""
    if state == "open" or role == "archivist":
        return ALL
    if role == "operator":
        return NONE if state == "withheld" else ALL
    return HELD.get(state, NONE) if role == "citizen" else NONE


def knows(role: str, state: str) -> bool:
    if role == "archivist" or state not in ("withheld", "unpublished"):
        return True
    return role == "operator" and state == "unpublished"


def word(state: str, number: int) -> str:
    """Return the word that stands on that page only."""
    return f"zu{STATES.index(state):02d}q{number}x".translate(str.maketrans("0123456789", "abcdeghikl"))


@dataclass
class Shown:
    """What was put in."""

    made: Closed
    grants: dict[str, list[str]]

    def page(self, state: str, number: int) -> str:
        return self.made.pages[state][number - 1]


@pytest.fixture(scope="module")
def filled(built: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shown]:
    """A home with a paper of three pages in each state, to be copied."""
    home = tmp_path_factory.mktemp("shown") / "home"
    shutil.copytree(built.home, home)
    environment = {"PORTAL_HOME": str(home), "DEMO": "0", "SECRET_KEY": "t" * 40}
    with create_app(Settings.from_environment(environment)).app_context():
        papers = [
            Paper(
                name=state,
                state=state,
                texts=tuple(f"Trang có chữ {word(state, number)} đồng lúa" for number in (1, 2, 3)),
                file_name=f"tep-{state}-kinla.jpg",
                note="",
                subject=f"Về ruộng {state.replace('_', '')}",
                minute=minute,
            )
            for minute, state in enumerate(STATES)
        ]
        shown = Shown(closed.put_in(dict(built.people), built.archive.fonds, papers), {})
        for state, several in TERMS.items():
            shown.grants[state] = [_give(shown, dict(built.people), state, terms) for terms in several]
        _bring_about(shown, dict(built.people))
        db.session.remove()
        db.engine.dispose()
    return home, shown


def _give(shown: Shown, people: dict[str, Actor], state: str, terms: Terms) -> str:
    with transaction():
        asked = requests.submit(people["citizen"], [shown.made.documents[state]], "để nghiên cứu đồng lúa")
    with transaction():
        item = decisions.grant(people["approver"], asked.items[0].id, "đủ điều kiện", terms=terms)
    assert item.grant is not None
    return item.grant.id


def _bring_about(shown: Shown, people: dict[str, Actor]) -> None:
    """Build the copies, then use up, end and take back."""
    handlers.install({COPY_JOB: Work(copies.build), "mail.send": Work(lambda claim: lambda: None)})
    while claim := leases.claim("test/1", Lane.DESK):
        loop.perform(claim)
    pages.opened(people["citizen"], shown.page("used_up", 2), Use.PAGE)
    with transaction():
        ended = grants.by_id(shown.grants["ended"][0])
        ended.until = clock.now() - timedelta(seconds=1)
        ended.valid_from = ended.until - timedelta(days=1)
        decisions.revoke(people["approver"], shown.grants["taken"][0], "không còn đúng")


@pytest.fixture
def home(tmp_path: Path, filled: tuple[Path, Shown]) -> Path:
    folder = tmp_path / "home"
    shutil.copytree(filled[0], folder)
    return folder


@pytest.fixture
def shown(filled: tuple[Path, Shown]) -> Shown:
    return filled[1]


def _of_pages(shown: Shown) -> Iterator[tuple[str, int, str, str]]:
    for state in STATES:
        for number in (1, 2, 3):
            for surface, part in PARTS.items():
                address = f"/p/{shown.page(state, number)}{part}"
                if part == "@en":
                    address = f"/en/p/{shown.page(state, number)}"
                yield state, number, surface, address


ROLES = ("anonymous", "citizen", "other", "operator", "archivist")


@pytest.mark.parametrize("role", ROLES)
def test_every_surface_of_every_page_answers_as_rights_say(browse: Browsers, shown: Shown, role: str) -> None:
    browser = browse(role)
    wrong = []
    for state, number, surface, address in _of_pages(shown):
        answer = browser.get(address)
        expected = 200 if number in sees(role, state) else 404
        if answer.status_code != expected:
            wrong.append((state, number, surface, answer.status_code))
        if answer.headers["Cache-Control"] != "private, no-store" or "ETag" in answer.headers:
            wrong.append((state, number, surface, "may be kept"))
        others = [word(state, one) for one in ALL - sees(role, state)]
        if any(one in answer.text for one in others) if answer.mimetype.startswith("text") else False:
            wrong.append((state, number, surface, "a word of another page"))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_records_lists_searches_and_exports_hold_no_word_of_a_page_that_is_closed(
    browse: Browsers, shown: Shown, role: str
) -> None:
    browser = browse(role)
    for state in STATES:
        record = f"/r/{shown.made.documents[state]}"
        answer = browser.get(f"{record}?q=đồng+lúa")
        assert answer.status_code == (200 if knows(role, state) else 404), state
        strip = set(re.findall(r'href="/p/(\w{10})', answer.text))
        assert strip == {shown.page(state, number) for number in sees(role, state)}, state
        if role in ("anonymous", "citizen", "other"):
            assert "kinla" not in answer.text
        told = " ".join(
            browser.get(f"{address}{word(state, number)}").text.replace(f"q={word(state, number)}", "")
            for number in (1, 2, 3)
            for address in ("/tim-kiem.csv?q=", "/tim-kiem.rss?q=", "/api/v1/search?q=")
        )
        for number in ALL - sees(role, state):
            assert shown.page(state, number) not in told, (state, number)


@pytest.mark.parametrize("role", ["citizen", "other", "anonymous"])
def test_the_search_inside_steps_over_pages_that_are_closed(
    browse: Browsers, shown: Shown, role: str
) -> None:
    browser = browse(role)
    for state in STATES:
        open_pages = sees(role, state)
        for number in open_pages:
            text = browser.get(f"/p/{shown.page(state, number)}?q=đồng+lúa").text
            linked = set(re.findall(r"/p/(\w{10})", text))
            assert linked <= {shown.page(state, one) for one in open_pages}, (state, number)


def test_a_copy_is_had_by_its_holder_while_it_holds_and_by_nobody_else(
    browse: Browsers, shown: Shown
) -> None:
    for role in ("citizen", "other", "archivist"):
        browser = browse(role)
        for state, ids in shown.grants.items():
            answers = [browser.get(f"/ban-sao/{grant_id}.pdf") for grant_id in ids]
            got = [answer.status_code == 200 for answer in answers]
            assert any(got) == (role == "citizen" and state in COPIED), (role, state)
            for answer in answers:
                assert answer.headers["Cache-Control"] == "private, no-store"
                if answer.status_code == 200:
                    name = answer.headers["Content-Disposition"]
                    assert re.search(r"filename=YC-\d{4}-\d{6}-1\.pdf", name)
                    assert len(re.findall(rb"/Type /Page\b", answer.data)) == 1 + len(COPIED[state])


def test_no_mail_holds_a_word_or_a_title(app: object, shown: Shown) -> None:
    rows = db.session.scalars(select(Message)).all()
    told = " ".join(f"{row.template} {row.values} {row.link}" for row in rows)
    assert len(rows) > len(TERMS)
    for state in STATES:
        assert f"ruộng {state.replace('_', '')}" not in told
        assert all(word(state, number) not in told for number in ALL)


def test_what_is_taken_back_stops_the_next_tile_text_step_and_copy(
    browse: Browsers, shown: Shown, people: dict[str, Actor]
) -> None:
    browser, page = browse("citizen"), shown.page("whole", 1)
    addresses = [
        *(f"/p/{page}{part}" for part in PARTS.values() if part != "@en"),
        f"/ban-sao/{shown.grants['whole'][0]}.pdf",
    ]
    assert {browser.get(address).status_code for address in addresses} == {200}
    with transaction():
        decisions.revoke(people["approver"], shown.grants["whole"][0], "không còn đúng")
    assert {browser.get(address).status_code for address in addresses} == {404}
    assert page not in browser.get(f"/r/{shown.made.documents['whole']}?q=đồng+lúa").text


def test_of_leave_that_ends_while_somebody_reads_the_next_tile_is_the_first_that_lacks(
    browse: Browsers, shown: Shown
) -> None:
    browser = browse("citizen")
    address = f"/p/{shown.page('to_read', 1)}{PARTS['tile']}"
    assert browser.get(address).status_code == 200
    with transaction():
        held = grants.by_id(shown.grants["to_read"][0])
        held.until = clock.now()
        held.valid_from = held.until - timedelta(days=1)
    assert browser.get(address).status_code == 404


def test_leave_that_counts_pages_closes_with_the_last_one(browse: Browsers, shown: Shown) -> None:
    with clock.held_at(clock.now() + timedelta(days=1)):
        browser: Browser = browse("citizen")
        for part in PARTS.values():
            if part != "@en":
                assert browser.get(f"/p/{shown.page('used_up', 2)}{part}").status_code == 404
        assert "/p/" not in browser.get(f"/r/{shown.made.documents['used_up']}?q=đồng+lúa").text
