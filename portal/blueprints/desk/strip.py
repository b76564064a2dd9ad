"""The health strip of the administrator: what the portal leans on, each with a word and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from portal.accounts import notices, proofs
from portal.catalogue import upkeep
from portal.catalogue.upkeep import State
from portal.core import house
from portal.jobs import records
from portal.web import filters, health
from portal.web.health import Health

GIGABYTE = 1024**3

MUCH_BEHIND = 1000
"""Changes that wait for the index above which somebody should look: minutes of work."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at: `state` is well or ill."""

    name: str
    state: str
    words: str


def of_portal() -> list[Sign]:
    """Return the signs, in the order in which a fault in them hurts readers."""
    seen = health.look()
    return [_disk(seen), _worker(seen), _index(seen), _dead(), _mail()]


def _disk(seen: Health) -> Sign:
    free, reserve = seen["disk_free"], house.settings().disk_reserve_bytes
    words = gettext("%(size)s GB free", size=filters.number(round(free / GIGABYTE, 1)))
    if free > reserve:
        return _well(gettext("Disk"), words)
    return _ill(gettext("Disk"), gettext("%(free)s: nothing is taken in until there is more.", free=words))


def _worker(seen: Health) -> Sign:
    name = gettext("Reading")
    if not seen["worker_alive"]:
        return _ill(name, gettext("No worker runs. Start it on the server: make run."))
    if not seen["sandboxed"]:
        return _ill(name, gettext("Files are opened without walls. Install bubblewrap on the server."))
    return _well(name, gettext("The worker is at work."))


def _index(seen: Health) -> Sign:
    trouble = _trouble_of_index(seen)
    if trouble:
        return _ill(gettext("Search"), trouble)
    waiting = seen["index_pending"] or 0
    if waiting == 0:
        return _well(gettext("Search"), gettext("The index holds everything."))
    words = ngettext("%(num)s change waits for the index.", "%(num)s changes wait for the index.", waiting)
    return (_ill if waiting > MUCH_BEHIND else _well)(gettext("Search"), words)


def _trouble_of_index(seen: Health) -> str:
    """Return what is wrong with the indexes and what to do; empty where they are sound."""
    troubles: dict[str, str] = {
        State.DAMAGED: gettext("An index is damaged. It is being built anew; people can browse meanwhile."),
        State.MISSING: gettext("An index is lost. It is being built anew; people can browse meanwhile."),
        State.UNREADABLE: gettext("An index cannot be read. Look after the disk of the server."),
        State.HALFWAY: gettext("The index is half rebuilt. To go on, on the server: flask search rebuild."),
    }
    drift = upkeep.latest()
    if drift and drift.is_told:
        troubles[State.SOUND] = gettext(
            "The index does not match the catalogue. On the server: flask search mend."
        )
    return troubles.get(seen["index"] or "", "")


def _dead() -> Sign:
    dead = sum(records.dead_kinds().values())
    if not dead:
        return _well(gettext("Jobs"), gettext("None was given up."))
    words = ngettext(
        "%(num)s job was given up. The list of such jobs says why.",
        "%(num)s jobs were given up. The list of such jobs says why.",
        dead,
    )
    return _ill(gettext("Jobs"), words)


def _mail() -> Sign:
    name = gettext("Mail")
    dead = _mails(records.dead_kinds())
    if dead:
        return _ill(name, ngettext("%(num)s mail was not sent.", "%(num)s mails were not sent.", dead))
    waiting = _mails(records.waiting_kinds())
    if waiting:
        return _well(name, ngettext("%(num)s mail waits.", "%(num)s mails wait.", waiting))
    return _well(name, gettext("Every mail is sent."))


def _mails(kinds: Mapping[str, int]) -> int:
    """Count notices and letters with links: both are mails to whoever waits for one."""
    return kinds.get(notices.MAIL_JOB, 0) + kinds.get(proofs.LETTER_JOB, 0)


def _well(name: str, words: str) -> Sign:
    return Sign(name, "well", words)


def _ill(name: str, words: str) -> Sign:
    return Sign(name, "ill", words)
