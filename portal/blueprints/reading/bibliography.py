"""A citation for programs that keep literature: BibTeX and RIS.

Both are UTF-8. BibTeX of old knows no letters beyond ASCII, so the file says which programs read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from flask import Response
from flask_babel import gettext
from markupsafe import Markup

from portal.blueprints.reading import citing
from portal.blueprints.reading.citing import Source
from portal.core import clock
from portal.core.partial import Exactness, PartialDate
from portal.web import locale

LINE = "\r\n"
"""What RIS ends its lines with."""

_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        **{sign: f"\\{sign}" for sign in "$&#%_"},
    }
)
"""Letters with a meaning of their own in TeX. Braces by name: BibTeX counts even escaped ones."""


class Form(NamedTuple):
    """One form of citation: how it is written and what the file is to a browser."""

    write: Callable[[Source], str]
    media_type: str


def bibtex(source: Source) -> str:
    """Return one entry; dates both as BibTeX (year, month) and as BibLaTeX (date) knows them."""
    issued = source.issued_on
    fields = {
        "author": f"{{{_tex(source.issuer)}}}" if source.issuer else "",
        "title": f"{{{_tex(source.title)}}}",
        "number": _tex(source.number),
        "type": _tex(source.type_name),
        "date": _iso(issued, "-") if issued else "",
        "year": str(issued.first.year) if issued else "",
        "month": str(issued.first.month) if issued and issued.exactness != Exactness.YEAR else "",
        "pages": str(source.page or ""),
        "howpublished": _tex(_joined(source.shelf, citing.sheet(source), source.archive)),
        "note": _tex(source.originality),
        "url": source.address,
        "urldate": clock.today().isoformat(),
        "langid": "vietnamese",
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    hint = gettext("This file is in UTF-8: use biber, or BibTeX with XeLaTeX or LuaLaTeX.")
    return f"% {hint}\n@misc{{{_key(source)},\n{body}}}\n"


def ris(source: Source) -> str:
    """Return one reference, of the kind of unprinted papers."""
    issued = source.issued_on
    tags: Iterable[tuple[str, str]] = (
        ("TY", "MANSCPT"),
        ("ID", source.id),
        ("AU", _plain(source.issuer)),
        ("TI", _plain(source.title)),
        ("PY", str(issued.first.year) if issued else ""),
        ("DA", _ris_date(issued) if issued else ""),
        ("M1", _plain(source.number)),
        ("M3", _plain(source.type_name)),
        ("SP", str(source.page or "")),
        ("AV", _plain(source.shelf)),
        ("DP", _plain(source.archive)),
        ("N1", _plain(source.originality)),
        ("LA", locale.VIETNAMESE),
        ("UR", source.address),
        ("Y2", clock.today().strftime("%Y/%m/%d/")),
    )
    return "".join(f"{tag}  - {value}{LINE}" for tag, value in tags if value) + f"ER  - {LINE}"


FORMS: Mapping[str, Form] = {
    "bib": Form(bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": Form(ris, "application/x-research-info-systems; charset=utf-8"),
}
"""By the ending of the file."""


def file(source: Source, ending: str) -> Response:
    """Return the citation as a file; its name tells the id and nothing of the paper."""
    form = FORMS[ending]
    answer = Response(form.write(source), content_type=form.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{_key(source)}.{ending}"'
    return answer


def _key(source: Source) -> str:
    return f"metgia-{source.id}"


def _plain(text: str) -> str:
    """Return a text or HTML of one as one line without marks."""
    bare = text.striptags() if isinstance(text, Markup) else text
    return _SPACE.sub(" ", bare).strip()


def _tex(text: str) -> str:
    return _plain(text).translate(_TEX)


def _joined(*parts: str) -> str:
    return ", ".join(_plain(part) for part in parts if part)


def _iso(issued: PartialDate, mark: str) -> str:
    """Return as much of the date as is known, year first."""
    form = {Exactness.YEAR: "%Y", Exactness.MONTH: f"%Y{mark}%m", Exactness.DAY: f"%Y{mark}%m{mark}%d"}
    return issued.first.strftime(form[issued.exactness])


def _ris_date(issued: PartialDate) -> str:
    """Return the date with the slashes that RIS wants even where month or day is not known."""
    known = _iso(issued, "/")
    return known + "/" * (3 - known.count("/"))
