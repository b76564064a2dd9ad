"""Counts of searches: what is kept, what never is, and what goes when the day is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.actors import ANONYMOUS, Actor
from portal.catalogue.finding import Found
from portal.catalogue.usage import counting, figures, keeping
from portal.catalogue.usage.counting import Narrowing, Surface
from portal.catalogue.usage.models import SearchCount, SearchMiss
from portal.core import clock, dated
from portal.core.dated import DatedValue
from portal.core.db import aside, db, end_reading, transaction
from portal.core.errors import NotAllowedError
from portal.core.paging import Paging
from portal.search.language import Repair

NOON = datetime(2026, 3, 10, 5, tzinfo=UTC)
DAY = date(2026, 3, 10)
NOTHING: frozenset[Narrowing] = frozenset()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.held_at(NOON):
        yield


def _found(total: int = 0, **facts: object) -> Found:
    return Found([], Paging(), total, **facts)  # type: ignore[arg-type]


def _ask(text: str, times: int = 1, actor: Actor = ANONYMOUS, surface: Surface = Surface.PAGE) -> None:
    search = counting.of(actor, surface, text, NOTHING, _found())
    for _ in range(times):
        with aside(db.engine) as connection:
            counting.write(connection, search)
    end_reading()


def _texts() -> list[str]:
    end_reading()
    return list(db.session.scalars(select(SearchMiss.text).order_by(SearchMiss.text)))


def _forget() -> None:
    with transaction():
        keeping.forget()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Khai HOANG Đồi ", "khai hoang doi"),
        ("hoà giải / hòa giải", "hoa giai hoa giai"),
        ("ông A 0912 345 678", ""),
        ("căn cước 001.234.567.890", ""),
        ("024-3825-1234", ""),
        ("ai@vi.du đất", ""),
        ("93/QĐ-UBND 1995", "93 qd ubnd 1995"),
        ('"trong ngoặc"', ""),
        ("đất -rừng", ""),
        ("đất " * 40, " ".join(["dat"] * 20)),
        ("đ" * 100, "d" * 64),
        ("…", ""),
    ],
)
def test_a_text_is_kept_folded_short_and_without_what_names_a_person(typed: str, kept: str) -> None:
    assert counting.kept_text(typed) == kept


def test_words_of_staff_of_programs_and_of_narrowed_searches_are_never_kept(people: dict[str, Actor]) -> None:
    for role in ("operator", "archivist", "approver", "administrator"):
        assert counting.of(people[role], Surface.PAGE, "hầm bí mật", NOTHING, _found()).text == ""
    for surface in (Surface.API, Surface.FEED, Surface.TABLE):
        assert counting.of(ANONYMOUS, surface, "hầm bí mật", NOTHING, _found()).text == ""
    narrowed = frozenset({Narrowing.YEARS})
    assert counting.of(ANONYMOUS, Surface.PAGE, "hầm bí mật", narrowed, _found()).text == ""
    assert counting.of(ANONYMOUS, Surface.PAGE, "hầm bí mật", NOTHING, _found(1)).text == ""
    assert counting.of(ANONYMOUS, Surface.PAGE, "hầm bí mật", NOTHING, _found(is_cut=True)).text == ""
    assert counting.of(people["citizen"], Surface.PAGE, "hầm bí mật", NOTHING, _found()).text == "ham bi mat"


def test_searches_of_a_day_are_added_up(app: Flask, people: dict[str, Actor]) -> None:
    narrowed = frozenset({Narrowing.PLACE, Narrowing.YEARS})
    mended = _found(7, repairs=(Repair.BRACKET,), also=("Ủy ban",))
    for search in (
        counting.of(ANONYMOUS, Surface.PAGE, "đất", narrowed, mended),
        counting.of(ANONYMOUS, Surface.PAGE, "đất", NOTHING, _found(10)),
        counting.of(people["archivist"], Surface.API, "đất", NOTHING, _found(11)),
        counting.of(ANONYMOUS, Surface.FEED, "đất", NOTHING, _found(101)),
        counting.of(ANONYMOUS, Surface.TABLE, "đất", NOTHING, _found()),
    ):
        with aside(db.engine) as connection:
            counting.write(connection, search)
    (line,) = figures.by_day(people["archivist"], DAY, DAY)
    assert {name: line[name] for name in ("times", "none", "few", "some", "many")} == {
        "times": 5,
        "none": 1,
        "few": 2,
        "some": 1,
        "many": 1,
    }
    assert [line[name] for name in ("page", "api", "feed", "table")] == [2, 1, 1, 1]
    assert [line[name] for name in ("by_place", "by_years", "by_type", "repaired", "renamed")] == [
        1,
        1,
        0,
        1,
        1,
    ]


def test_what_few_asked_for_is_shown_to_nobody_and_gone_when_the_day_is_over(
    app: Flask, people: dict[str, Actor]
) -> None:
    _ask("khai hoang", times=4)
    _ask("kinh đào mới", times=5)
    archivist = people["archivist"]
    assert [row.text for row in figures.misses(archivist, DAY, DAY)] == ["kinh dao moi"]
    _forget()
    assert _texts() == ["khai hoang", "kinh dao moi"], "the day is not over"
    with clock.held_at(datetime(2026, 3, 10, 17, 5, tzinfo=UTC)):  # five past midnight in Việt Nam
        _forget()
        assert _texts() == ["kinh dao moi"]


def test_what_was_kept_once_counts_on(app: Flask, people: dict[str, Actor]) -> None:
    _ask("kinh đào mới", times=5)
    with clock.held_at(NOON + timedelta(days=1)):
        _ask("kinh đào mới")
    with clock.held_at(NOON + timedelta(days=2)):
        _forget()
        (row,) = figures.misses(people["archivist"], DAY, DAY + timedelta(days=2))
    assert (row.times, row.days, row.last) == (6, 2, DAY + timedelta(days=1))


def test_a_stricter_rule_hides_at_once_what_was_kept(app: Flask, people: dict[str, Actor]) -> None:
    _ask("kinh đào mới", times=5)
    with transaction():
        db.session.execute(
            update(DatedValue).where(DatedValue.key == dated.SEARCH_TEXT_TIMES).values(value="6")
        )
    assert figures.misses(people["archivist"], DAY, DAY) == []


def test_all_goes_when_its_time_is_over(app: Flask) -> None:
    _ask("kinh đào mới", times=5)
    with clock.held_at(datetime(2028, 3, 31, tzinfo=UTC)):
        _forget()
        assert _texts() == ["kinh dao moi"]
    with clock.held_at(datetime(2028, 4, 1, tzinfo=UTC)):
        _forget()
    assert _texts() == []
    assert db.session.scalars(select(SearchCount)).all() == []


def test_nobody_fills_the_disk_by_asking(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_TEXTS", 2)
    for text in ("một", "hai", "ba", "hai"):
        _ask(text)
    assert _texts() == ["hai", "mot"]
    assert db.session.scalar(select(SearchMiss.times).where(SearchMiss.text == "hai")) == 2


def test_only_who_looks_after_names_sees_it(app: Flask, people: dict[str, Actor]) -> None:
    for role in ("citizen", "operator", "approver"):
        with pytest.raises(NotAllowedError):
            figures.misses(people[role], DAY, DAY)
        with pytest.raises(NotAllowedError):
            figures.by_day(people[role], DAY, DAY)
    with pytest.raises(NotAllowedError):
        figures.misses(ANONYMOUS, DAY, DAY)
