"""Jobs that were given up: the page offers what is refused to nobody."""

from __future__ import annotations

from portal.core.db import transaction
from portal.ingest import scans
from portal.jobs import leases, ledger
from portal.jobs.models import Lane
from tests.web.archive import Archive
from tests.web.conftest import Browsers


def given_up(kind: str, subject: str, lane: Lane) -> str:
    with transaction():
        ledger.enqueue(kind, subject, lane, priority=1)
    claim = leases.claim("test/1", lane)
    assert claim is not None
    assert claim.subject == subject
    ledger.fail(claim, "reader_died", retry=False)
    return claim.job_id


def test_what_was_given_up_offers_only_what_can_be_done(archive: Archive, browse: Browsers) -> None:
    mail = given_up("mail.send", "m1", Lane.DESK)
    shown = given_up(scans.READ, archive.pages["open"], Lane.READ)
    page = browse("administrator").get("/hang-doi/bo-do").text
    assert [f"/bo-do/{one}/thu-lai" in page for one in (mail, shown)] == [True, True]
    # A page is passed over with a reason.
    assert [f"/bo-do/{one}/cat-di" in page for one in (mail, shown)] == [True, False]
    assert f"/trang/{archive.pages['open']}/bo-qua" in page
