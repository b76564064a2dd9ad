"""Of a purge of a state secret only who answers for those learns that there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete

from portal.accounts.actors import Actor
from portal.core.db import db, transaction
from portal.core.errors import NotFoundError
from portal.core.paging import Paging
from portal.ingest import secret_holds
from portal.ingest.secret_rows import SecretHold
from portal.purging import deciding, lists, views
from portal.purging.rows import Purge, PurgeKind
from portal.purging.views import Shown
from tests.unit.purging.conftest import Held, Store, propose

Purge_ = Callable[..., str]


def held_back(store: Store) -> Held:
    held = store.take_in(published=False, described=False)
    with transaction():
        secret_holds.hold(held.pages[0], "mat")
    return held


def listed(actor: Actor, shown: Shown) -> list[str]:
    found = views.listing(actor, shown, Paging())
    assert found.total == len(found.rows) == views.counts(actor)[shown]
    return [one.row.id for one in found.rows]


def is_hidden(actor: Actor, purge_id: str) -> bool:
    try:
        return views.show(actor, purge_id) is None
    except NotFoundError:
        return True


def test_an_archivist_learns_of_none_that_waits_is_done_or_was_declined(
    store: Store, people: dict[str, Actor], purge: Purge_
) -> None:
    archivist, approver = people["archivist"], people["approver"]
    waiting = propose(people["administrator"], held_back(store).document)
    declined = propose(people["administrator"], held_back(store).document)
    with transaction():
        deciding.decline(approver, declined, "Không đủ căn cứ để xóa")
    done = propose(people["administrator"], held_back(store).document)
    with transaction():
        db.session.get_one(Purge, done).state = "confirmed"
        db.session.get_one(Purge, done).confirmed_by = approver.id
    for shown, purge_id in ((Shown.WAITING, waiting), (Shown.NOT_DONE, declined), (Shown.DONE, done)):
        assert listed(approver, shown) == [purge_id]
        assert listed(archivist, shown) == []
        assert is_hidden(archivist, purge_id)
        assert not is_hidden(approver, purge_id)


@pytest.mark.parametrize("kind", [PurgeKind.DOCUMENT, PurgeKind.PAGE])
def test_what_is_held_back_after_it_was_proposed_is_hidden_from_whoever_proposed_it(
    store: Store, people: dict[str, Actor], kind: PurgeKind
) -> None:
    held, archivist = store.take_in(published=False, described=False), people["archivist"]
    purge_id = propose(archivist, held.pages[0] if kind is PurgeKind.PAGE else held.document, kind)
    assert listed(archivist, Shown.WAITING) == [purge_id]
    with transaction():
        secret_holds.hold(held.pages[0], "mat")
    assert listed(archivist, Shown.WAITING) == []
    with pytest.raises(NotFoundError), transaction():
        deciding.withdraw(archivist, purge_id)


def test_the_list_of_purges_says_so_where_a_restored_home_has_no_hold(
    store: Store, people: dict[str, Actor]
) -> None:
    purge_id = propose(people["administrator"], held_back(store).document)
    lists.add(purge_id)
    (line,) = lists.read(lists.path())
    with transaction():
        db.session.execute(delete(SecretHold))
        db.session.delete(db.session.get_one(Purge, purge_id))
    with transaction():
        lists.row_of(replace(line, confirmed_by=people["approver"].id or ""))
    assert is_hidden(people["archivist"], purge_id)
    assert not is_hidden(people["approver"], purge_id)
