"""What is closed changes nothing of what anybody is told, to the byte.

Two homes have the same public papers. In one of them stand closed papers, too; in the other the
same conditional ones say something else and look otherwise, and those whose existence is not
public are not there at all. Whoever has no rights asks both the same, most of it in words of the
closed text, and gets the same answers. `LONG=1` asks 5,000 times.
"""

from __future__ import annotations

import difflib
import os
import random
import re
import shutil
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from config import SEARCH_ENGINES, Settings
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.app import create_app
from portal.catalogue import agencies, documents, figures, tree
from portal.core import clock
from portal.core.db import db, transaction
from portal.jobs.models import Job
from portal.rights.levels import Level
from portal.search import analysis
from tests.web import addresses, closed
from tests.web.browser import Browser
from tests.web.closed import UNKNOWN_TO_THE_PUBLIC, Closed, Paper

LONG = os.environ.get("LONG") == "1"
REQUESTS = 5_000 if LONG else 300

SEED = "a number for the dice"

PUBLIC_TEXT = """
quyết định về việc giao đất cho hộ gia đình tỉnh huyện xã kênh mương thủy lợi trường học xây dựng cầu đường
ủy ban nhân dân phê duyệt dự toán kinh phí năm thành lập hội đồng thanh tra báo cáo kết quả thực hiện kế hoạch
sản xuất lúa vụ mùa rừng phòng hộ bồi thường giải phóng mặt bằng khu dân cư
"""
CLOSED_TEXTS = {
    "a": """
    ngoằn nguệch khuỷu xoẹt tuýp quềnh choãi nghễnh khoắng thuôn phiệt nhuệ xuềnh giặc mật vụ án tình báo tố
    giác điềm chỉ bệnh án phong hủi tịch thu khiếu kiện nặc danh phượng hoằng khuynh diệp
    """,
    "b": """
    bướm ong kiến nhện dế châu chấu cào chuồn chim sẻ sáo vẹt cò diệc bồ nông đại bàng cú mèo thằn lằn kỳ đà
    tắc kè rùa ba ba ếch nhái cóc chẫu chàng lươn trạch
    """,
}
PUBLIC = PUBLIC_TEXT.split()
CLOSED = {home: text.split() for home, text in CLOSED_TEXTS.items()}

ISSUERS = ("Ủy ban nhân dân tỉnh", "Sở Thủy lợi", "Sở Địa chính")

VOLATILE = (
    (re.compile(rb"nonce-[\w-]{22}"), b"nonce-"),
    (re.compile(rb'nonce="[\w-]{22}"'), b'nonce=""'),
    (re.compile(rb'name="csrf_token" value="[^"]+"'), b'name="csrf_token"'),
    (re.compile(rb"(?m)^(Set-Cookie: [\w-]+)=[^;]+"), rb"\1"),
    (re.compile(rb'"disk_free": ?\d+'), b'"disk_free"'),
    (re.compile(rb"(?m)^(?:Content-Length|Date): .*$"), b""),
)
"""What differs between two answers to the same person, too. Ids and times are the same in both homes."""


@dataclass(frozen=True)
class Home:
    """One of the two, with what was put into it."""

    app: Flask
    papers: Sequence[Paper]
    made: Closed
    agencies: Sequence[str]


def papers_of(which: str) -> list[Paper]:
    """Return the papers of home a or b, in the order in which they are taken in."""
    made: list[Paper] = []
    states = (
        "open",
        "open",
        "conditional",
        "withheld",
        "open",
        "unpublished",
        "closed",
        "unpublished_withheld",
    )
    for minute in range(64):
        state = states[minute % len(states)]
        if state in UNKNOWN_TO_THE_PUBLIC and which == "b":
            continue
        said, told = random.Random(f"public {minute}"), random.Random(f"closed {which} {minute}")
        public = [" ".join(_words(said, PUBLIC, 30)) for _ in range(said.randint(1, 3))]
        hidden = [" ".join(_words(told, [*PUBLIC, *CLOSED[which]], 30)) for _ in range(told.randint(1, 4))]
        is_secret = state in UNKNOWN_TO_THE_PUBLIC
        made.append(
            Paper(
                name=f"{state} {minute}",
                state=state,
                texts=tuple(public if state == "open" else hidden),
                file_name=f"quet_{minute}.jpg" if state == "open" else f"{hidden[0][:20]} {minute}.jpg",
                note=f"{which} {minute}",
                subject=" ".join(
                    _words(told if is_secret else said, CLOSED["a"] if is_secret else PUBLIC, 7)
                ),
                number=f"{minute + 700 if is_secret else minute}/{'MV' if is_secret else 'QĐ'}-UBND",
                issuer="Ban Cơ yếu" if is_secret else said.choice(ISSUERS),
                year=1931 if is_secret else 1990 + minute % 9,
                shade=which if state != "open" else "",
                minute=minute,
            )
        )
    return made


def _words(dice: random.Random, among: Sequence[str], times: int) -> list[str]:
    """Return words as they are in texts: some much more often than others."""
    return [among[min(int(dice.expovariate(4 / len(among))), len(among) - 1)] for _ in range(times)]


def build(folder: Path, database: Path, which: str, engine: str) -> Home:
    """Make a home; the application of the last one made is the one that serves."""
    folder.mkdir()
    shutil.copy(database, folder / "portal.db")
    environment = {"PORTAL_HOME": str(folder), "DEMO": "0", "SECRET_KEY": "t" * 40, "SEARCH_ENGINE": engine}
    app = create_app(Settings.from_environment(environment))
    app.testing = True
    app.test_client_class = Browser
    papers = papers_of(which)
    with app.app_context():
        with closed.steady("places"), clock.held_at(closed.BEGAN), transaction():
            people = _people()
            known = [
                agencies.create(people["archivist"], code=f"C{n}", name=name).id
                for n, name in enumerate(ISSUERS)
            ]
            fonds = tree.create_fonds(people["archivist"], code="P1", name="Phông một", agency_id=known[0]).id
        if which == "a":
            known.append(_hide_a_fonds(people))
        made = closed.put_in(people, fonds, papers)
        with clock.held_at(closed.BEGAN + timedelta(days=1)), transaction() as session:
            figures.keep(figures.take())
            # As in a home whose worker has done everything.
            session.query(Job).delete()
        db.session.remove()
    return Home(app, papers, made, known)


def _hide_a_fonds(people: dict[str, Actor]) -> str:
    """Make an agency and its fonds of which nobody may know, with papers in it; return the agency's id."""
    with closed.steady("hidden places"), clock.held_at(closed.BEGAN), transaction():
        agency = agencies.create(people["archivist"], code="CY", name="Ban Cơ yếu").id
        fonds = tree.create_fonds(people["archivist"], code="P2", name="Phông mật vụ", agency_id=agency).id
        documents.set_level(people["archivist"], fonds, Level.WITHHELD, "bí mật công tác")
    told = random.Random("hidden")
    closed.put_in(
        dict.fromkeys(people, people["archivist"]),
        fonds,
        [
            Paper(
                name=f"hidden {number}",
                state="open",
                texts=(" ".join(_words(told, [*PUBLIC, *CLOSED["a"]], 30)),),
                file_name=f"mat_{number}.jpg",
                note="",
                subject=" ".join(_words(told, PUBLIC, 7)),
                number=f"{number}/QĐ-UBND",
                issuer=ISSUERS[0],
                year=1991,
                minute=number,
            )
            for number in range(5)
        ],
    )
    return agency


def _people() -> dict[str, Actor]:
    return {
        role: accounts.create(PORTAL, f"{role}@example.vn", Role(role), name=role).actor
        for role in ("operator", "archivist")
    }


class Asking:
    """Makes up what somebody asks who wants to know what is closed in a home."""

    def __init__(self, home: Home) -> None:
        self._dice = random.Random(SEED)
        self._closed = [paper for paper in home.papers if paper.state != "open"]
        self._paths = self._all_paths(home)
        self.about_closed = 0

    def addresses(self, times: int) -> Iterator[str]:
        """Yield addresses; of two in three the query is made of closed text."""
        while times:
            is_about = self._dice.random() < 2 / 3
            query = self._of_closed() if is_about else " ".join(_words(self._dice, PUBLIC, 2))
            self.about_closed += is_about
            yield f"{self._path()}?{urlencode({'q': query, **self._narrowed()})}"
            times -= 1

    @staticmethod
    def _all_paths(home: Home) -> dict[str, list[str]]:
        every = [page for pages in home.made.pages.values() for page in pages]
        nodes = [home.made.fonds, home.made.holding, *home.made.documents.values()]
        fillings = {
            **dict.fromkeys(("record_id", "node_id", "document_id"), nodes),
            "page_id": every,
            "failed_id": every,
            "agency_id": home.agencies,
            "batch_id": (home.made.batch,),
            **dict.fromkeys(("scan_id", "check_id", "request_id", "item_id", "grant_id"), ("0000000000",)),
        }
        paths: dict[str, list[str]] = {}
        for endpoint, path in addresses.of_site(home.app, "GET", fillings):
            paths.setdefault(endpoint, []).append(path)
        return paths

    def _path(self) -> str:
        """Return an address of search, or any of the site."""
        searching = [name for name in self._paths if addresses.asks(name)]
        among = searching if self._dice.random() < 0.7 else list(self._paths)
        path = self._dice.choice(self._paths[self._dice.choice(among)])
        return f"/en{path}" if self._dice.random() < 0.1 else path

    def _of_closed(self) -> str:
        dice, paper = self._dice, self._dice.choice(self._closed)
        words = dice.choice([*paper.texts, paper.subject]).split()
        word, (one, other) = dice.choice(words), dice.choice(list(pairwise(words)))
        bare = analysis.fold_word(word)
        spot = dice.randrange(len(bare))
        return dice.choice(
            (
                word,
                bare,
                word[:4],
                f"{bare[:3]}*",
                f"{word[: dice.randint(1, len(word))]}*",
                bare[:spot] + dice.choice("abcdegh") + bare[spot + 1 :],
                f"{one} {other}",
                f'"{one} {other}"',
                analysis.fold_word(one) + " " + analysis.fold_word(other),
                f"{dice.choice(PUBLIC)} {word}",
                f"{dice.choice(PUBLIC)} -{word}",
                f"({word} OR {dice.choice(PUBLIC)}) AND {dice.choice(PUBLIC)}",
                " ".join(words[:8]),
                paper.number,
                paper.number.replace("/", " ").lower(),
                f"so:{paper.number}",
                f"coquan:{paper.issuer.split()[-1]}",
                f"tieude:{word}",
                f"nam:{paper.year}",
                f"{dice.choice(PUBLIC)} nam:{paper.year}..{paper.year + 60}",
                paper.file_name,
                paper.note,
            )
        )

    def _narrowed(self) -> dict[str, Any]:
        """Return what narrows a search, often by values that only closed papers have."""
        dice, paper = self._dice, self._dice.choice(self._closed)
        every = {
            "exact": "1",
            "fonds": dice.choice(("P1", "P2")),
            "trong": dice.choice(self._paths["reading.record"]).rsplit("/", 1)[1],
            "co-quan": paper.issuer,
            "tiep-can": dice.choice(("open", "conditional", "withheld")),
            "ngon-ngu": "vie",
            "loai": "Quyết định",
            "tu": paper.year,
            "den": paper.year + dice.choice((0, 1, 50)),
            "xep": dice.choice(("moi", "cu")),
            "page": dice.randint(1, 3),
            "per_page": dice.randint(1, 50),
        }
        return {name: every[name] for name in every if dice.random() < 0.12}


def answers(home: Home, asked: Sequence[str]) -> list[bytes]:
    """Return status, headers and body of each answer, packed, without what differs from time to time."""
    browser = home.app.test_client()
    told = []
    with clock.held_at(closed.BEGAN + timedelta(days=2)):
        for address in asked:
            answer = browser.get(address)
            whole = f"{answer.status}\n{answer.headers}\n".encode() + answer.get_data()
            for pattern, instead in VOLATILE:
                whole = pattern.sub(instead, whole)
            told.append(zlib.compress(whole, 1))
    with home.app.app_context():
        db.session.remove()
        db.engine.dispose()
    return told


@pytest.mark.parametrize("engine", SEARCH_ENGINES)
def test_what_is_closed_changes_no_answer(tmp_path: Path, migrated_database: Path, engine: str) -> None:
    first = build(tmp_path / "a", migrated_database, "a", engine)
    asking = Asking(first)
    asked = list(asking.addresses(REQUESTS))
    assert asking.about_closed >= REQUESTS / 2
    assert sum("/tim-kiem/goi-y" in address for address in asked) > REQUESTS / 20
    here = answers(first, asked)
    second = build(tmp_path / "b", migrated_database, "b", engine)
    public = [paper.name for paper in second.papers]
    assert {name: first.made.documents[name] for name in public} == second.made.documents
    there = answers(second, asked)
    differing = [place for place, (one, other) in enumerate(zip(here, there, strict=True)) if one != other]
    statuses = [int(zlib.decompress(one).split(b" ", 1)[0]) for one in here]
    print(
        f"{engine}: {len(asked)} requests ({asking.about_closed} made of closed text): "
        f"{len(differing)} differ; "
        + ", ".join(f"{status}: {statuses.count(status)}" for status in sorted(set(statuses)))
    )
    assert 200 in statuses
    assert max(statuses) < 500
    shown = [_shown(asked[place], here[place], there[place]) for place in differing[:5]]
    assert not differing, "\n\n".join(shown)


def _shown(address: str, here: bytes, there: bytes) -> str:
    texts = [zlib.decompress(one).decode(errors="replace").splitlines() for one in (here, there)]
    return "\n".join([address, *list(difflib.unified_diff(*texts, "a", "b", lineterm="", n=1))[:60]])
