"""The queue of refusals whose day of review has come, on the site."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access import decisions
from portal.access.proposals import Proposal
from portal.access.states import Act
from portal.accounts.actors import Actor
from portal.catalogue import tree
from portal.core import clock
from portal.core.db import end_reading, transaction
from portal.rights import policy
from tests.web.archive import Archive
from tests.web.conftest import Browsers

QUEUE = "/en/xu-ly/xem-lai"
WHY = "Người được nhắc đến vẫn còn sống"


@pytest.fixture
def refused(archive: Archive, people: dict[str, Actor]) -> str:
    """What was refused a month ago and is to be looked at today."""
    with clock.held_at(clock.now() - timedelta(days=30)), transaction():
        item = archive.items["conditional"]
        day = (clock.now() + timedelta(days=30)).astimezone(clock.LOCAL).date()
        decisions.decide(
            people["approver"], item, Proposal(Act.REFUSE, "Có đời tư của người khác", review_on=day)
        )
    return item


def test_the_queue_counts_and_lists_what_waits(refused: str, browse: Browsers) -> None:
    archivist = browse("archivist")
    page = archivist.get("/en/xu-ly").text
    assert 'Refusals to look at again <span class="mg-queues__count">1</span>' in page
    page = archivist.get(QUEUE).text
    assert f"/en/xu-ly/xem-lai/{refused}" in page
    assert "Có đời tư của người khác" in archivist.get(f"{QUEUE}/{refused}").text


def test_what_stays_closed_needs_a_day_and_a_reason_and_leaves_the_queue(
    refused: str, archive: Archive, browse: Browsers
) -> None:
    archivist, place = browse("archivist"), f"{QUEUE}/{refused}"
    wrong = archivist.send(place, review_on="01/01/2020", reason=WHY)
    assert wrong.status_code == 400
    assert 'id="review_on-error"' in wrong.text
    assert WHY in wrong.text
    day = f"{clock.today() + timedelta(days=365):%d/%m/%Y}"
    assert archivist.send(place, review_on=day, reason=WHY).location == QUEUE
    assert "No refusal waits to be looked at again." in archivist.get(QUEUE).text
    again = archivist.send(place, review_on=day, reason=WHY)
    assert again.location == QUEUE, "somebody was faster"
    assert "looked at meanwhile" in archivist.get(QUEUE).text
    citizen = browse("citizen")
    assert "stays closed" in citizen.get("/en/thong-bao").text
    course = citizen.get(f"/en/yeu-cau/{archive.requests['conditional']}").text
    assert "The archive looked at the refusal again" in course
    assert WHY in course


def test_who_was_refused_is_told_when_a_description_opens_the_record(
    refused: str, archive: Archive, browse: Browsers
) -> None:
    document_id = archive.documents["conditional"]
    version = str(tree.by_id(document_id).version)
    end_reading()
    fields = {"subject": "Về việc đất", "level": "open", "version": version, "act": "save"}
    assert browse("archivist").send(f"/mo-ta/{document_id}", **fields).status_code == 302
    assert "is open to everybody now" in browse("citizen").get("/en/thong-bao").text
    assert "No refusal waits" in browse("archivist").get(QUEUE).text


def test_the_record_is_opened_from_the_queue_by_who_sets_levels(
    refused: str, archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    place = f"{QUEUE}/{refused}"
    assert "Open the record" not in browse("approver").get(place).text
    assert browse("approver").send(f"{place}/mo", opening_reason="Hết lý do đóng").status_code == 403
    assert browse("archivist").send(f"{place}/mo", opening_reason="").status_code == 400
    answer = browse("archivist").send(f"{place}/mo", opening_reason="Hết lý do đóng")
    assert answer.location == QUEUE
    end_reading()
    assert policy.sight(people["other"], archive.documents["conditional"]).is_public
    assert "is open to everybody now" in browse("citizen").get("/en/thong-bao").text
