"""Describing one document after the other with few keys; nothing is opened by habit."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from portal.accounts.actors import Actor
from portal.catalogue import documents, tree, worklists
from portal.catalogue.documents import Description
from portal.core.db import end_reading, transaction
from portal.core.errors import NotAllowedError
from portal.rights import policy
from portal.rights.levels import Level
from tests.web.archive import Archive
from tests.web.conftest import Browsers

FORM = {"subject": "Về việc đất", "level": "conditional", "reason": "theo luật"}


def forget(archive: Archive, state: str) -> str:
    """Let a document wait for its description again."""
    with transaction():
        row = tree.by_id(archive.documents[state])
        row.described_at = row.described_by = None
        row.issuer, row.type_code = "", None
    return archive.documents[state]


def send(browse: Browsers, document_id: str, act: str, **values: str) -> TestResponse:
    version = str(tree.by_id(document_id).version)
    fields = {**FORM, "version": version, "act": act, **values}
    return browse("archivist").send(f"/mo-ta/{document_id}", **fields)


def test_save_and_next_leads_to_the_next_that_waits(archive: Archive, browse: Browsers) -> None:
    first, last = forget(archive, "open"), archive.documents["unpublished"]
    answer = send(browse, first, "save-next")
    assert answer.headers["Location"] == f"/mo-ta/{last}"
    answer = send(browse, last, "save-next")
    assert answer.headers["Location"] == "/ban-lam-viec", "none waits any more"


def test_publish_and_next_publishes(archive: Archive, people: dict[str, Actor], browse: Browsers) -> None:
    document_id = archive.documents["unpublished"]
    assert not policy.sight(people["citizen"], document_id).sees_description
    send(browse, document_id, "publish-next")
    end_reading()
    assert policy.sight(people["citizen"], document_id).sees_description


def test_save_and_next_publishes_nothing(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    document_id = archive.documents["unpublished"]
    send(browse, document_id, "save-next")
    end_reading()
    assert not policy.sight(people["citizen"], document_id).sees_description


def test_the_form_offers_what_the_document_before_had(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    before = archive.documents["conditional"]
    with transaction():
        documents.describe(
            people["archivist"],
            before,
            Description("Về việc", issuer="Sở Tư pháp", type_code="to-trinh", reason="có tên người dân"),
            tree.by_id(before).version,
        )
    address = f"/en/mo-ta/{archive.documents['unpublished']}"
    shown = browse("archivist").get(address).text
    assert 'value="Sở Tư pháp"' in shown
    assert "có tên người dân" in shown
    assert "Check them." in shown
    assert 'value="Sở Tư pháp"' not in browse("archivist").get(f"{address}?trong=1").text
    # Another person's last document is nothing to go by.
    assert 'value="Sở Tư pháp"' not in browse("administrator").get(address).text


def test_what_is_carried_over_never_opens_what_somebody_withheld(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    """The level stood first before: a person who only presses Save must not publish its existence."""
    before, withheld = archive.documents["conditional"], archive.documents["unpublished"]
    with transaction():
        documents.set_level(people["archivist"], withheld, Level.WITHHELD, "nêu tên người tố giác")
        documents.describe(
            people["archivist"],
            before,
            Description("Về việc", reason="có tên người dân"),
            tree.by_id(before).version,
        )
    shown = browse("archivist").get(f"/mo-ta/{withheld}").text
    assert re.search(r'value="withheld"[^>]*checked|checked[^>]*value="withheld"', shown)
    assert not re.search(r'value="conditional"[^>]*checked|checked[^>]*value="conditional"', shown)
    assert "nêu tên người tố giác" in shown
    assert "có tên người dân" not in shown


def test_an_open_level_is_never_carried_on(archive: Archive, people: dict[str, Actor]) -> None:
    before = archive.documents["conditional"]
    with transaction():
        documents.describe(
            people["archivist"],
            before,
            Description("Về việc", level=Level.OPEN),
            tree.by_id(before).version,
        )
    found = worklists.previous(people["archivist"])
    assert found is not None
    assert (found.level, found.reason) == ("", "")
    with pytest.raises(NotAllowedError):
        worklists.previous(people["operator"])


def test_the_first_field_has_the_focus_and_the_buttons_have_keys(archive: Archive, browse: Browsers) -> None:
    shown = browse("archivist").get(f"/en/mo-ta/{archive.documents['unpublished']}").text
    assert shown.count("autofocus") == 1
    assert 'accesskey="p"' in shown
    assert 'accesskey="s"' in shown
    assert "Alt+P" in shown
