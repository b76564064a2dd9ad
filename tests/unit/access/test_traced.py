"""From a code on a page to whose it was, written down; and pages given in part."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from portal.access import copies, decisions, traced
from portal.access.models import Copy
from portal.accounts import notices
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import pages, places, records
from portal.catalogue.readings import Reading
from portal.cli import traces
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import InvalidError, NotAllowedError, NotFoundError
from portal.core.ids import is_id
from portal.core.paging import Paging
from portal.jobs.models import Job
from portal.rights import grants, tracing
from portal.rights.grants import Scope, Terms
from portal.rights.reads import Use
from tests.unit.access.conftest import REASON, Desk, Shelf

People = dict[str, Actor]


def granted(people: People, desk: Desk, document: str, **terms: Any) -> str:
    """Ask for a document and grant it on terms; return the id of the grant."""
    item = desk.ask(document)
    with transaction():
        given = decisions.grant(people["approver"], item.id, REASON, terms=Terms(**terms)).grant
    assert given is not None
    return given.id


def test_a_code_leads_to_request_person_record_and_time_and_asking_is_written_down(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document = shelf.document()
    grant = grants.by_id(granted(people, desk, document, pages=(2, 2)))
    code = tracing.shown(grant.trace)
    assert code in grant.mark
    with transaction():
        found = traced.find(people["approver"], code.lower())
    assert (found.person_id, found.person_name) == (people["citizen"].id, "Người citizen")
    assert found.number in grant.mark
    assert (found.document_id, found.pages, found.given_at) == (document, (2, 2), grant.given_at)
    (line,) = [one for one in trail.of("item", found.item_id) if one.action == "grant.trace"]
    assert line.actor_id == people["approver"].id
    assert code not in json.dumps(line.details)


@pytest.mark.parametrize("role", ["citizen", "operator", "archivist"])
def test_only_those_who_read_the_trail_may_ask(people: People, shelf: Shelf, desk: Desk, role: str) -> None:
    code = grants.by_id(desk.grant(shelf.document())).trace
    with pytest.raises(NotAllowedError):
        traced.find(people[role], code)


def test_a_code_that_was_misread_and_one_that_is_unknown_say_so(people: People) -> None:
    with pytest.raises(InvalidError, match="no_trace_code"):
        traced.find(people["approver"], "7K3-F92-QXA")
    with pytest.raises(NotFoundError, match="unknown_trace_code"):
        traced.find(people["approver"], "7K3-F92-QXY")


def test_the_command_answers_in_json(people: People, shelf: Shelf, desk: Desk, app: Any) -> None:
    grant = grants.by_id(desk.grant(shelf.document()))
    code, email = tracing.shown(grant.trace), "approver@example.vn"
    done = app.test_cli_runner().invoke(traces.trace, [code, "--as", email, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["grant"] == grant.id
    assert told["state"] == "active"
    assert is_id(told["request"])
    assert told["pages"] is None
    done = app.test_cli_runner().invoke(traces.trace, ["7K3-F92-QXY", "--as", email])
    assert done.exit_code == 1
    assert "unknown_trace_code" in done.stderr


def test_of_a_range_every_verb_shows_these_pages_and_no_other(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document, citizen = shelf.document(page_count=5), people["citizen"]
    granted(people, desk, document, pages=(2, 4))
    ids = [page.id for page in pages.of_document(document)]
    assert [page.number for page in records.show(citizen, document).pages] == [2, 3, 4]
    for number, page_id in enumerate(ids, start=1):
        if 2 <= number <= 4:
            assert pages.opened(citizen, page_id, Use.IMAGE).mark
        else:
            with pytest.raises(NotFoundError):
                pages.opened(citizen, page_id, Use.IMAGE)
            with pytest.raises(NotFoundError):
                pages.seen(citizen, page_id, Use.PAGE)
    first, last = pages.seen(citizen, ids[1], Use.PAGE), pages.seen(citizen, ids[3], Use.PAGE)
    assert (first.previous_id, first.next_id, first.page_count) == (None, ids[2], 3)
    assert (last.previous_id, last.next_id) == (ids[2], None)


def test_the_search_inside_never_looks_at_pages_that_are_closed(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document, citizen = shelf.document(page_count=4), people["citizen"]
    ids = [page.id for page in pages.of_document(document)]
    with transaction():
        for page_id in ids:
            pages.keep(page_id, Reading("ocr", "test", "giao đất", [], 620, 877, 75, 1))
    granted(people, desk, document, pages=(2, 3))
    shown = pages.seen(citizen, ids[1], Use.PAGE)
    assert places.nearest(shown.page, "giao đất", shown.sight).previous_id is None
    last = pages.seen(citizen, ids[2], Use.PAGE)
    found = places.nearest(last.page, "giao đất", last.sight)
    assert (found.previous_id, found.next_id) == (ids[1], None)


def test_the_copy_of_a_range_holds_these_pages_and_does_not_say_how_many_there_are(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    grant_id = granted(people, desk, shelf.document(page_count=5), pages=(2, 3))
    desk.build(grant_id)
    with pypdfium2.PdfDocument(copies.open(people["citizen"], grant_id)[0]) as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    assert len(texts) == 3
    code = tracing.shown(grants.by_id(grant_id).trace)
    assert "2–3" in texts[0]
    assert all(code in text for text in texts)
    assert "2 ·" in texts[1]
    assert "/5" not in "".join(texts[1:])


def test_leave_to_read_only_brings_no_copy(people: People, shelf: Shelf, desk: Desk) -> None:
    grant_id = granted(people, desk, shelf.document(), scope=Scope.VIEW)
    assert db.session.scalar(select(Job.id).where(Job.kind == copies.JOB)) is None
    told = [notice.template for notice in notices.of(people["citizen"], Paging(1, 50)).rows]
    assert "request_granted_to_read" in told
    assert "request_granted" not in told
    desk.build(grant_id)
    assert db.session.get(Copy, grant_id) is None
    with pytest.raises(NotFoundError):
        copies.open(people["citizen"], grant_id)


def test_leave_to_come_is_closed_until_it_begins_and_can_be_taken_back(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document, begin = shelf.document(), clock.now() + timedelta(days=2)
    grant_id = granted(people, desk, document, valid_from=begin)
    page_id, citizen = pages.of_document(document)[0].id, people["citizen"]
    with pytest.raises(NotFoundError):
        pages.opened(citizen, page_id, Use.IMAGE)
    with clock.held_at(begin):
        assert pages.opened(citizen, page_id, Use.IMAGE)
    desk.revoke(grant_id)
    with clock.held_at(begin), pytest.raises(NotFoundError):
        pages.opened(citizen, page_id, Use.IMAGE)


def test_who_may_see_some_pages_can_ask_for_the_others(people: People, shelf: Shelf, desk: Desk) -> None:
    document = shelf.document(page_count=4)
    granted(people, desk, document, pages=(1, 2))
    granted(people, desk, document, pages=(4, 4))
    assert [page.number for page in records.show(people["citizen"], document).pages] == [1, 2, 4]
