"""Who gets what at every address: the whole table, endpoint × object state × role.

Columns: anonymous, citizen (holds the grants of the archive), other (a second citizen), operator,
archivist, approver, administrator. What must not be known answers 404, not 403; 302 sends to
the sign-in page; 401 tells a form that nobody is signed in. Forms are sent empty where they
would otherwise change what the next row looks at: 400 means that the person was let in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.web.archive import Archive

ROLES = ("anonymous", "citizen", "other", "operator", "archivist", "approver", "administrator")

EVERYBODY = "200 200 200 200 200 200 200"
NOBODY = "404 404 404 404 404 404 404"
STAFF_READ = "404 404 404 200 200 200 200"
SEE_WITHHELD = "404 404 404 404 200 200 200"
HOLDER_AND_STAFF = "404 200 404 200 200 200 200"

DESCRIPTION = {
    "open": EVERYBODY,
    "conditional": EVERYBODY,
    "granted": EVERYBODY,
    "expired": EVERYBODY,
    "revoked": EVERYBODY,
    "withdrawn": SEE_WITHHELD,
    "withheld": SEE_WITHHELD,
    "unpublished": STAFF_READ,
    "unpublished_withheld": SEE_WITHHELD,
}
CONTENT = DESCRIPTION | {
    "conditional": STAFF_READ,
    "granted": HOLDER_AND_STAFF,
    "expired": STAFF_READ,
    "revoked": STAFF_READ,
}

SIGNED_IN = "302 200 200 200 200 200 200"
TAKE_IN = "302 403 403 200 200 403 200"
TAKE_IN_SEND = "401 403 403 400 400 403 400"
KON_TUM = "namesa0012"
"""A row of other names that every home begins with."""

DESCRIBE = "302 403 403 403 200 403 200"
DESCRIBE_SEND = "401 403 403 403 400 403 400"
HANDLE = "302 403 403 403 200 200 403"
HANDLE_SEND = "401 403 403 403 400 400 403"
STAFF = "302 403 403 200 200 200 200"
STAFF_SEND = "401 403 403 400 400 400 400"
PURGE = "302 403 403 403 200 200 200"
PURGE_SEND = "401 403 403 403 400 400 400"
DECIDE = "302 403 403 403 403 200 403"
DECIDE_SEND = "401 403 403 403 403 400 403"
CONFIRM = "302 403 403 403 200 200 403"
CONFIRM_SEND = "401 403 403 403 400 400 403"
AUDIT = "302 403 403 403 403 200 200"
AUDIT_SEND = "401 403 403 403 403 400 400"
MANAGE = "302 403 403 403 403 403 200"
MANAGE_SEND = "401 403 403 403 403 403 400"


@dataclass(frozen=True)
class Row:
    """One address and the status that each role gets there."""

    endpoint: str
    expected: str
    method: str = "GET"
    values: dict[str, object] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)

    def status_for(self, role: str) -> int:
        return int(self.expected.split()[ROLES.index(role)])


def rows(archive: Archive) -> Iterator[Row]:
    """Yield the whole matrix for an archive."""
    yield from _public()
    yield from _records(archive)
    # A citizen's desk is the list of their requests.
    yield Row("desk.mine", "302 302 302 200 200 200 200")
    yield from _browsing(archive)
    yield from _choosing(archive)
    yield from _asking(archive)
    yield from _asking_again(archive)
    yield from _handling(archive)
    yield from _lettering(archive)
    yield from _deciding(archive)
    yield from _appealing(archive)
    yield from _redacting(archive)
    yield from _exposing(archive)
    yield from _automatic(archive)
    yield from _visiting(archive)
    yield from _delegating()
    yield from _taking_in(archive)
    yield from _queueing(archive)
    yield from _checking(archive)
    yield from _taking_out(archive)
    yield from _purging(archive)
    yield from _describing(archive)
    yield from _arranging(archive)
    yield from _naming()
    for table in ("searches", "searches_table", "misses_table"):
        yield Row(f"statistics.{table}", DESCRIBE)
    for table in ("requests", "requests_table"):
        yield Row(f"statistics.{table}", HANDLE, values={"nam": 2026})
    yield from _reading_log(archive)
    yield from _people()
    yield from _accounts()
    yield from _confirming(archive)
    yield from _settings()
    # Signing out ends the session, so it stands last.
    yield Row("accounts.sign_out", "302 302 302 302 302 302 302", "POST")


def _public() -> Iterator[Row]:
    for endpoint in ("reading.home", "health.robots", "health.favicon", "accounts.sign_in"):
        yield Row(endpoint, EVERYBODY)
    for page in ("contact", "privacy", "accessibility", "conditional", "sitemap"):
        yield Row(f"about.{page}", EVERYBODY)
    yield Row("guide.contents", EVERYBODY)
    for slug in ("ban-doc", "nhap-lieu", "luu-tru-vien", "nguoi-duyet", "quan-tri"):
        yield Row("guide.chapter", EVERYBODY, values={"slug": slug})
    yield Row("guide.chapter", NOBODY, values={"slug": "khong-co"})
    # This installation has no emblem.
    yield Row("about.emblem", NOBODY)
    yield Row("static", EVERYBODY, values={"filename": "favicon.svg"})
    # No worker runs in this test; the portal says so in words, and readers are served.
    yield Row("health.healthz", EVERYBODY)
    yield Row("reading.search", EVERYBODY, values={"q": "trang"})
    yield Row("reading.result", EVERYBODY.replace("200", "302"), values={"q": "trang", "kq": 1})
    yield Row("reading.suggestions", EVERYBODY, values={"q": "trang"})
    yield Row("reading.search_table", EVERYBODY, values={"q": "trang"})
    yield Row("reading.search_feed", EVERYBODY, values={"q": "trang"})
    yield Row("api.search", EVERYBODY, values={"q": "trang"})
    yield Row("accounts.sign_in", "400 400 400 400 400 400 400", "POST")
    yield Row("accounts.one_time_link", NOBODY, values={"token": "unknown"})
    yield Row("accounts.notices", SIGNED_IN)
    yield Row("reading.record", NOBODY, values={"record_id": "0000000000"})
    yield Row("reading.page", NOBODY, values={"page_id": "0000000000"})


def _records(archive: Archive) -> Iterator[Row]:
    # What holds documents is shown in the tree.
    places = {archive.fonds: EVERYBODY, archive.file: EVERYBODY, archive.holding: STAFF_READ}
    for node_id, expected in places.items():
        yield Row("reading.record", expected.replace("200", "302"), values={"record_id": node_id})
        yield Row("reading.record_citation", NOBODY, values={"record_id": node_id, "ending": "bib"})
    for state, document in archive.documents.items():
        yield Row("reading.record", DESCRIPTION[state], values={"record_id": document})
        yield Row(
            "reading.record_citation", DESCRIPTION[state], values={"record_id": document, "ending": "ris"}
        )
    for state, page in archive.pages.items():
        for endpoint in ("page", "text", "words", "thumbnail"):
            yield Row(f"reading.{endpoint}", CONTENT[state], values={"page_id": page})
        yield Row("reading.page_citation", CONTENT[state], values={"page_id": page, "ending": "bib"})
        for width in (480, 960, 1600):
            yield Row("reading.image", CONTENT[state], values={"page_id": page, "width": width})
        yield Row("reading.image", NOBODY, values={"page_id": page, "width": 481})
        yield Row("tiles.info", CONTENT[state], values={"page_id": page})
        yield Row("tiles.base", CONTENT[state].replace("200", "303"), values={"page_id": page})
        for region, size, form in (
            ("0,0,512,512", "512,512", "jpg"),
            ("full", "max", "jpg"),
            ("square", "90,", "png"),
        ):
            part = {"region": region, "size": size, "rotation": "0", "quality": "default", "form": form}
            yield Row("tiles.part", CONTENT[state], values={"page_id": page, **part})


def _browsing(archive: Archive) -> Iterator[Row]:
    for endpoint in ("fonds", "all_agencies", "decades", "undated"):
        yield Row(f"browsing.{endpoint}", EVERYBODY)
    yield Row("browsing.fonds", EVERYBODY, values={"mo": f"{archive.fonds}.{archive.file}.{archive.holding}"})
    yield Row("browsing.node", EVERYBODY, values={"node_id": archive.fonds})
    yield Row("browsing.node", EVERYBODY, values={"node_id": archive.file})
    yield Row("browsing.node", STAFF_READ, values={"node_id": archive.holding})
    yield Row("browsing.node", NOBODY, values={"node_id": "0000000000"})
    for state, document in archive.documents.items():
        # A document has a page of its own.
        moved = DESCRIPTION[state].replace("200", "302")
        yield Row("browsing.node", moved, values={"node_id": document})
    yield Row("browsing.agency", EVERYBODY, values={"agency_id": archive.agency})
    yield Row("browsing.agency", STAFF_READ, values={"agency_id": archive.closed_agency})
    yield Row("browsing.agency", NOBODY, values={"agency_id": "0000000000"})
    yield Row("browsing.years", EVERYBODY, values={"first": 1990, "last": 1999})
    yield Row("browsing.years", NOBODY, values={"first": 1991, "last": 2000})
    yield Row("browsing.year", EVERYBODY, values={"year": 1995})
    yield Row("browsing.year", NOBODY, values={"year": 1799})


def _choosing(archive: Archive) -> Iterator[Row]:
    """The basket is open to everybody, and knows of nothing that is not public, whoever asks."""
    yield Row("choosing.show", EVERYBODY)
    for state, document in archive.documents.items():
        is_public = DESCRIPTION[state] == EVERYBODY
        expected = EVERYBODY.replace("200", "302") if is_public else NOBODY
        yield Row("choosing.put", expected, "POST", form={"document": document})
    yield Row("choosing.put", NOBODY, "POST")
    yield Row("choosing.show", EVERYBODY)
    yield Row("choosing.take_out", EVERYBODY.replace("200", "302"), "POST")
    yield Row("choosing.empty", EVERYBODY.replace("200", "302"), "POST")


def _asking(archive: Archive) -> Iterator[Row]:
    yield Row("requesting.mine", SIGNED_IN)
    for state, document in archive.documents.items():
        # What is not public is asked for by nobody, of the staff either.
        is_public = DESCRIPTION[state] == EVERYBODY
        expected = SIGNED_IN if is_public else NOBODY.replace("404", "302", 1)
        yield Row("requesting.ask", expected, values={"document": document})
    # Nothing is named and nothing lies in the basket.
    yield Row("requesting.ask", "302 302 302 302 302 302 302")
    for step in ("why", "prove", "undertake", "check"):
        yield Row(f"requesting.{step}", "302 302 302 302 302 302 302")
        if step != "check":
            yield Row(f"requesting.{step}", "401 302 302 302 302 302 302", "POST")
    # Nothing is half written that could be sent.
    yield Row("requesting.check", "401 302 302 302 302 302 302", "POST")
    withheld = {"document": archive.documents["withheld"]}
    yield Row("requesting.ask", "401 404 404 404 404 404 404", "POST", form=withheld)
    yield from _asking_in_steps(archive)
    for request_id in archive.requests.values():
        yield Row("requesting.show", "302 200 404 404 200 200 404", values={"request_id": request_id})
        yield Row("requesting.receipt", "302 200 404 404 200 200 404", values={"request_id": request_id})
        asked: dict[str, object] = {"request_id": request_id}
        yield Row("requesting.change", "302 200 404 404 404 404 404", values=asked)
        yield Row("requesting.change", "401 400 404 404 404 404 404", "POST", asked, {"purpose": ""})
        yield Row("requesting.write", "401 400 404 404 400 400 404", "POST", asked)
    sent: dict[str, object] = {"request_id": archive.requests["granted"], "attachment_id": archive.attachment}
    yield Row("requesting.attachment", "302 200 404 404 200 200 404", values=sent)
    strange = {**sent, "request_id": archive.requests["expired"]}
    yield Row("requesting.attachment", "302 404 404 404 404 404 404", values=strange)
    yield Row(
        "requesting.copy", "302 200 404 404 404 404 404", values={"grant_id": archive.grants["granted"]}
    )
    for state in ("expired", "revoked", "withdrawn"):
        grant_id = archive.grants[state]
        yield Row("requesting.copy", "302 404 404 404 404 404 404", values={"grant_id": grant_id})


def _asking_in_steps(archive: Archive) -> Iterator[Row]:
    """The citizen has asked already; the others go on, step by step, and drop it in the end."""
    chosen = {"document": archive.documents["expired"]}
    yield Row("requesting.ask", "401 302 302 302 302 302 302", "POST", form=chosen)
    yield Row("requesting.why", SIGNED_IN)
    yield Row("requesting.check", "302 302 302 302 302 302 302")
    yield Row("requesting.drop", "401 302 302 302 302 302 302", "POST")
    yield Row("requesting.why", "302 302 302 302 302 302 302")


def _asking_again(archive: Archive) -> Iterator[Row]:
    """Only the requester may; for others the request is not there."""
    granted = archive.requests["granted"]
    yield Row("requesting.withdraw", "401 409 404 404 404 404 404", "POST", {"request_id": granted})
    item = archive.items["granted"]
    yield Row("requesting.ask_again", "401 409 404 404 404 404 404", "POST", {"item_id": item})
    gone = archive.items["withdrawn"]
    yield Row("requesting.ask_again", "401 404 404 404 404 404 404", "POST", {"item_id": gone})


def _handling(archive: Archive) -> Iterator[Row]:
    yield Row("handling.queue", HANDLE)
    yield Row(
        "handling.queue", HANDLE, values={"hang": "closed", "so": "YC", "nguoi": "-", "han": "31/12/2031"}
    )
    # Nothing is chosen.
    yield Row("handling.many", HANDLE_SEND, "POST")
    yield Row("handling.reviews", HANDLE)
    done: dict[str, object] = {"item_id": archive.items["granted"]}
    yield Row("handling.review", HANDLE.replace("200", "404"), values=done)
    for endpoint in ("review", "open_refused"):
        yield Row(f"handling.{endpoint}", HANDLE_SEND.replace("400", "404"), "POST", done)
    for request_id in archive.requests.values():
        asked: dict[str, object] = {"request_id": request_id}
        yield Row("handling.one", HANDLE, values=asked)
        yield Row("handling.one", HANDLE_SEND, "POST", asked)
    missing: dict[str, object] = {"request_id": "0000000000"}
    yield Row("handling.one", HANDLE.replace("200", "404"), values=missing)
    for state in ("granted", "conditional"):
        place: dict[str, object] = {
            "request_id": archive.requests[state],
            "item_id": archive.items[state],
        }
        yield Row("handling.draft", HANDLE, values=place)
        yield Row("handling.draft", HANDLE_SEND, "POST", place)
        # No draft waits.
        yield Row("handling.recall", HANDLE_SEND.replace("400", "409"), "POST", place)
        yield Row("deciding.sign", DECIDE_SEND.replace("400", "409"), "POST", place)
        yield Row("deciding.send_back", DECIDE_SEND, "POST", place)
    # What is decided already can neither be taken up nor given to somebody.
    over: dict[str, object] = {"request_id": archive.requests["granted"]}
    for endpoint in ("take", "assign"):
        yield Row(f"handling.{endpoint}", HANDLE_SEND.replace("400", "409"), "POST", over)
        yield Row(f"handling.{endpoint}", HANDLE_SEND.replace("400", "404"), "POST", missing)


def _lettering(archive: Archive) -> Iterator[Row]:
    """The approver answered by a letter what was granted."""
    asked: dict[str, object] = {"request_id": archive.requests["granted"]}
    letter: dict[str, object] = {**asked, "letter_id": archive.letter}
    strange: dict[str, object] = {**letter, "letter_id": "0000000000"}
    answer: dict[str, object] = {**asked, "loai": "answer"}
    yield Row("lettering.listing", HANDLE, values=asked)
    yield Row("lettering.new", "302 403 403 403 403 200 403", values=answer)
    yield Row("lettering.new", "401 403 403 403 403 400 403", "POST", answer)
    yield Row("lettering.new", HANDLE.replace("200", "409"), values={**asked, "loai": "receipt"})
    yield Row("lettering.cancel", HANDLE, values=letter)
    yield Row("lettering.cancel", HANDLE_SEND, "POST", letter)
    yield Row("lettering.cancel", HANDLE.replace("200", "404"), values=strange)
    yield Row("lettering.as_docx", HANDLE, values=letter)
    yield Row("lettering.as_pdf", "302 200 404 404 200 200 404", values=letter)
    yield Row("lettering.as_pdf", "302 404 404 404 404 404 404", values=strange)
    yield Row("lettering.wordings", MANAGE)
    yield Row("lettering.wording", MANAGE, values={"loai": "receipt"})
    yield Row("lettering.wording", MANAGE_SEND, "POST", {"loai": "receipt"})
    yield Row("lettering.wording", MANAGE.replace("200", "404"), values={"loai": "khac"})


def _appealing(archive: Archive) -> Iterator[Row]:
    """The citizen appealed against access that was ended early, and can do so once."""
    for state, seen in (("revoked", "404"), ("granted", "404"), ("conditional", "404")):
        asked: dict[str, object] = {"request_id": archive.requests[state]}
        yield Row("appealing.appeal", f"302 {seen} 404 404 404 404 404", values=asked)
        yield Row("appealing.appeal", "401 400 404 404 404 404 404", "POST", asked)
    yield Row("appealing.queue", HANDLE)
    place: dict[str, object] = {"appeal_id": archive.appeal}
    yield Row("appealing.one", "302 200 404 404 200 200 404", values=place)
    yield Row("appealing.one", "302 404 404 404 404 404 404", values={"appeal_id": "0000000000"})
    # The approver granted it and ended it, and nobody of the staff takes back what a reader wrote.
    yield Row("appealing.take", "401 403 403 403 403 403 403", "POST", place)
    yield Row("appealing.extend", DECIDE_SEND, "POST", place)
    yield Row("appealing.decide", DECIDE_SEND, "POST", place)
    yield Row("appealing.withdraw", "401 302 404 404 403 403 404", "POST", place)


def _exposing(archive: Archive) -> Iterator[Row]:
    for state, document in archive.documents.items():
        place: dict[str, object] = {"record_id": document}
        yield Row("exposing.report", DESCRIPTION[state], values=place)
        yield Row("exposing.report", DESCRIPTION[state].replace("200", "400"), "POST", place)
    yield Row("exposing.thanks", EVERYBODY)
    yield Row("exposing.queue", HANDLE)
    told: dict[str, object] = {"exposure_id": archive.exposure}
    yield Row("exposing.one", HANDLE, values=told)
    yield Row("exposing.one", HANDLE.replace("200", "404"), values={"exposure_id": "0000000000"})
    yield Row("exposing.answer", HANDLE_SEND, "POST", told)
    # It is neither hidden nor answered.
    for endpoint in ("open_again", "reopen"):
        yield Row(f"exposing.{endpoint}", HANDLE_SEND.replace("400", "409"), "POST", told)
    missing: dict[str, object] = {"exposure_id": "0000000000"}
    yield Row("exposing.hide", HANDLE_SEND.replace("400", "404"), "POST", missing)


def _automatic(archive: Archive) -> Iterator[Row]:
    yield Row("automatic.overview", HANDLE)
    yield Row("automatic.propose", HANDLE)
    yield Row("automatic.propose", HANDLE_SEND, "POST")
    held: dict[str, object] = {"rule_id": archive.rule}
    yield Row("automatic.one", HANDLE, values=held)
    yield Row("automatic.one", HANDLE.replace("200", "404"), values={"rule_id": "0000000000"})
    # It is approved already, and a reason is missing.
    for endpoint in ("approve", "decline", "end"):
        yield Row(f"automatic.{endpoint}", DECIDE_SEND, "POST", held)


def _redacting(archive: Archive) -> Iterator[Row]:
    yield Row("redacting.queue", HANDLE)
    for state, document in archive.documents.items():
        place: dict[str, object] = {"record_id": document}
        yield Row("redacting.of_document", HANDLE, values=place)
        yield Row("redacting.of_document", HANDLE_SEND, "POST", place)
        assert state
    version: dict[str, object] = {"redaction_id": archive.redaction}
    missing: dict[str, object] = {"redaction_id": "0000000000"}
    yield Row("redacting.one", HANDLE, values=version)
    yield Row("redacting.one", HANDLE.replace("200", "404"), values=missing)
    yield Row("redacting.sheet", HANDLE, values={**version, "number": 1})
    yield Row("redacting.sheet", HANDLE.replace("200", "404"), values={**version, "number": 2})
    yield Row("redacting.sheet", HANDLE_SEND, "POST", {**version, "number": 1}, {"act": "draw"})
    # It is not made yet.
    yield Row("redacting.picture", HANDLE.replace("200", "404"), values={**version, "number": 1})
    for endpoint in ("offer", "confirm", "send_back", "recall"):
        # Nothing is made, and nothing offered: who handles requests was let in, and told so.
        yield Row(f"redacting.{endpoint}", _refused(endpoint), "POST", version)
    yield Row("redacting.withdraw", HANDLE_SEND.replace("400", "404"), "POST", missing)
    yield Row("redacting.make", HANDLE_SEND.replace("400", "404"), "POST", missing)


def _refused(endpoint: str) -> str:
    """The archivist made the version, so what its maker does is refused to the approver before all else."""
    return "401 403 403 403 400 403 403" if endpoint == "offer" else HANDLE_SEND


def _visiting(archive: Archive) -> Iterator[Row]:
    """Everybody may; what is shown hangs on number, code and digits, which nobody here has given."""
    for state, document in archive.documents.items():
        # Whoever is signed in is a guest here, too.
        seen = DESCRIPTION[state].split()[0]
        yield Row("visiting.ask", " ".join([seen] * 7), values={"document": document})
    yield Row("visiting.ask", EVERYBODY.replace("200", "404"))
    asked = {"document": archive.documents["conditional"]}
    yield Row("visiting.ask", EVERYBODY.replace("200", "400"), "POST", form=asked)
    for method in ("GET", "POST"):
        yield Row("visiting.proved", NOBODY, method, {"token": "0" * 64})
    yield Row("visiting.follow", EVERYBODY)
    yield Row("visiting.follow", EVERYBODY.replace("200", "400"), "POST")
    for endpoint, method in (
        *(("visiting.digits", "GET"), ("visiting.digits", "POST"), ("visiting.show", "GET")),
        *(("visiting.write", "POST"), ("visiting.withdraw", "POST"), ("visiting.leave", "POST")),
        *(("visiting.appeal", "GET"), ("visiting.appeal", "POST")),
    ):
        yield Row(endpoint, EVERYBODY.replace("200", "302"), method)
    appealed = {"appeal_id": archive.appeal}
    yield Row("visiting.withdraw_appeal", EVERYBODY.replace("200", "302"), "POST", appealed)
    yield Row("visiting.attachment", NOBODY, values={"attachment_id": archive.attachment})


def _delegating() -> Iterator[Row]:
    yield Row("delegating.overview", STAFF)
    yield Row("delegating.overview", STAFF_SEND, "POST")
    yield Row("delegating.note_absence", STAFF_SEND, "POST")
    missing: dict[str, object] = {"delegation_id": "0000000000"}
    yield Row("delegating.revoke", "401 404 404 404 404 404 404", "POST", missing)
    missing = {"absence_id": "0000000000"}
    yield Row("delegating.strike_absence", "401 404 404 404 404 404 404", "POST", missing)


def _deciding(archive: Archive) -> Iterator[Row]:
    yield Row("deciding.queue", DECIDE)
    yield Row("deciding.granted", DECIDE)
    for state, item_id in archive.items.items():
        place: dict[str, object] = {"request_id": archive.requests[state], "item_id": item_id}
        yield Row("deciding.item", DECIDE, values=place)
        yield Row("deciding.item", DECIDE_SEND, "POST", place, {"act": "grant"})
        revoked = "404" if state == "conditional" else "400"
        yield Row("deciding.revoke", DECIDE_SEND.replace("400", revoked), "POST", place)
    for request_id in archive.requests.values():
        asked: dict[str, object] = {"request_id": request_id}
        yield Row("deciding.whole", DECIDE, values=asked)
        # Nothing is chosen, so nothing is decided.
        yield Row("deciding.whole", DECIDE_SEND, "POST", asked)
    yield Row("deciding.whole", "302 403 403 403 403 404 403", values={"request_id": "0000000000"})
    strange: dict[str, object] = {
        "request_id": archive.requests["granted"],
        "item_id": archive.items["conditional"],
    }
    yield Row("deciding.item", "302 403 403 403 403 404 403", values=strange)


def _taking_in(archive: Archive) -> Iterator[Row]:
    batch: dict[str, object] = {"batch_id": archive.batch}
    yield Row("intake.batches", TAKE_IN)
    yield Row("intake.batches", TAKE_IN_SEND, "POST")
    yield Row("intake.batch", TAKE_IN, values=batch)
    yield Row("intake.progress", TAKE_IN, values={"batch": archive.batch})
    # An event stream that is given stays open; `test_streams` opens some.
    for endpoint in ("progress", "live_progress"):
        yield Row(f"intake.{endpoint}", TAKE_IN.replace("200", "404"), values={"batch": "0000000000"})
    yield Row("intake.batch", TAKE_IN_SEND, "POST", batch)
    yield Row("intake.sent_before", TAKE_IN, values=batch)
    yield Row("intake.batch_sheet", TAKE_IN, values=batch)
    yield Row("intake.batch_sheet", TAKE_IN.replace("200", "404"), values={"batch_id": "0000000000"})
    yield Row("intake.split", TAKE_IN, values=batch)
    yield Row("intake.split", TAKE_IN.replace("200", "404"), values={"batch_id": "0000000000"})
    # No mark, nothing seen and nothing to undo: whoever may take in is told so.
    yield Row("intake.mark_page", TAKE_IN_SEND, "POST", batch)
    yield Row("intake.confirm_split", TAKE_IN_SEND, "POST", batch)
    yield Row("intake.undo_split", TAKE_IN_SEND.replace("400", "404"), "POST", batch)
    yield Row("intake.collate", TAKE_IN, values=batch)
    yield Row("intake.collate", TAKE_IN.replace("200", "404"), values={"batch_id": "0000000000"})
    yield Row("intake.confirm_collation", TAKE_IN_SEND, "POST", batch)
    # The batch was opened without a word on its folders.
    yield Row("intake.folder_sheets", TAKE_IN.replace("200", "400"), values=batch)
    yield Row("intake.folder_sheets", TAKE_IN, values=batch | {"ho-so": "12–15, 18"})
    yield Row("intake.separators", TAKE_IN)
    yield Row("intake.separators", TAKE_IN.replace("200", "400"), values={"so": "0"})
    yield Row("intake.capabilities", "204 204 204 204 204 204 204", "OPTIONS")
    # Whoever may take in is asked for the version of the protocol first.
    yield Row("intake.begin_upload", "401 403 403 412 412 403 412", "POST", batch)
    upload: dict[str, object] = {"upload_id": "0000000000"}
    yield Row("intake.show_upload", "302 403 403 412 412 403 412", values=upload)
    for endpoint, method in (("resume_upload", "PATCH"), ("cancel_upload", "DELETE")):
        yield Row(f"intake.{endpoint}", "401 403 403 412 412 403 412", method, upload)
    yield Row("intake.all_withdrawn", TAKE_IN)
    yield Row("intake.withdraw", TAKE_IN, values=batch)
    # The batch holds published documents, so it stays whoever asks.
    yield Row("intake.withdraw", TAKE_IN_SEND, "POST", batch, {"reason": "nhầm phông"})
    yield Row("intake.withdrawn", TAKE_IN.replace("200", "404"), values=batch)
    yield Row("intake.restore", TAKE_IN_SEND.replace("400", "404"), "POST", batch)
    yield Row("intake.refused", TAKE_IN, values={"scan_id": archive.refused})
    yield Row("intake.refused", "302 403 403 404 404 403 404", values={"scan_id": "0000000000"})
    yield Row("intake.flagged", TAKE_IN, values=batch)
    yield Row("intake.signatures", TAKE_IN, values=batch)
    no_flag: dict[str, object] = {"flag_id": "0000000000"}
    yield Row("intake.dismiss_flag", TAKE_IN_SEND.replace("400", "404"), "POST", no_flag)
    yield Row("intake.retry", "401 403 403 302 302 403 302", "POST", batch)


def _queueing(archive: Archive) -> Iterator[Row]:
    batch: dict[str, object] = {"batch_id": archive.batch}
    missing: dict[str, object] = {"batch_id": "0000000000"}
    yield Row("queueing.overview", TAKE_IN)
    yield Row("queueing.batch", TAKE_IN, values=batch)
    yield Row("queueing.batch", TAKE_IN.replace("200", "404"), values=missing)
    yield Row("queueing.place", TAKE_IN_SEND, "POST", batch)
    # Why is not asked; each pause ends before the next row.
    for endpoint in ("pause", "go_on"):
        yield Row(f"queueing.{endpoint}", TAKE_IN_SEND.replace("400", "302"), "POST", batch)
        yield Row(f"queueing.{endpoint}", TAKE_IN_SEND.replace("400", "404"), "POST", missing)
    yield Row("queueing.unread", TAKE_IN, values=batch)
    yield Row("queueing.unread", TAKE_IN.replace("200", "404"), values=missing)
    yield Row("queueing.dead", TAKE_IN)
    # Every page of the archive was read, and no job was given up.
    read: dict[str, object] = {"failed_id": archive.pages["open"]}
    yield Row("queueing.skip", TAKE_IN.replace("200", "404"), values=read)
    for endpoint in ("skip", "retry_page", "take_up"):
        yield Row(f"queueing.{endpoint}", TAKE_IN_SEND.replace("400", "404"), "POST", read)
    for endpoint in ("retry_job", "put_away"):
        job: dict[str, object] = {"job_id": "0000000000"}
        yield Row(f"queueing.{endpoint}", TAKE_IN_SEND.replace("400", "404"), "POST", job)
    yield Row("queueing.quiet", MANAGE)
    yield Row("queueing.quiet", MANAGE_SEND, "POST")
    yield Row("queueing.end_quiet", MANAGE_SEND.replace("400", "404"), "POST", {"quiet_id": "0000000000"})
    for endpoint in ("pause_all", "go_on_with_all"):
        yield Row(f"queueing.{endpoint}", MANAGE_SEND.replace("400", "302"), "POST")


def _checking(archive: Archive) -> Iterator[Row]:
    batch: dict[str, object] = {"batch_id": archive.batch}
    check: dict[str, object] = {"check_id": archive.check}
    rescan: dict[str, object] = {"check_id": archive.rescan}
    for endpoint in ("overview", "rescans"):
        yield Row(f"checking.{endpoint}", TAKE_IN)
    yield Row("checking.batch", TAKE_IN, values=batch)
    # The operator brought what is in the batch.
    yield Row("checking.take_next", "401 403 403 403 302 403 302", "POST", batch)
    for endpoint in ("raise_share", "close", "reopen"):
        yield Row(f"checking.{endpoint}", TAKE_IN_SEND, "POST", batch)
    yield Row("checking.page", TAKE_IN, values=check)
    yield Row("checking.page", TAKE_IN_SEND, "POST", check)
    yield Row("checking.revise", "401 403 403 403 409 403 409", "POST", check)
    yield Row("checking.rescan", TAKE_IN, values=rescan)
    yield Row("checking.rescan", TAKE_IN.replace("200", "404"), values=check)
    yield Row("checking.rescan", TAKE_IN_SEND, "POST", rescan)
    for endpoint in ("rates", "rates_table"):
        yield Row(f"checking.{endpoint}", AUDIT)


def _describing(archive: Archive) -> Iterator[Row]:
    for endpoint in ("queue", "unpublished", "worst_read"):
        yield Row(f"describing.{endpoint}", DESCRIBE)
    yield Row("describing.on_paper", DESCRIBE)
    yield Row("describing.on_paper", DESCRIBE_SEND, "POST")
    for document in archive.documents.values():
        place: dict[str, object] = {"document_id": document}
        yield Row("describing.document", DESCRIBE, values=place)
        yield Row("describing.document", DESCRIBE_SEND, "POST", place)
        yield Row("describing.close", DESCRIBE_SEND, "POST", place, {"reason": ""})
        yield Row("describing.opening", DESCRIBE, values=place)
        yield Row("describing.opening", DESCRIBE_SEND, "POST", place, {"opens_on": "1/1"})
    unpublished: dict[str, object] = {"document_id": archive.documents["unpublished"]}
    yield Row("describing.unpublish", "401 403 403 403 302 403 302", "POST", unpublished)
    yield Row("describing.document", "302 403 403 403 404 403 404", values={"document_id": archive.fonds})


def _arranging(archive: Archive) -> Iterator[Row]:
    for endpoint in ("overview", "new_agency", "new_fonds", "new_file"):
        yield Row(f"arranging.{endpoint}", DESCRIBE)
    for endpoint in ("new_agency", "new_fonds", "new_file"):
        yield Row(f"arranging.{endpoint}", DESCRIBE_SEND, "POST")
    yield Row("arranging.agency", DESCRIBE, values={"agency_id": archive.agency})
    yield Row("arranging.agency", DESCRIBE_SEND, "POST", {"agency_id": archive.agency})
    for node_id in (archive.fonds, archive.file):
        yield Row("arranging.node", DESCRIBE, values={"node_id": node_id})
        yield Row("arranging.node", DESCRIBE_SEND, "POST", {"node_id": node_id})
    yield Row("arranging.move", DESCRIBE_SEND, "POST", {"node_id": archive.file})


def _naming() -> Iterator[Row]:
    kon_tum = {"alias_id": KON_TUM}
    yield Row("naming.overview", DESCRIBE)
    yield Row("naming.new", DESCRIBE)
    yield Row("naming.new", DESCRIBE_SEND, "POST")
    yield Row("naming.alias", DESCRIBE, values=kon_tum)
    yield Row("naming.alias", DESCRIBE_SEND, "POST", kon_tum)
    yield Row("naming.table", DESCRIBE)
    yield Row("naming.load", DESCRIBE)
    yield Row("naming.load", DESCRIBE_SEND, "POST")
    nothing = {"load_id": "0000000000"}
    yield Row("naming.take_back", DESCRIBE_SEND.replace("400", "404"), "POST", nothing)
    yield Row("naming.retire", "401 403 403 403 302 403 302", "POST", kon_tum)


def _reading_log(archive: Archive) -> Iterator[Row]:
    yield Row("readlog.overview", AUDIT)
    yield Row("readlog.overview", AUDIT_SEND, "POST")
    yield Row("readlog.years_table", AUDIT)
    nothing: dict[str, object] = {"hold_id": "0000000000"}
    yield Row("secrecy.queue", AUDIT)
    yield Row("secrecy.one", AUDIT.replace("200", "404"), values=nothing)
    yield Row("secrecy.one", AUDIT_SEND.replace("400", "404"), "POST", nothing, {"reason": "đã giải mật"})
    for document in archive.documents.values():
        yield Row("readlog.of_record", AUDIT, values={"record_id": document})
        yield Row("readlog.record_table", AUDIT, values={"record_id": document})
    for endpoint in ("of_person", "person_table"):
        yield Row(f"readlog.{endpoint}", AUDIT.replace("200", "404"), values={"person_id": "0000000000"})


def _taking_out(archive: Archive) -> Iterator[Row]:
    """Originals that leave the store: for those who take in."""
    yield Row("takeouts.register", TAKE_IN)
    yield Row("takeouts.enter", TAKE_IN)
    yield Row("takeouts.enter", TAKE_IN_SEND, "POST")
    entry: dict[str, object] = {"takeout_id": archive.takeout}
    nothing: dict[str, object] = {"takeout_id": "0000000000"}
    for endpoint in ("one", "take_back", "minutes"):
        yield Row(f"takeouts.{endpoint}", TAKE_IN, values=entry)
        yield Row(f"takeouts.{endpoint}", TAKE_IN.replace("200", "404"), values=nothing)
    for endpoint in ("take_back", "settle", "strike"):
        yield Row(f"takeouts.{endpoint}", TAKE_IN_SEND, "POST", entry)
    yield Row("takeouts.of_batch", TAKE_IN, values={"batch_id": archive.batch})
    yield Row("takeouts.of_batch", TAKE_IN_SEND.replace("400", "302"), "POST", {"batch_id": archive.batch})


def _purging(archive: Archive) -> Iterator[Row]:
    """Purges: proposed by those who describe or decide, confirmed by those who answer for secrets."""
    yield Row("purging.queue", PURGE)
    for state in ("open", "withheld"):
        document: dict[str, object] = {"thing": "tai-lieu", "object_id": archive.documents[state]}
        yield Row("purging.propose", PURGE, values=document)
        yield Row("purging.propose", PURGE_SEND, "POST", document)
    file: dict[str, object] = {"thing": "tep", "object_id": archive.refused}
    yield Row("purging.propose", PURGE, values=file)
    no_thing: dict[str, object] = {"thing": "khong-co", "object_id": archive.refused}
    yield Row("purging.propose", PURGE.replace("200", "404"), values=no_thing)
    yield Row(
        "purging.propose", PURGE.replace("200", "404"), values={"thing": "lo", "object_id": archive.batch}
    )
    page: dict[str, object] = {"thing": "trang", "object_id": archive.pages["open"]}
    yield Row("purging.propose", PURGE, values=page)
    purge: dict[str, object] = {"purge_id": archive.purge}
    nothing: dict[str, object] = {"purge_id": "0000000000"}
    yield Row("purging.one", PURGE, values=purge)
    yield Row("purging.one", PURGE.replace("200", "404"), values=nothing)
    # Without the password nobody confirms, and without a reason nobody declines.
    for endpoint in ("confirm", "decline"):
        yield Row(f"purging.{endpoint}", AUDIT_SEND, "POST", purge)
    yield Row("purging.withdraw", PURGE_SEND.replace("400", "404"), "POST", nothing)


def _people() -> Iterator[Row]:
    nobody: dict[str, object] = {"person_id": "0000000000"}
    not_there = MANAGE_SEND.replace("400", "404")
    yield Row("people.listing", MANAGE)
    yield Row("people.invite", MANAGE)
    yield Row("people.invite", MANAGE_SEND, "POST")
    yield Row("people.person", MANAGE.replace("200", "404"), values=nobody)
    for act in ("change_role", "hand_over", "disable", "enable"):
        yield Row(f"people.{act}", not_there, "POST", nobody)
    for act in ("renew", "withdraw"):
        yield Row(f"people.{act}", not_there, "POST", {"invitation_id": "0000000000"})


def _accounts() -> Iterator[Row]:
    """The way into an account. A link that leads nowhere looks the same to everybody."""
    yield Row("joining.letter", EVERYBODY)
    for endpoint in ("joining.register", "joining.forgotten"):
        yield Row(endpoint, EVERYBODY)
        yield Row(endpoint, EVERYBODY.replace("200", "400"), "POST")
    for endpoint in ("joining.proved", "joining.reset", "joining.invited"):
        for method in ("GET", "POST"):
            yield Row(endpoint, NOBODY, method, {"token": "0" * 64})
    for endpoint in ("own.data", "own.password"):
        yield Row(endpoint, SIGNED_IN)
        yield Row(endpoint, SIGNED_IN.replace("302", "401").replace("200", "400"), "POST")
    yield Row("own.profile", SIGNED_IN)
    # Everything may be left out.
    yield Row("own.profile", SIGNED_IN.replace("302", "401").replace("200", "302"), "POST")
    yield Row("own.notices", SIGNED_IN)
    # What is not sent stays as it is, so an empty form changes nothing.
    yield Row("own.notices", SIGNED_IN.replace("302", "401").replace("200", "302"), "POST")
    yield Row("own.send_evidence", SIGNED_IN.replace("302", "401").replace("200", "400"), "POST")
    yield Row("own.export", SIGNED_IN)
    yield Row("own.erase", SIGNED_IN)
    yield Row("own.erase", SIGNED_IN.replace("302", "401").replace("200", "400"), "POST")
    nothing = {"evidence_id": "0000000000"}
    missing = SIGNED_IN.replace("200", "404")
    yield Row("own.picture", missing, values={**nothing, "number": 1})
    yield Row("own.withdraw_evidence", missing.replace("302", "401"), "POST", nothing)


def _confirming(archive: Archive) -> Iterator[Row]:
    """Archivists and approvers; not administrators, who make accounts and see no ID numbers."""
    yield Row("confirming.queue", CONFIRM)
    known, nobody = {"person_id": archive.numbered}, {"person_id": "0000000000"}
    yield Row("confirming.person", CONFIRM, values=known)
    yield Row("confirming.person", CONFIRM.replace("200", "404"), values=nobody)
    for verb in ("confirm", "send_back"):
        yield Row(f"confirming.{verb}", CONFIRM_SEND, "POST", known)
    for evidence_id, number in ((archive.evidence, 2), ("0000000000", 1)):
        picture = {"evidence_id": evidence_id, "number": number}
        yield Row("confirming.picture", CONFIRM.replace("200", "404"), values=picture)
    sent = {"evidence_id": archive.evidence, "number": 1}
    yield Row("confirming.picture", CONFIRM, values=sent)
    # To others than those who confirm it is not there.
    yield Row("own.picture", "302 404 200 404 200 200 404", values=sent)


def _settings() -> Iterator[Row]:
    yield Row("settings.overview", MANAGE)
    for slug in ("ten-tinh", "dien-thoai", "thong-bao"):
        yield Row("settings.value", MANAGE, values={"slug": slug})
    text: dict[str, object] = {"slug": "thong-bao"}
    # Without its English half the text is refused.
    yield Row("settings.value", MANAGE_SEND, "POST", text, {"value": "Nghỉ lễ", "act": "save"})
    yield Row("settings.value", "302 403 403 403 403 403 404", values={"slug": "khong-co"})
    yield Row("settings.restore", MANAGE_SEND.replace("400", "404"), "POST", text, {"version": "9"})
    yield Row("settings.emblem", MANAGE)
    yield Row("settings.emblem", MANAGE_SEND, "POST")
    yield Row("settings.mails", MANAGE)
    yield Row("settings.mail", MANAGE, values={"code": "request_granted"})
    yield Row("settings.mail", MANAGE.replace("200", "404"), values={"code": "khong_co"})
    yield Row("rules.overview", MANAGE)
    yield Row("rules.new", MANAGE)
    yield Row("rules.new", MANAGE_SEND, "POST")
    first: dict[str, object] = {"term_id": "term000001"}
    yield Row("rules.term", MANAGE, values=first)
    yield Row("rules.term", MANAGE_SEND, "POST", first)
    yield Row("rules.term", "302 403 403 403 403 403 404", values={"term_id": "0000000000"})
    yield Row("rules.new_closure", MANAGE)
    yield Row("rules.new_closure", MANAGE_SEND, "POST")
    closure: dict[str, object] = {"period_id": "per0000001"}
    yield Row("rules.closure", MANAGE, values=closure)
    yield Row("rules.closure", MANAGE_SEND, "POST", closure)
    yield Row("rules.closure", "302 403 403 403 403 403 404", values={"period_id": "0000000000"})
    yield Row("rules.period", MANAGE)
    yield Row("rules.period", MANAGE_SEND, "POST")
    yield Row("rules.service", MANAGE)
    yield Row("rules.service", MANAGE_SEND, "POST")
    yield Row("calendars.overview", MANAGE)
    yield Row("calendars.year", MANAGE, values={"year": 2026})
    yield Row("calendars.year", MANAGE, values={"year": 1995})
    yield Row("calendars.year", "302 403 403 403 403 403 404", values={"year": 1994})
    yield Row("calendars.year", MANAGE_SEND, "POST", {"year": 2026})
