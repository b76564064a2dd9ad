"""What the installation says of itself: who may change it, what holds, what is kept of before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from portal.access import cover
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.core import clock, nameplate
from portal.core.db import end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.nameplate import TEXTS, Key
from portal.mail import post
from portal.mail.post import Recipient
from portal.site import emblems, settings
from portal.site.rules import RULES
from portal.storage import originals


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"PROVINCE": "Tỉnh Mẫu", "CONTACT_PHONE": "0255 000 000"}


@pytest.fixture
def administrator(people: dict[str, Actor]) -> Actor:
    return people["administrator"]


def _change(actor: Actor, key: Key, value: str, value_en: str = "", seen: int | None = None) -> bool:
    with transaction():
        now = settings.current(actor, key).number if seen is None else seen
        return settings.change(actor, key, value, value_en, now)


def test_only_those_who_look_after_the_site_change_it(people: dict[str, Actor]) -> None:
    for actor in (*people.values(), ANONYMOUS):
        if actor.may(Permission.MANAGE_SITE):
            continue
        with pytest.raises(NotAllowedError), transaction():
            settings.change(actor, Key.PROVINCE, "Tỉnh Khác", "", 0)
        for look in (settings.overview, lambda one: settings.history(one, Key.PROVINCE)):
            with pytest.raises(NotAllowedError):
                look(actor)
    assert nameplate.read("vi").province == "Tỉnh Mẫu"
    assert [role for role in Role if Actor("x", role).may(Permission.MANAGE_SITE)] == [Role.ADMINISTRATOR]


def test_the_environment_holds_until_somebody_says_otherwise_and_again_when_emptied(
    administrator: Actor,
) -> None:
    assert nameplate.read("vi").phone == "0255 000 000"
    assert _change(administrator, Key.PHONE, " 0255  111 111 ")
    end_reading()
    assert nameplate.read("vi").phone == "0255 111 111"
    assert _change(administrator, Key.PHONE, "")
    end_reading()
    assert nameplate.read("vi").phone == "0255 000 000"


def test_english_readers_get_english_where_there_is_any(administrator: Actor) -> None:
    _change(administrator, Key.PROVINCE, "Tỉnh Sơn Hà", "Sơn Hà Province")
    _change(administrator, Key.ADDRESS, "1 Lê Lợi")
    end_reading()
    assert nameplate.read("vi").province == "Tỉnh Sơn Hà"
    assert nameplate.read("en").province == "Sơn Hà Province"
    assert nameplate.read("en").address == "1 Lê Lợi"


def test_every_version_stays_with_who_and_when(administrator: Actor) -> None:
    _change(administrator, Key.HOURS, "7:30–11:30")
    _change(administrator, Key.HOURS, "8:00–11:00")
    now, before = settings.history(administrator, Key.HOURS)
    assert (now.number, now.value, now.valid_to) == (2, "8:00–11:00", None)
    assert (before.number, before.value) == (1, "7:30–11:30")
    assert before.valid_to == now.valid_from
    assert now.who == administrator.name


def test_the_trail_keeps_the_old_and_the_new_text(administrator: Actor) -> None:
    _change(administrator, Key.HOURS, "7:30–11:30", "7:30 to 11:30")
    _change(administrator, Key.HOURS, "8:00–11:00")
    first, second = trail.of("site_value", "hours")
    assert first.details["old"] == {"vi": "", "en": ""}
    assert second.details["old"] == {"vi": "7:30–11:30", "en": "7:30 to 11:30"}
    assert second.details["new"] == {"vi": "8:00–11:00", "en": ""}
    assert (second.action, second.actor_id) == ("site.change", administrator.id)


def test_saving_what_holds_writes_nothing(administrator: Actor) -> None:
    _change(administrator, Key.HOURS, "7:30–11:30")
    assert not _change(administrator, Key.HOURS, "7:30–11:30 ")
    assert len(settings.history(administrator, Key.HOURS)) == 1
    assert len(trail.of("site_value", "hours")) == 1


def test_who_comes_second_overwrites_nothing(administrator: Actor) -> None:
    _change(administrator, Key.HOURS, "7:30–11:30", seen=0)
    with pytest.raises(ConflictError):
        _change(administrator, Key.HOURS, "8:00–11:00", seen=0)
    assert settings.current(administrator, Key.HOURS).value == "7:30–11:30"


def test_an_old_version_can_hold_again(administrator: Actor) -> None:
    _change(administrator, Key.HOURS, "7:30–11:30")
    _change(administrator, Key.HOURS, "8:00–11:00")
    with transaction():
        assert settings.restore(administrator, Key.HOURS, 1, 2)
    assert [one.value for one in settings.history(administrator, Key.HOURS)] == [
        "7:30–11:30",
        "8:00–11:00",
        "7:30–11:30",
    ]
    with pytest.raises(NotFoundError), transaction():
        settings.restore(administrator, Key.HOURS, 9, 3)


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_stands_in_both_languages_or_in_none(administrator: Actor, key: Key) -> None:
    with pytest.raises(InvalidError) as caught:
        _change(administrator, key, "Nghỉ lễ")
    assert caught.value.fields == {"value_en": "both_languages"}
    assert _change(administrator, key, "Nghỉ lễ\r\n\r\nĐến hết tuần", "Closed\n\nuntil Sunday")
    assert settings.current(administrator, key).value == "Nghỉ lễ\n\nĐến hết tuần"


def test_what_is_too_long_or_no_address_is_refused(administrator: Actor) -> None:
    for key in Key:
        with pytest.raises(InvalidError) as caught:
            _change(administrator, key, "a" * (RULES[key].most + 1), "b")
        assert caught.value.code == "too_long"
    with pytest.raises(InvalidError) as caught:
        _change(administrator, Key.EMAIL, "luu tru")
    assert caught.value.code == "not_an_email"


def test_an_emblem_is_small_and_holds_only_its_picture(administrator: Actor) -> None:
    staged = emblems.prepare(Image.new("RGB", (900, 600), (200, 20, 20)))
    with transaction():
        assert emblems.change(administrator, staged, 0)
    end_reading()
    with Image.open(originals.path(nameplate.read("vi").emblem)) as kept:
        assert (kept.format, kept.size) == ("PNG", (256, 171))
        assert kept.info == {}


def test_nobody_else_gives_the_archive_an_emblem(people: dict[str, Actor]) -> None:
    staged = emblems.prepare(Image.new("RGB", (9, 9)))
    with pytest.raises(NotAllowedError), transaction():
        emblems.change(people["archivist"], staged, 0)


def test_mails_and_copies_carry_the_name(administrator: Actor) -> None:
    _change(administrator, Key.PROVINCE, "Tỉnh Sơn Hà", "Sơn Hà Province")
    with transaction():
        message = post.write(administrator.id or "", "copy_failed", number="YC-1", position=1)
    mail = post.compose(message, Recipient("a@example.vn", "An", "en")).mail
    assert "Sơn Hà Province" in mail.get_content()
    record: Any = SimpleNamespace(
        id="0000000000", title="Tờ trình", issuer="", number="", issued_on=None, crumbs=[]
    )
    issue = cover.Issue(record, "An", "YC-1", "Tìm đất", clock.now(), clock.now(), "ABCD-EFGH", None)
    said = cover.words(issue, "vi")
    assert "Tỉnh Sơn Hà" in said.archive
    assert "Tỉnh Sơn Hà" in cover.citation(record, "vi")
