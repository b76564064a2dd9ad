"""The user guide as the site shows it, and which section of it helps on which page.

The chapters are the files `docs/users/<language>/<chapter>.md`. A section is a heading of the second
level with its anchor, as in `## Find a record {#tim}`; both languages have the same sections.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from flask import Flask, request, url_for
from markdown_it.token import Token
from markupsafe import Markup

from config import PROJECT
from portal.accounts.roles import Role
from portal.core.errors import NotFoundError
from portal.web import actors, locale, passages, prose

FOLDER = PROJECT / "docs" / "users"

CHAPTERS = {
    "ban-doc": Role.CITIZEN,
    "nhap-lieu": Role.OPERATOR,
    "luu-tru-vien": Role.ARCHIVIST,
    "nguoi-duyet": Role.APPROVER,
    "quan-tri": Role.ADMINISTRATOR,
}
"""Chapter by its part of the address, and whom it is for."""

_BY_ROLE: Mapping[Role | None, str] = {role: slug for slug, role in CHAPTERS.items()}

OWN = "*"

PLACES: dict[str, str] = {
    "reading.home": "ban-doc#tim",
    "reading.search": "ban-doc#tim",
    **dict.fromkeys(
        (
            *("browsing.fonds", "browsing.node", "browsing.all_agencies", "browsing.agency"),
            *("browsing.decades", "browsing.years", "browsing.year", "browsing.undated"),
        ),
        "ban-doc#phong",
    ),
    "reading.record": "ban-doc#tai-lieu",
    "reading.page": "ban-doc#trang",
    **dict.fromkeys(("choosing.show", "choosing.put"), "ban-doc#gio"),
    **dict.fromkeys(
        (
            *("requesting.ask", "requesting.why", "requesting.prove", "requesting.undertake"),
            "requesting.check",
        ),
        "ban-doc#yeu-cau",
    ),
    "requesting.receipt": "ban-doc#theo-doi",
    "requesting.mine": "ban-doc#theo-doi",
    "requesting.show": "ban-doc#theo-doi",
    "requesting.write": "ban-doc#theo-doi",
    "requesting.change": "ban-doc#theo-doi",
    **dict.fromkeys(("appealing.appeal", "appealing.one"), "ban-doc#khieu-nai"),
    **dict.fromkeys(("appealing.queue", "appealing.extend", "appealing.decide"), "nguoi-duyet#khieu-nai"),
    **dict.fromkeys(
        (
            *("visiting.ask", "visiting.proved", "visiting.follow"),
            *("visiting.digits", "visiting.show", "visiting.write", "visiting.appeal"),
        ),
        "ban-doc#khong-tai-khoan",
    ),
    "accounts.sign_in": "ban-doc#dang-nhap",
    "accounts.one_time_link": "ban-doc#dang-nhap",
    "joining.register": "ban-doc#dang-ky",
    "joining.proved": "ban-doc#dang-ky",
    "joining.letter": "ban-doc#dang-ky",
    "joining.invited": "ban-doc#dang-nhap",
    "joining.forgotten": "ban-doc#quen-mat-khau",
    "joining.reset": "ban-doc#quen-mat-khau",
    "own.data": "ban-doc#tai-khoan-cua-toi",
    "own.password": "ban-doc#tai-khoan-cua-toi",
    **dict.fromkeys(("own.profile", "own.send_evidence"), "ban-doc#ho-so"),
    "own.notices": "ban-doc#thong-bao",
    **dict.fromkeys(("settings.mails", "settings.mail"), "quan-tri#thu"),
    "own.erase": "ban-doc#xuat-va-xoa",
    **dict.fromkeys(
        ("confirming.queue", "confirming.person", "confirming.confirm", "confirming.send_back"),
        "luu-tru-vien#xac-minh",
    ),
    "accounts.notices": "ban-doc#thong-bao",
    "about.contact": "ban-doc#gioi-thieu",
    "about.privacy": "ban-doc#gioi-thieu",
    "about.accessibility": "ban-doc#gioi-thieu",
    "about.conditional": "ban-doc#yeu-cau",
    "about.sitemap": "ban-doc#gioi-thieu",
    "desk.mine": "*#ban-lam-viec",
    "intake.batches": "nhap-lieu#lo-moi",
    "intake.batch": "nhap-lieu#theo-doi-lo",
    **dict.fromkeys(
        (
            *("queueing.overview", "queueing.pause_all"),
            *("queueing.batch", "queueing.pause", "queueing.place"),
        ),
        "nhap-lieu#hang-doi",
    ),
    "queueing.quiet": "quan-tri#gio-nghi",
    **dict.fromkeys(("queueing.unread", "queueing.skip", "queueing.dead"), "nhap-lieu#khong-duoc"),
    "intake.split": "nhap-lieu#tach-tai-lieu",
    **dict.fromkeys(
        ("intake.mark_page", "intake.confirm_split", "intake.undo_split"), "nhap-lieu#tach-tai-lieu"
    ),
    **dict.fromkeys(("intake.collate", "intake.confirm_collation"), "nhap-lieu#hai-luot"),
    "intake.withdraw": "nhap-lieu#rut-lo",
    "intake.withdrawn": "nhap-lieu#rut-lo",
    "intake.all_withdrawn": "nhap-lieu#rut-lo",
    **dict.fromkeys(("intake.flagged", "intake.signatures"), "nhap-lieu#can-xem-lai"),
    **dict.fromkeys(("secrecy.queue", "secrecy.one"), "nguoi-duyet#bi-mat"),
    **dict.fromkeys(
        ("purging.queue", "purging.propose", "purging.one", "purging.confirm", "purging.decline"),
        "nguoi-duyet#xoa-han",
    ),
    **dict.fromkeys(
        (
            *("takeouts.register", "takeouts.enter", "takeouts.one", "takeouts.take_back"),
            *("takeouts.settle", "takeouts.strike", "takeouts.of_batch"),
        ),
        "nhap-lieu#xuat-kho",
    ),
    **dict.fromkeys(("checking.overview", "checking.batch", "checking.page"), "nhap-lieu#kiem-tra"),
    "checking.raise_share": "nhap-lieu#kiem-tra",
    "checking.rates": "nguoi-duyet#ty-le-loai",
    **dict.fromkeys(("checking.rescans", "checking.rescan"), "nhap-lieu#quet-lai"),
    **dict.fromkeys(("checking.close", "checking.reopen"), "nhap-lieu#dong-lo"),
    "describing.queue": "luu-tru-vien#mo-ta",
    "describing.unpublished": "luu-tru-vien#mo-ta",
    "describing.worst_read": "luu-tru-vien#doc-kem",
    "describing.document": "luu-tru-vien#mo-ta",
    "describing.close": "luu-tru-vien#dong",
    "describing.opening": "luu-tru-vien#dong",
    "describing.on_paper": "luu-tru-vien#ban-giay",
    "arranging.overview": "luu-tru-vien#sap-xep",
    "arranging.new_agency": "luu-tru-vien#sap-xep",
    "arranging.agency": "luu-tru-vien#sap-xep",
    "arranging.new_fonds": "luu-tru-vien#sap-xep",
    "arranging.new_file": "luu-tru-vien#sap-xep",
    "arranging.node": "luu-tru-vien#sap-xep",
    "naming.overview": "luu-tru-vien#ten-goi",
    "naming.new": "luu-tru-vien#ten-goi",
    "naming.alias": "luu-tru-vien#ten-goi",
    "naming.retire": "luu-tru-vien#ten-goi",
    "naming.load": "luu-tru-vien#ten-goi",
    "statistics.searches": "luu-tru-vien#thong-ke",
    "statistics.requests": "luu-tru-vien#yeu-cau",
    "arranging.move": "luu-tru-vien#sap-xep",
    "handling.queue": "luu-tru-vien#yeu-cau",
    **dict.fromkeys(("exposing.report", "exposing.thanks"), "ban-doc#bao-cao"),
    **dict.fromkeys(("exposing.queue", "exposing.one", "exposing.answer"), "luu-tru-vien#bao-cao"),
    "handling.many": "luu-tru-vien#yeu-cau",
    "handling.one": "luu-tru-vien#yeu-cau",
    "handling.draft": "luu-tru-vien#du-thao",
    **dict.fromkeys(("handling.reviews", "handling.review", "handling.open_refused"), "luu-tru-vien#xem-lai"),
    **dict.fromkeys(
        (
            *("redacting.queue", "redacting.of_document", "redacting.one", "redacting.sheet"),
            *("redacting.make", "redacting.offer", "redacting.recall"),
            *("redacting.confirm", "redacting.send_back", "redacting.withdraw"),
        ),
        "luu-tru-vien#ban-che",
    ),
    **dict.fromkeys(("lettering.listing", "lettering.new", "lettering.cancel"), "luu-tru-vien#van-ban"),
    **dict.fromkeys(("lettering.wordings", "lettering.wording"), "quan-tri#van-ban"),
    "deciding.queue": "nguoi-duyet#hang-cho",
    "deciding.whole": "nguoi-duyet#quyet-dinh",
    "deciding.item": "nguoi-duyet#quyet-dinh",
    "deciding.granted": "nguoi-duyet#cham-dut",
    "deciding.send_back": "nguoi-duyet#quyet-dinh",
    "deciding.revoke": "nguoi-duyet#cham-dut",
    "readlog.overview": "nguoi-duyet#nhat-ky-doc",
    "readlog.of_record": "nguoi-duyet#nhat-ky-doc",
    "readlog.of_person": "nguoi-duyet#nhat-ky-doc",
    **dict.fromkeys(
        (
            *("automatic.overview", "automatic.propose", "automatic.one"),
            *("automatic.approve", "automatic.decline", "automatic.end"),
        ),
        "nguoi-duyet#tu-dong",
    ),
    **dict.fromkeys(("delegating.overview", "delegating.note_absence"), "nguoi-duyet#uy-quyen"),
    "people.listing": "quan-tri#tai-khoan",
    "people.invite": "quan-tri#tai-khoan",
    "people.person": "quan-tri#nghi-viec",
    "people.change_role": "quan-tri#nghi-viec",
    "people.hand_over": "quan-tri#nghi-viec",
    "people.disable": "quan-tri#nghi-viec",
    "settings.overview": "quan-tri#thiet-lap",
    "settings.value": "quan-tri#thiet-lap",
    "settings.emblem": "quan-tri#bieu-trung",
    "calendars.overview": "quan-tri#lich",
    "calendars.year": "quan-tri#lich",
    **dict.fromkeys(
        (
            *("rules.overview", "rules.new", "rules.term", "rules.service", "rules.period"),
            *("rules.new_closure", "rules.closure"),
        ),
        "quan-tri#quy-dinh",
    ),
}
"""Which section helps on the page of an endpoint; `*` is the chapter of whoever asks, as it is elsewhere."""

_ANCHOR = re.compile(r"\s*\{#([a-z0-9-]+)\}$")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a chapter that pages lead to."""

    anchor: str
    heading: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter in one language."""

    slug: str
    title: str
    sections: Sequence[Section]
    html: Markup
    """Everything below the title."""


def chapter(slug: str) -> Chapter:
    """Return a chapter in the reader's language.

    Raises:
        NotFoundError: there is no such chapter.
    """
    if slug not in CHAPTERS:
        raise NotFoundError("not_found")
    return _read(slug, locale.current(), request.script_root)


def chapters() -> list[Chapter]:
    """Return all chapters, first the one that is for whoever asks."""
    own = _own()
    return [chapter(slug) for slug in sorted(CHAPTERS, key=lambda slug: slug != own)]


def own_chapter() -> str:
    """Return the chapter that is for whoever asks."""
    return _own()


def address() -> str:
    """Return where the guide helps on the present page."""
    slug, _, anchor = PLACES.get(request.endpoint or "", OWN).partition("#")
    return url_for("guide.chapter", slug=_own() if slug == OWN else slug, _anchor=anchor or None)


def init_app(app: Flask) -> None:
    """Let the frame of every page lead to the guide."""
    app.jinja_env.globals["help_address"] = address


def _own() -> str:
    return _BY_ROLE.get(actors.current().role, _BY_ROLE[Role.CITIZEN])


@cache
def _read(slug: str, language: str, root: str) -> Chapter:
    """Read a chapter once for each process; `root` is what links on this site begin with."""
    tokens = prose.tokens_of((FOLDER / language / f"{slug}.md").read_text(encoding="utf-8"))
    title, sections = tokens[1].content, []
    for opening, inline in pairwise(tokens[3:]):
        if opening.type == "heading_open":
            section = _section(inline)
            opening.attrSet("id", section.anchor)
            sections.append(section)
    html = prose.html_of(tokens[3:], root=root)
    return Chapter(slug, title, sections, html if language == locale.VIETNAMESE else passages.examples(html))


def _section(inline: Token) -> Section:
    """Take the anchor off a heading."""
    found = _ANCHOR.search(inline.content)
    if found is None or not inline.children:
        raise ValueError(f"this heading of the guide has no anchor: {inline.content}")
    inline.children[-1].content = _ANCHOR.sub("", inline.children[-1].content)
    return Section(found[1], inline.content[: found.start()])
