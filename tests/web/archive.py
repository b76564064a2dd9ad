"""A small archive with one document in every state that rights know, for tests of all surfaces.

Each document has one page; its text, its working title (the file's name) and its image
metadata hold words that stand nowhere else.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta

from PIL import Image
from sqlalchemy import select

from portal.access import (
    appeals,
    auto_rules,
    boxes,
    copies,
    correspondence,
    decisions,
    exposures,
    redactions,
    requests,
    rulebook,
)
from portal.access.attachments import Enclosed
from portal.access.auto_rules import Wanted
from portal.access.copies import JOB as COPY_JOB
from portal.access.exposure_rows import Exposure
from portal.access.exposures import Report
from portal.access.letters import issuing
from portal.access.letters.kinds import LetterKind
from portal.access.terms import TermKind
from portal.accounts import details, evidence
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.details import Details
from portal.catalogue import agencies, documents, images, pages, tree
from portal.catalogue.documents import Description
from portal.catalogue.readings import Reading
from portal.core import clock
from portal.core.db import db, transaction
from portal.ingest import batches, checking, sampling, scans, takeouts
from portal.ingest.check_rows import PageCheck
from portal.ingest.takeouts import Leaving
from portal.jobs import handlers, leases, loop
from portal.jobs.handlers import Work
from portal.jobs.models import Lane
from portal.purging import deciding
from portal.purging.rows import PurgeKind
from portal.rights import grants
from portal.rights.levels import Level
from portal.storage import originals

PURPOSE = "Nghiên cứu lịch sử gia đình, mục đích bí mật hoamuoi"
STATES = (
    "open",
    "conditional",
    "granted",
    "expired",
    "revoked",
    "withdrawn",
    "withheld",
    "unpublished",
    "unpublished_withheld",
)
"""`granted`, `expired`, `revoked`: conditional, with such leave of the citizen; `withdrawn`: the same
as granted, but withheld afterwards."""


@dataclass
class Archive:
    """Ids of what is in the archive, by state."""

    fonds: str = ""
    file: str = ""
    agency: str = ""
    closed_agency: str = ""
    """A body of whose records nothing is public."""
    batch: str = ""
    holding: str = ""
    check: str = ""
    """The look at the conditional page, which waits."""
    rescan: str = ""
    """The look at the unpublished page, which is to be scanned again."""
    refused: str = ""
    """A file of another kind."""
    takeout: str = ""
    """Originals of one file that are out of the store."""
    purge: str = ""
    """The archivist proposed to purge what is open; nobody has confirmed."""
    numbered: str = ""
    """Somebody who gave the number and a picture of a card."""
    evidence: str = ""
    appeal: str = ""
    """Of the citizen, about access that was ended early."""
    attachment: str = ""
    letter: str = ""
    """A file that the citizen sent with a message about what was granted."""
    documents: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    grants: dict[str, str] = field(default_factory=dict)
    exposure: str = ""
    """A report about what is open."""
    rule: str = ""
    """In force over the file, in which nothing lies."""
    redaction: str = ""
    """A redacted version of what is granted, with one box drawn by the archivist, and nothing made."""


def secret_of(state: str) -> str:
    """Return the word that stands only in the page of that state."""
    return "bimat" + state.replace("_", "")


def build(people: dict[str, Actor]) -> Archive:
    """Fill an empty home; the copy of the granted document is built, nothing else was worked off."""
    made = Archive()
    with transaction():
        _places(made, people["archivist"])
        batch = batches.open_batch(people["operator"], made.fonds, "Hộp 12 <b>đậm</b>", declared=True)
        made.batch, made.holding = batch.id, batch.holding_id
        staged = originals.stage(io.BytesIO(b"MZ no page"))
        made.refused = scans.take_in(people["operator"], made.batch, "Hộp<img src=x>.exe", staged).scan_id
    for number, state in enumerate(STATES):
        _document(made, people, state, number)
    _check(made, people["archivist"])
    _take_out(made, people)
    for state in ("granted", "expired", "revoked", "withdrawn", "conditional"):
        _ask(made, people, state)
    _end_leave(made, people)
    _write(made, people["citizen"])
    with transaction():
        asked = made.requests["revoked"]
        words = "Xin xem lại, mục đích vẫn còn"
        made.appeal = appeals.submit(people["citizen"], asked, [made.items["revoked"]], words).id
    made.letter = _letter(people["approver"], made.requests["granted"])
    _say_who(made, people["other"])
    _redact(made, people["archivist"])
    _report(made)
    _rule(made, people)
    _build_copies()
    return made


def _take_out(made: Archive, people: dict[str, Actor]) -> None:
    """Let originals leave the store, and propose to purge something."""
    with transaction():
        made.takeout = takeouts.enter(
            people["operator"],
            Leaving(
                fonds_id=made.fonds,
                store="Kho <b>2</b>",
                files="H12<img src=x>; 45",
                handed_by="Trần <i>Giao</i>",
                handed_to="Lê Văn Nhận",
                purpose="Số hóa",
                due_on=clock.today(),
                condition="Còn nguyên",
            ),
        ).id
        made.purge = deciding.propose(
            people["archivist"],
            PurgeKind.DOCUMENT,
            made.documents["open"],
            "purgeb0004",
            "Nhập nhầm <i>rồi</i>",
        ).id


def _check(made: Archive, archivist: Actor) -> None:
    """Have all pages looked at; one is to be scanned again."""
    with transaction():
        sampling.raise_share(archivist, made.batch, 100, "Xem hết <i>nhé</i>")
        looks = {
            page_id: check_id
            for check_id, page_id in db.session.execute(select(PageCheck.id, PageCheck.page_id))
        }
        made.check, made.rescan = looks[made.pages["conditional"]], looks[made.pages["unpublished"]]
        bad = checking.reasons()[0].id
        checking.reject(archivist, made.rescan, bad, "mép <img src=x>", rescan=True)


def _write(made: Archive, citizen: Actor) -> None:
    """Let the citizen send a file with a message."""
    asked = made.requests["granted"]
    file = Enclosed("giay<img src=x>.jpg", "image/jpeg", picture(91, "letter"))
    with transaction():
        correspondence.write(citizen, asked, "Gửi kèm giấy giới thiệu", [file])
    (letter,) = correspondence.of(citizen, asked)
    made.attachment = letter.files[0].id


def _report(made: Archive) -> None:
    """Let somebody say that what is open shows too much."""
    kind = rulebook.terms(TermKind.TAKEDOWN)[0].id
    given = Report("Dòng thứ ba của trang có số thẻ", kind, email="nguoibao@example.vn")
    with transaction():
        exposures.report(ANONYMOUS, made.documents["open"], given, "192.0.2.1")
        made.exposure = db.session.scalars(select(Exposure.id)).one()


def _rule(made: Archive, people: dict[str, Actor]) -> None:
    """Have a rule that grants at once proposed by the archivist and approved."""
    today = clock.today()
    wanted = Wanted(
        place=made.file,
        name_vi="Hồ sơ đã quá thời hạn <b>đậm</b>",
        name_en="Files past their term <b>bold</b>",
        legal_basis="Quy định nội bộ",
        days=30,
        valid_from=today,
        valid_to=today + timedelta(days=90),
    )
    with transaction():
        made.rule = auto_rules.propose(people["archivist"], wanted).id
        auto_rules.approve(people["approver"], made.rule)


def _redact(made: Archive, archivist: Actor) -> None:
    with transaction():
        made.redaction = redactions.begin(archivist, made.documents["granted"], "Có tên người còn sống").id
        boxes.draw(archivist, made.redaction, made.pages["granted"], (100, 10, 90, 20))


def _say_who(made: Archive, person: Actor) -> None:
    """Let somebody give the number and a picture of a card, and wait to be confirmed."""
    with transaction():
        details.write(person, Details(id_number="001099123456", phone="0912345678"))
        evidence.add(person, [picture(90, "card")])
    assert person.id is not None
    made.numbered, made.evidence = person.id, evidence.of(person.id)[0].id


def picture(shade: int, note: str) -> bytes:
    """Return a JPEG whose metadata holds a note, as scanners write them."""
    image = Image.new("RGB", (600, 800), (shade, 250, 250))
    exif = Image.Exif()
    exif[0x010E] = f"exif{note}"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _places(made: Archive, archivist: Actor) -> None:
    made.agency = agencies.create(archivist, code="UB", name="Uỷ ban <i>nhân dân</i>").id
    made.closed_agency = agencies.create(archivist, code="BM", name="Ban bimatcoquan").id
    made.fonds = tree.create_fonds(
        archivist, code="P01", name="Phông <script>alert(1)</script>", agency_id=made.agency
    ).id
    made.file = tree.create_file(archivist, made.fonds, code="H1", name='Hồ sơ "đất" & nhà').id


def _document(made: Archive, people: dict[str, Actor], state: str, number: int) -> None:
    """Take in one scan, read it, describe and publish it as its state asks."""
    jpeg = picture(100 + number, secret_of(state))
    staged = originals.stage(io.BytesIO(jpeg))
    with transaction():
        name = f"tep{secret_of(state)}<img src=x>.jpg"
        scan = scans.receive(people["operator"], made.batch, name, staged, scans.sniff(staged))
        assert scan.document_id is not None
        made.documents[state] = scan.document_id
        (page,) = pages.add(scan.document_id, staged.sha256, 1, scan.scan_id)
        made.pages[state] = page.id
        pages.keep(page.id, _reading(state))
        _publish(made, people, state)
    with Image.open(io.BytesIO(jpeg)) as image:
        images.keep_whole(made.pages[state], image.convert("RGB"))


def _publish(made: Archive, people: dict[str, Actor], state: str) -> None:
    document = made.documents[state]
    if state == "unpublished":
        return
    level = {"open": Level.OPEN, "withheld": Level.WITHHELD, "unpublished_withheld": Level.WITHHELD}.get(
        state, Level.CONDITIONAL
    )
    subject = f"Về việc {state} <b>đất</b> tieude{state.replace('_', '')}"
    description = Description(subject=subject, number="93/QĐ-UBND", level=level, reason="theo luật")
    version = tree.by_id(document).version
    documents.describe(people["archivist"], document, description, version)
    if state != "unpublished_withheld":
        documents.publish(people["archivist"], document)


def _reading(state: str) -> Reading:
    word = secret_of(state)
    return Reading(
        source="ocr",
        engine="test",
        text=f"Trang <em>này</em> có chữ {word}",
        words=[("Trang", 10, 10, 80, 20, 95.0), (word, 100, 10, 90, 20, 88.0)],
        width=600,
        height=800,
        dpi=300,
        milliseconds=5,
    )


def _ask(made: Archive, people: dict[str, Actor], state: str) -> None:
    """Let the citizen ask; all but the last are granted."""
    with transaction():
        asked = requests.submit(people["citizen"], [made.documents[state]], PURPOSE)
    made.requests[state], made.items[state] = asked.id, asked.items[0].id
    if state == "conditional":
        return
    with transaction():
        item = decisions.grant(people["approver"], made.items[state], "đủ điều kiện")
    assert item.grant is not None
    made.grants[state] = item.grant.id


def _end_leave(made: Archive, people: dict[str, Actor]) -> None:
    """Bring what was granted into its state: ended by time, taken back, or closed above it."""
    with transaction():
        _let_end(made.grants["expired"])
        decisions.revoke(people["approver"], made.grants["revoked"], "không còn đúng")
        documents.set_level(people["archivist"], made.documents["withdrawn"], Level.WITHHELD, "có khiếu nại")


def _let_end(grant_id: str) -> None:
    ended = grants.by_id(grant_id)
    ended.until = clock.now() - timedelta(seconds=1)
    ended.valid_from = ended.until - timedelta(days=1)


def _build_copies() -> None:
    handlers.install({COPY_JOB: Work(copies.build), "mail.send": Work(lambda claim: lambda: None)})
    while claim := leases.claim("test/1", Lane.DESK):
        loop.perform(claim)


def _letter(head: Actor, request_id: str) -> str:
    """Answer a request by a letter."""
    with transaction():
        words = issuing.prepare(head, request_id, LetterKind.ANSWER)
        return issuing.issue(head, request_id, LetterKind.ANSWER, words).id
