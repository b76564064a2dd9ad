"""The table of rights, walked whole, in Python and in SQL alike."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import NotFoundError
from portal.core.ids import new_id
from portal.rights import grants, policy, protections, tracing
from portal.rights.levels import Level
from portal.rights.models import Closure, Protection

ALL, DESCRIPTION, NOTHING = (True, True), (True, False), (False, False)

EXPECTED = {
    # (level, published): what the public, a grant holder, an operator and other staff see
    (Level.OPEN, True): (ALL, ALL, ALL, ALL),
    (Level.CONDITIONAL, True): (DESCRIPTION, ALL, ALL, ALL),
    (Level.WITHHELD, True): (NOTHING, NOTHING, NOTHING, ALL),
    (Level.OPEN, False): (NOTHING, NOTHING, ALL, ALL),
    (Level.CONDITIONAL, False): (NOTHING, NOTHING, ALL, ALL),
    (Level.WITHHELD, False): (NOTHING, NOTHING, NOTHING, ALL),
}


def node(level: Level | None, *, published: bool, under: str = "/") -> Protection:
    node_id = new_id()
    return protections.add(
        node_id, f"{under}{node_id}/", level=level, reason="", set_by=None, published=published
    )


def seen(actor: Actor, row: Protection) -> tuple[bool, bool]:
    sight = policy.sight(actor, row.node_id)
    return sight.sees_description, sight.sees_content


def seen_by_sql(actor: Actor, row: Protection) -> tuple[bool, bool]:
    column = Protection.node_id.expression
    here = select(Protection.node_id).where(Protection.node_id == row.node_id)
    return (
        db.session.scalar(here.where(policy.describable(actor, column))) is not None,
        db.session.scalar(here.where(policy.readable(actor, column))) is not None,
    )


@pytest.mark.parametrize(("level", "published"), list(EXPECTED))
def test_each_role_sees_what_the_table_says(people: dict[str, Actor], level: Level, published: bool) -> None:
    with transaction():
        row = node(level, published=published)
        assert people["other"].id is not None
        grants.give(
            given_by=str(people["approver"].id),
            person_id=people["other"].id,
            node_id=row.node_id,
            until=clock.now() + timedelta(days=1),
            mark="mark",
        )
    public, holder, operator, staff = EXPECTED[level, published]
    expected = {
        ANONYMOUS: public,
        people["citizen"]: public,
        people["other"]: holder,
        people["operator"]: operator,
        people["archivist"]: staff,
        people["approver"]: staff,
        people["administrator"]: staff,
    }
    for actor, what in expected.items():
        assert seen(actor, row) == what, actor.name
        assert seen_by_sql(actor, row) == what, actor.name


@pytest.mark.parametrize(("above", "own"), list(itertools.product([None, *Level], repeat=2)))
def test_the_strictest_level_on_the_path_holds(app: Flask, above: Level | None, own: Level | None) -> None:
    with transaction():
        fonds = node(above, published=True)
        middle = node(None, published=True, under=fonds.path)
        document = node(own, published=True, under=middle.path)
    strictest = max([above or Level.OPEN, own or Level.OPEN], key=lambda level: level.strictness)
    assert policy.effective_level(document.node_id) is strictest
    assert seen(ANONYMOUS, document) == EXPECTED[strictest, True][0]
    assert seen_by_sql(ANONYMOUS, document) == EXPECTED[strictest, True][0]


def test_a_level_does_not_reach_sideways(app: Flask) -> None:
    with transaction():
        fonds = node(None, published=True)
        node(Level.WITHHELD, published=True, under=fonds.path)
        sibling = node(Level.OPEN, published=True, under=fonds.path)
    assert seen(ANONYMOUS, sibling) == ALL
    assert seen_by_sql(ANONYMOUS, sibling) == ALL


def test_a_grant_ends_with_its_instant_and_with_its_revocation(people: dict[str, Actor]) -> None:
    holder, approver = people["citizen"], str(people["approver"].id)
    until = clock.now() + timedelta(hours=1)
    with transaction():
        row = node(Level.CONDITIONAL, published=True)
        grant = grants.give(
            given_by=approver, person_id=str(holder.id), node_id=row.node_id, until=until, mark="mark"
        )
    assert policy.sight(holder, row.node_id).leave("", 1) is not None
    assert grant.mark == f"mark · {tracing.shown(grant.trace)}"
    with clock.held_at(until - timedelta(microseconds=1)):
        assert seen(holder, row) == seen_by_sql(holder, row) == ALL
    with clock.held_at(until):
        assert seen(holder, row) == seen_by_sql(holder, row) == DESCRIPTION
    with transaction():
        grants.revoke(revoked_by=approver, grant_id=grant.id, reason="test")
    assert seen(holder, row) == seen_by_sql(holder, row) == DESCRIPTION


def test_a_disabled_person_is_anonymous(people: dict[str, Actor]) -> None:
    gone = Actor(id=people["archivist"].id, role=None)
    with transaction():
        row = node(Level.WITHHELD, published=True)
    assert seen(gone, row) == NOTHING


def test_an_unknown_node_and_a_secret_one_look_alike(app: Flask) -> None:
    with transaction():
        row = node(Level.WITHHELD, published=True)
    answers = []
    for node_id in (row.node_id, new_id()):
        with pytest.raises(NotFoundError) as error:
            policy.require_description(ANONYMOUS, node_id)
        answers.append((error.value.code, error.value.values))
    assert answers[0] == answers[1]


def test_what_was_closed_stays_out_of_every_search_until_it_is_indexed(people: dict[str, Actor]) -> None:
    with transaction():
        row = node(Level.CONDITIONAL, published=True)
        protections.close_in_search(row.node_id, 7)
    for actor in (ANONYMOUS, *people.values()):
        assert policy.visibility(actor).not_under == {row.node_id}
    with transaction() as session:
        session.delete(session.get(Closure, row.node_id))
    assert policy.visibility(ANONYMOUS).not_under == frozenset()


def test_only_staff_open_the_restricted_index(people: dict[str, Actor]) -> None:
    asked = {key for key, actor in people.items() if policy.reads_restricted(actor)}
    assert asked == {role.value for role in Role} - {"citizen"}
    assert not policy.reads_restricted(ANONYMOUS)
