"""The pages of closure periods: the day is shown before it is saved, and readers see why and until when."""

from __future__ import annotations

import re
from datetime import date, timedelta

from portal.access import period_making
from portal.access.period_making import Years
from portal.accounts.actors import Actor
from portal.catalogue import tree
from portal.core import clock
from portal.core.db import end_reading, transaction
from portal.rights import opening
from portal.rights.period_rows import CountedFrom
from tests.web.archive import Archive
from tests.web.conftest import Browsers

BASIS = "Quy định của đơn vị, mục 4"
DATED = {"subject": "Về việc đất", "level": "conditional", "reason": "theo luật", "act": "save"}


def made(administrator: Actor, years: int = 120) -> str:
    with transaction():
        typed = Years(
            "staff_files",
            "Hồ sơ cán bộ",
            "Staff files",
            years,
            CountedFrom.DOCUMENT,
            False,
            clock.today(),
            BASIS,
        )
        return period_making.add(administrator, typed).id


def describe(browse: Browsers, document_id: str, **values: str) -> str:
    """Send the description; return where it leads."""
    version = str(tree.by_id(document_id).version)
    end_reading()
    answer = browse("archivist").send(f"/mo-ta/{document_id}", **(DATED | {"version": version} | values))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_the_day_is_shown_with_how_it_was_counted_before_it_is_saved(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    document_id, period_id = archive.documents["conditional"], made(people["administrator"])
    archivist, place = browse("archivist"), f"/en/mo-ta/{archive.documents['conditional']}/ngay-mo"
    refused = archivist.send(place, period=period_id)
    assert refused.status_code == 400
    assert "Write the date into its description first" in refused.text
    describe(browse, document_id, issued_on="1978")
    shown = archivist.send(place, period=period_id)
    assert shown.status_code == 200
    assert "31/12/1978" in shown.text
    assert "01/01/2099" in shown.text
    end_reading()
    assert opening.of(document_id) == (None, ""), "it was shown, not saved"
    seen = re.search(r'name="seen" value="([^"]+)"', shown.text)
    assert seen is not None
    assert archivist.send(place, period=period_id, seen=seen[1]).status_code == 302
    end_reading()
    assert opening.of(document_id) == (date(2099, 1, 1), BASIS)


def test_saving_again_what_stands_takes_no_day_away(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    document_id, period_id = archive.documents["conditional"], made(people["administrator"])
    describe(browse, document_id, issued_on="1978")
    archivist, place = browse("archivist"), f"/mo-ta/{document_id}/ngay-mo"
    archivist.send(place, period=period_id, seen=f"{period_id}:2099-01-01")
    page = archivist.get(place).text
    assert re.search(rf'value="{period_id}"[^>]*selected', page)
    assert 'name="seen"' not in page
    with transaction():
        period_making.end(people["administrator"], period_id, clock.today())
    with clock.held_at(clock.now() + timedelta(days=1)):
        page = archivist.get(place).text
    assert 'value="01/01/2099"' in page
    assert f'value="{BASIS}"' in page


def test_choosing_a_period_in_the_description_leads_to_the_day(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    document_id, period_id = archive.documents["conditional"], made(people["administrator"])
    place = describe(browse, document_id, issued_on="1978", period=period_id)
    assert place == f"/mo-ta/{document_id}/ngay-mo?ky={period_id}"
    page = browse("archivist").get(place).text
    assert "01/01/2099" in page
    end_reading()
    assert opening.of(document_id) == (None, "")
    browse("archivist").send(place, period=period_id, seen=f"{period_id}:2099-01-01")
    assert describe(browse, document_id, issued_on="1978", period=period_id) == f"/r/{document_id}"


def test_readers_see_why_and_until_when_before_they_ask(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    document_id, period_id = archive.documents["conditional"], made(people["administrator"])
    describe(browse, document_id, issued_on="1978")
    place = f"/mo-ta/{document_id}/ngay-mo"
    browse("archivist").send(place, period=period_id, seen=f"{period_id}:2099-01-01")
    for address in (f"/r/{document_id}", f"/yeu-cau/moi?document={document_id}"):
        page = browse("citizen").get(address, follow_redirects=True).text
        assert "01/01/2099" in page, address
        assert "Hồ sơ cán bộ" in page, address
        assert BASIS in page, address
    assert "Staff files" in browse("anonymous").get(f"/en/r/{document_id}").text


def test_staff_are_told_when_the_day_no_longer_follows(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    document_id, period_id = archive.documents["conditional"], made(people["administrator"])
    describe(browse, document_id, issued_on="1978")
    place, told = f"/mo-ta/{document_id}/ngay-mo", "The day on which it opens no longer follows"
    browse("archivist").send(place, period=period_id, seen=f"{period_id}:2099-01-01")
    assert told not in browse("archivist").get(f"/en/r/{document_id}").text
    describe(browse, document_id, issued_on="1979")
    page = browse("archivist").get(f"/en/r/{document_id}").text
    assert told in page
    assert "01/01/2100" in page
    assert told not in browse("citizen").get(f"/en/r/{document_id}").text
    end_reading()
    assert opening.of(document_id)[0] == date(2099, 1, 1)


def test_periods_are_added_and_ended_among_the_rules(archive: Archive, browse: Browsers) -> None:
    administrator = browse("administrator")
    fields = {
        "code": "staff_files",
        "name_vi": "Hồ sơ cán bộ",
        "name_en": "Staff files",
        "years": "50",
        "counted_from": "taken_in",
        "by_year": "y",
        "valid_from": f"{clock.today():%d/%m/%Y}",
        "legal_basis": BASIS,
    }
    place = "/quy-dinh/thoi-han-dong/moi"
    for wrong in ("", "x", "0", "151"):
        answer = administrator.send(place, **(fields | {"years": wrong}))
        assert answer.status_code == 400
        assert 'id="years-error"' in answer.text
        assert "Hồ sơ cán bộ" in answer.text
    assert administrator.send(place, **fields).status_code == 302
    page = administrator.get("/en/quy-dinh").text
    assert "Staff files" in page
    assert "50 years from the day on which it was taken in" in page
    found = re.search(r"/quy-dinh/thoi-han-dong/([0-9a-z]{10})\">Staff files", page)
    assert found is not None
    shown = f"/quy-dinh/thoi-han-dong/{found[1]}"
    assert 'value="staff_files"' in administrator.get(f"{place}?tu={found[1]}").text
    assert administrator.send(shown, last_day="01/01/2020").status_code == 400
    assert administrator.send(shown, last_day=f"{clock.today():%d/%m/%Y}").status_code == 302


def test_a_year_that_was_mistyped_leaves_the_page_of_the_record_there(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    document_id, period_id = archive.documents["conditional"], made(people["administrator"])
    describe(browse, document_id, issued_on="1978")
    place = f"/mo-ta/{document_id}/ngay-mo"
    browse("archivist").send(place, period=period_id, seen=f"{period_id}:2099-01-01")
    with transaction():
        tree.by_id(document_id).issued_on = date(9990, 12, 31)
    end_reading()
    page = browse("archivist").get(f"/en/r/{document_id}")
    assert page.status_code == 200
    assert "counted from 31/12/9990 no day follows" in page.text
