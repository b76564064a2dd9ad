"""Canaries: a word of its own in every place of every closed paper, and nobody without rights meets one.

A word begins with four letters that stand nowhere else in the site, and ids hold no `u`: where they
stand in an answer, something of a closed paper does.
"""

from __future__ import annotations

import io
import logging
import re
import shutil
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from wtforms.fields.core import UnboundField

from config import Settings
from portal import work
from portal.access import decisions, requests
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.app import create_app
from portal.catalogue import agencies, alias_tables, documents, tree
from portal.core import clock
from portal.core.db import db, transaction
from portal.ingest import sampling
from portal.ingest.check_rows import PageCheck
from portal.jobs import leases, loop
from portal.jobs.models import Lane
from portal.rights.levels import Level
from portal.search import analysis
from portal.web.forms import PortalForm
from tests.conftest import PASSWORD
from tests.web import addresses, closed
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.closed import UNKNOWN_TO_THE_PUBLIC, Closed, Paper
from tests.web.conftest import Browsers, Built

STATES = ("conditional", "closed", "granted", "revoked", *UNKNOWN_TO_THE_PUBLIC)

PLACES = ("text", "page", "file", "note", "reason", "title", "number", "issuer")
"""Where in a paper a word of its own stands; the last three are public where the description is."""

ASKED_FOR = "Nghiên cứu lịch sử gia đình và dòng họ"

TEXTUAL = ("text/", "application/json", "application/ld+json", "application/rss", "application/xml")

NO_CANARY = "wuvzhanoi"
"""A word like a canary that nobody planted."""


@dataclass(frozen=True)
class Aviary:
    """What was planted, and where."""

    made: Closed
    words: dict[tuple[str, str], str]
    """(state, place) → the word."""
    agency: str
    fonds: str
    """Withheld as a whole, with its agency."""
    requests: Sequence[str]
    items: Sequence[str]
    grants: Sequence[str]
    checks: Sequence[str]
    """Looks at all pages that were planted."""

    def hidden_from(self, role: str) -> list[str]:
        """Return the words that the role must meet nowhere."""
        return [
            word
            for (state, place), word in self.words.items()
            if not (state not in UNKNOWN_TO_THE_PUBLIC and place in ("title", "number", "issuer"))
            and not (role == "holder" and state == "granted" and place in ("text", "page"))
        ]


def _words() -> dict[tuple[str, str], str]:
    """Return a word for every place, each with a beginning of its own: wuqa…, wuqb…, wuxa…"""
    places = [(state, place) for state in STATES for place in PLACES]
    places += [("fonds", "title"), ("agency", "title")]
    starts = (f"wu{third}{fourth}" for third in "qxj" for fourth in string.ascii_lowercase)
    # Two of them differ by four letters or more: none is taken for a slip of another that is public.
    return {
        place: f"{start}u{start[2:]}ph{start[2:]}uong{start[::-1]}"
        for place, start in zip(places, starts, strict=False)
    }


@pytest.fixture(scope="session")
def planted(built: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Aviary]:
    """A home with the canaries in it, to be copied."""
    home = tmp_path_factory.mktemp("planted") / "home"
    shutil.copytree(built.home, home)
    environment = {"PORTAL_HOME": str(home), "DEMO": "0", "SECRET_KEY": "t" * 40}
    with create_app(Settings.from_environment(environment)).app_context():
        aviary = _plant(built.archive, dict(built.people))
        db.session.remove()
        db.engine.dispose()
    return home, aviary


@pytest.fixture
def home(tmp_path: Path, planted: tuple[Path, Aviary]) -> Path:
    """A home of the test's own with the canaries."""
    folder = tmp_path / "home"
    shutil.copytree(planted[0], folder)
    return folder


@pytest.fixture
def aviary(app: Flask, planted: tuple[Path, Aviary]) -> Aviary:
    return planted[1]


def _plant(archive: Archive, people: dict[str, Actor]) -> Aviary:
    """Plant a paper in every state, a withheld fonds and its agency; grant and revoke as the states say."""
    words = _words()
    papers = [_paper(state, words, minute) for minute, state in enumerate(STATES)]
    with transaction():
        for name in ("holder", "revoked"):
            people[name] = accounts.create(
                PORTAL, f"{name}@example.vn", Role.CITIZEN, name=name, password=PASSWORD
            ).actor
        agency = agencies.create(people["archivist"], code="WU", name=words["agency", "title"]).id
        fonds = tree.create_fonds(
            people["archivist"], code="WU1", name=words["fonds", "title"], agency_id=agency
        ).id
        documents.set_level(people["archivist"], fonds, Level.WITHHELD, "vì thử")
    made = closed.put_in(people, archive.fonds, papers)
    asked, items, grants = [], [], []
    for state, who in (("granted", "holder"), ("revoked", "revoked")):
        with transaction():
            one = requests.submit(people[who], [made.documents[state]], ASKED_FOR)
        with transaction():
            item = decisions.grant(people["approver"], one.items[0].id, "đủ điều kiện")
        assert item.grant is not None
        asked.append(one.id)
        items.append(one.items[0].id)
        grants.append(item.grant.id)
    with transaction():
        decisions.revoke(people["approver"], grants[1], "không còn đúng")
    with transaction():
        sampling.raise_share(people["archivist"], made.batch, 100, "xem hết")
        checks = list(db.session.scalars(select(PageCheck.id).where(PageCheck.batch_id == made.batch)))
    return Aviary(made, words, agency, fonds, asked, items, grants, checks)


def _paper(state: str, words: dict[tuple[str, str], str], minute: int) -> Paper:
    return Paper(
        name=state,
        state=state,
        texts=(f"Trang một có chữ {words[state, 'text']} và đất", f"trang hai {words[state, 'page']} nữa"),
        file_name=f"{words[state, 'file']}.jpg",
        note=words[state, "note"],
        subject=f"Về việc {words[state, 'title']} đất",
        number=f"{minute + 1}/QĐ-{words[state, 'number'].upper()}",
        issuer=f"Ban {words[state, 'issuer']}",
        year=1931,
        reason=f"theo luật {words[state, 'reason']}",
        minute=minute,
    )


@pytest.fixture
def heard(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, from the most talkative level on."""
    monkeypatch.setattr(logging.getLogger("portal"), "level", logging.DEBUG)
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield said
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize("role", ["anonymous", "other", "holder", "revoked"])
def test_nobody_meets_a_word_of_a_closed_paper(
    app: Flask, browse: Browsers, aviary: Aviary, role: str
) -> None:
    browser, hidden = browse(role), aviary.hidden_from(role)
    told = dict(_everything(app, browser, aviary))
    assert len(told) > 300
    assert [
        f"{found} at {address}" for address, answer in told.items() for found in _met(hidden, *answer)
    ] == []
    seen = " ".join(answer[1].decode(errors="replace") for answer in told.values())
    assert aviary.words["conditional", "title"] in seen, "what is public must have been met"
    assert (aviary.words["granted", "text"] in seen) == (role == "holder")


@pytest.mark.parametrize("role", ["anonymous", "revoked"])
def test_asking_for_a_word_of_a_closed_paper_is_asking_for_none(
    app: Flask, browse: Browsers, aviary: Aviary, role: str
) -> None:
    """The echo of the query apart, the answer is that to a word that stands nowhere."""
    browser = browse(role)
    every = [
        path for endpoint, path in addresses.of_site(app, "GET", {}, bare=True) if addresses.asks(endpoint)
    ]
    # Others are for staff alone and answer nobody else.
    with_query = [path for path in every if browser.get(path).status_code == 200]
    asked = {"/tim-kiem", "/tim-kiem/goi-y", "/tim-kiem.csv", "/tim-kiem.rss", "/api/v1/search"}
    assert asked <= set(with_query)
    with clock.held_at(clock.now()):
        for path, (ending, length) in product(with_query, (("", None), ("", 4), ("*", 4))):
            none = NO_CANARY[:length] + ending
            there = _told(browser, f"{path}?q={quote(none)}").replace(quote(none), "").replace(none, "")
            for word in aviary.hidden_from(role):
                canary = word[:length] + ending
                here = _told(browser, f"{path}?q={quote(canary)}")
                assert here.replace(quote(canary), "").replace(canary, "") == there, f"{path}?q={canary}"


def test_no_message_and_no_log_holds_a_word_of_a_closed_paper(
    app: Flask, browse: Browsers, aviary: Aviary, settings: Settings, heard: io.StringIO
) -> None:
    work.install()
    for lane in set(Lane) - {Lane.READ}:
        while claim := leases.claim("worker/1", lane):
            loop.perform(claim)
    assert len(list(_everything(app, browse("holder"), aviary))) > 300
    letters = [path.read_bytes() for path in settings.mail_folder.glob("*.eml")]
    assert letters, "letters must have been written"
    logged = [path.read_bytes() for path in settings.log_folder.rglob("*") if path.is_file()]
    hidden = aviary.hidden_from("anonymous")
    for told in [*letters, *logged, heard.getvalue().encode()]:
        assert [word for word in hidden if word[:4].encode() in told.lower()] == []


def _everything(app: Flask, browser: Browser, aviary: Aviary) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Yield kind and answer of every address, and of every form sent empty and filled; nobody signs out.

    Where a form leads on, what stands there is an answer, too: messages are said on the next page.
    """
    every = [page for pages in aviary.made.pages.values() for page in pages]
    nodes = [aviary.made.fonds, aviary.made.holding, aviary.fonds, *aviary.made.documents.values()]
    fillings: addresses.Fillings = {
        **dict.fromkeys(("record_id", "node_id", "document_id"), nodes),
        "page_id": every,
        "failed_id": every,
        "agency_id": (aviary.agency,),
        "batch_id": (aviary.made.batch,),
        "scan_id": ("0000000000",),
        "check_id": aviary.checks,
        "request_id": aviary.requests,
        "item_id": aviary.items,
        "grant_id": aviary.grants,
        "year": (1931,),
        "first": (1930,),
        "last": (1939,),
    }
    for endpoint, path in addresses.of_site(app, "GET", fillings):
        if endpoint != "static":
            yield path, _answer(browser.get(path))
    for node in nodes:
        yield f"/yeu-cau/moi?document={node}", _answer(browser.get(f"/yeu-cau/moi?document={node}"))
    for node in nodes:
        yield f"/en/r/{node}", _answer(browser.get(f"/en/r/{node}"))
    for query in ("đất", "trang", "về việc", "1931", "nam:1931", "QĐ", "Ban", "coquan:ban", "tieude:viec"):
        for path in ("/tim-kiem", "/tim-kiem/goi-y", "/tim-kiem.csv", "/tim-kiem.rss", "/api/v1/search"):
            address = f"{path}?q={quote(query)}"
            yield address, _answer(browser.get(address))
    for node in nodes:
        for path in ("/tim-kiem", "/api/v1/search"):
            address = f"{path}?q=trang&trong={node}"
            yield address, _answer(browser.get(address))
    yield from _sent(app, browser, aviary, fillings)


def _sent(
    app: Flask, browser: Browser, aviary: Aviary, fillings: addresses.Fillings
) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Yield kind and answer of every form, sent empty and with each field filled in."""
    token, turn = browser.token(), 0
    for endpoint, path in addresses.of_site(app, "POST", fillings):
        if endpoint == "accounts.sign_out":
            continue
        # Where nothing in the address says what it is about the fields do: each closed paper in turn.
        turns = len(aviary.made.documents) if not app.url_map._rules_by_endpoint[endpoint][0].arguments else 1
        sent = [{}, *(_filled(aviary, turn + more) for more in range(turns))]
        turn += 1
        for fields in sent:
            answer = browser.post(path, data={"csrf_token": token, **fields})
            yield f"POST {path} {fields}", _answer(answer)
            if answer.location:
                yield f"POST {path} {fields}: {answer.location}", _answer(browser.get(answer.location))


def _filled(aviary: Aviary, turn: int) -> dict[str, list[object]]:
    """Return something for every field of every form of the site, ids of what is closed where ids go.

    Every form gets all of it; what it does not know it leaves alone.
    """
    documents = list(aviary.made.documents.values())
    node = documents[turn % len(documents)]
    page = list(aviary.made.pages.values())[turn % len(documents)][0]
    either = turn % 2
    known: dict[str, object] = {
        "document": [node, documents[(turn + 1) % len(documents)]],
        "parent": (aviary.fonds, aviary.made.holding, node)[turn % 3],
        "fonds": (aviary.fonds, aviary.made.fonds)[either],
        "agency": aviary.agency,
        "heir": node,
        "act": ("grant", "publish", f"grant-{aviary.items[either]}", "preview", "remove")[turn % 5],
        "seen": (aviary.grants[either], "1")[either],
        "version": "1",
        "code": ("WU1", "WU")[either],
        "number": f"{turn % len(documents) + 1}/QĐ-UBND",
        "subject": f"Về việc {node}",
        "issuer": "Ban nào đó",
        "issued_on": "1931",
        "type_code": ("QD", page)[either],
        "level": ("open", "conditional", "withheld")[turn % 3],
        "name": f"Hộp {node}",
        "box": f"Hộp {page}",
        "folders": f"Tập {node}",
        "expected_sheets": ("12", node)[either],
        "sides": ("1", "2")[either],
        "scanner": f"Máy {page}",
        "other": f"Tên {page}",
        "kind": ("place", node)[either],
        "legal_basis": "Nghị quyết 60",
        **dict.fromkeys(("left", "top", "width", "height"), "20"),
        "opens_on": ("31/12/2041", "1/1")[either],
        "period": ("", "per0000001")[either],
        "years": "40",
        "counted_from": ("file_end", node)[either],
        "by_year": "y",
        "basis": f"Luật {page}",
        "answer": f"Đã xem {page}",
        "percent": ("100", node)[either],
        "end_reason": f"Giữ lại {page}",
        "store": f"Kho {node}",
        "handed_by": f"Người giao {node}",
        "handed_to": f"Người nhận {page}",
        "due_on": "31/12/2041",
        "condition": f"Còn nguyên {page}",
        "returned_by": f"Người trả {node}",
        "received_by": f"Người nhận {page}",
        "takeout": ("", node)[either],
        **{
            f"{name}_{place}": ("45", "y", node)[which]
            for place in (1, 2, 3)
            for which, name in enumerate(("sheets", "order", "note"))
        },
        "explanation": f"Thiếu {page}",
        "left_standing": f"Để lại {page}",
        "note": page,
        "is_both_ways": "y",
        "sure": "y",
        "days": f"30/04/1995; nghỉ lễ; Ngày {page}",
        "is_expected": "y",
        "name_vi": f"Tên {page}",
        "name_en": f"Name {page}",
        "place": (aviary.fonds, aviary.made.fonds, node, page)[turn % 4],
        "kinds": ("bao-cao", page)[either],
        "last_year": ("1999", node)[either],
        "use_forms": ("read_online", page)[either],
        "grant_days": "30",
        "with_copy": "y",
        "text_vi": page,
        "text_en": node,
        "outcome": ("refuse", node)[either],
        "needs_review_on": "y",
        "can_appeal": "y",
        "needs_evidence": "y",
        "needs_draft": "y",
        "last_day": "31/12/2031",
        "working_days": "7",
        "extension_days_most": "7",
        "pause_days_most": "7",
        "declared": "y",
        "type_name": "THÔNG BÁO",
        "body": f"Đã xem {page}, số {{so_yeu_cau}}",
        "authority": f"TUQ. {node}",
        **dict.fromkeys(("reminders", "copies", "endings", "calendar", "reviews", "sms"), "y"),
        "digits": "123456",
        "purpose": f"{ASKED_FOR} {page}",
        "purpose_kind": ("term000019", node)[either],
        "use_form": ("term000016", page)[either],
        "first_served": ("", node)[either],
        "way": "brought",
        "accepted": "y",
        "draft": node,
        "bulk": ("take", "assign", "extend", "remind", "sign")[turn % 5],
        "giver": node,
        "delegate": page,
        "away": node,
        "what": ("decide", node)[either],
        "form": ("TUQ", page)[either],
        "from_day": "31/12/2031",
        "to_day": "31/12/2031",
        "work": ("write", "note", "ask_reader", "consult", "go_on", "extend", "transfer", "reopen")[turn % 8],
        "person": node,
        "term": "term000001",
        "pages": "1-2",
        "review_on": "31/12/2031",
        "reason": "không đủ điều kiện",
        "opening_reason": "hết lý do đóng",
        "until": "31/12/2031",
        "date_from": "01/01/1931",
        "date_to": "31/12/1931",
        "valid_from": "01/01/1931",
        "valid_to": "31/12/1931",
        "extent_mm": "1,5",
        "email": ("holder@example.vn", "ai.do@example.vn")[either],
        "holder": "holder@example.vn",
        "role": "citizen",
        "password": "không phải mật khẩu của ai",
        "present": "không phải mật khẩu của ai",
        "locale": ("vi", "en")[either],
        "text": f"{','.join(alias_tables.HEADING)}\nxã,Tên {page},Tên khác,,{node}",
        "id_number": ("079123456789", "khong phai so")[either],
        "phone": ("0912 345 678", "khong phai so")[either],
        "workplace": f"Trường {node}",
        "priority": f"Thương binh {page}",
        "turn": ("first", node)[either],
        "weekdays": ("6", node)[either],
        "begins_at": ("22:00", node)[either],
        "ends_at": "05:30",
        "readers": "1",
        "value": node,
        "value_en": page,
        **dict.fromkeys(("first", "second", "last"), ("1", node)[either]),
        "starts": ("fronts", node)[either],
        "order": ("same", page)[either],
        "mark": f"{('begin', 'aside', 'none')[turn % 3]}:{page}",
    }
    # What is in a file comes as text, too, or is a picture.
    unknown = _fields_of_forms() - known.keys() - {"picture", "table", "evidence", "files", "file"}
    assert not unknown, f"say in _filled how to fill {sorted(unknown)}"
    return {name: value if isinstance(value, list) else [value] for name, value in known.items()}


def _fields_of_forms() -> set[str]:
    """Return the names of the fields of every form that some area of the site has."""
    kinds = [PortalForm]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {name for kind in kinds for name in dir(kind) if isinstance(getattr(kind, name), UnboundField)}


def _answer(answer: object) -> tuple[str, bytes]:
    return answer.mimetype, str(answer.headers).encode() + answer.get_data()  # type: ignore[attr-defined]


def _met(hidden: Sequence[str], kind: str, told: bytes) -> list[str]:
    """Return which words are met: in text by their first four letters, marks or not; in all else whole."""
    if not kind.startswith(TEXTUAL):
        return [word for word in hidden if word.encode() in told]
    bare = analysis.fold(_without_dice(told).decode(errors="replace"))
    return [word for word in hidden if word[:4] in bare]


def _without_dice(told: bytes) -> bytes:
    """Take out what is made by chance, in which four letters may stand by chance."""
    told = re.sub(rb'nonce(?:-|=")[\w-]{22}', b"nonce", told)
    told = re.sub(rb'name="csrf_token" value="[^"]+"', b"", told)
    return re.sub(rb"(?m)^Set-Cookie: [^;]+", b"", told)


def _told(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return _without_dice(answer.get_data()).decode()
