"""The steps of a request in the audit trail, and who may read them."""

from __future__ import annotations

import pytest

from portal.access import history, requests
from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.core.db import transaction
from portal.core.errors import NotAllowedError, NotFoundError
from tests.unit.access.conftest import PURPOSE, Desk, Shelf


def test_only_those_who_may_read_the_trail_see_the_steps(shelf: Shelf, people: dict[str, Actor]) -> None:
    document = shelf.document()
    with transaction():
        request_id = requests.submit(people["citizen"], [document], PURPOSE).id
    (step,) = history.of_request(people["approver"], request_id)
    assert (step.action, step.who, step.object_id) == ("request.submit", "Người citizen", request_id)
    for reader in (people["citizen"], people["operator"], people["archivist"], ANONYMOUS):
        with pytest.raises(NotAllowedError):
            history.of_request(reader, request_id)
    with pytest.raises(NotFoundError):
        history.of_request(people["approver"], "0000000000")


def test_lines_about_other_things_stay_out(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    with transaction():
        mine = requests.submit(people["citizen"], [shelf.document()], PURPOSE)
    desk.grant(shelf.document(), by="other")
    lines = trail.of_all([("request", mine.id), ("item", mine.items[0].id)])
    assert [line.action for line in lines] == ["request.submit"]
    assert trail.of_all([]) == []
    # The kind belongs to the key: an id alone is not enough.
    assert trail.of_all([("document", mine.id)]) == []
