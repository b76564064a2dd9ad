"""Leave: its states walked whole, its pages, and what cannot be given."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.core.ids import new_id
from portal.rights import grant_states, grants, policy, protections, reads
from portal.rights.grant_states import GrantAct, GrantState
from portal.rights.grants import Scope, Terms
from portal.rights.levels import Level
from portal.rights.models import Grant
from portal.rights.reads import Seen, Use

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

Give = Callable[..., Grant]


@pytest.fixture
def node_id(app: Flask) -> str:
    found = new_id()
    with transaction():
        protections.add(found, f"/{found}/", level=Level.CONDITIONAL, reason="", set_by=None, published=True)
    return found


@pytest.fixture
def give(people: dict[str, Actor], node_id: str) -> Give:
    """Give the citizen leave from an hour to come on, for an hour."""

    def given(until: datetime = NOW + 2 * HOUR, **terms: object) -> Grant:
        with transaction():
            return grants.give(
                given_by=str(people["approver"].id),
                person_id=str(people["citizen"].id),
                node_id=node_id,
                until=until,
                mark="mark",
                terms=Terms(**terms),  # type: ignore[arg-type]
            )

    return given


MOMENTS = {
    GrantState.PENDING: NOW,
    GrantState.ACTIVE: NOW + HOUR,
    GrantState.USED_UP: NOW + HOUR,
    GrantState.EXPIRED: NOW + 2 * HOUR,
}


def bring(grant: Grant, state: GrantState, by: str) -> datetime:
    """Bring a grant that begins in an hour into the state; return an instant at which it is in it."""
    if state is GrantState.REVOKED:
        with clock.held_at(NOW), transaction():
            grants.revoke(revoked_by=by, grant_id=grant.id, reason="test")
        return NOW
    if state is GrantState.USED_UP:
        with clock.held_at(MOMENTS[state]):
            look(grant)
    return MOMENTS[state]


def look(grant: Grant) -> None:
    """Count the one page that the grant has, or find that it has none for its holder now."""
    with transaction(), contextlib.suppress(NotFoundError):
        if grant_states.of(grant) is GrantState.ACTIVE:
            holder = Actor(id=grant.person_id, role=Role.CITIZEN)
            reads.note(holder, Seen(grant.node_id, new_id(), Use.IMAGE, grant))


@pytest.mark.parametrize(("state", "act"), list(itertools.product(GrantState, GrantAct)))
def test_every_pair_of_state_and_act_goes_where_the_table_says_or_nowhere(
    give: Give, people: dict[str, Actor], state: GrantState, act: GrantAct
) -> None:
    by = str(people["approver"].id)
    grant = give(valid_from=NOW + HOUR, scope=Scope.VIEW, page_budget=1)
    at = bring(grant, state, by)
    assert grant_states.of(grant, at) is state
    target = grant_states.TRANSITIONS.get((state, act))
    if act is GrantAct.REVOKE:
        with clock.held_at(at), transaction():
            if target is None:
                with pytest.raises(ConflictError):
                    grants.revoke(revoked_by=by, grant_id=grant.id, reason="test")
            else:
                grants.revoke(revoked_by=by, grant_id=grant.id, reason="test")
        assert grant_states.of(grant, at) is (target or state)
    elif act is GrantAct.SPEND:
        with clock.held_at(at):
            look(grant)
            assert grant_states.of(grant, at) is (target or state)
    else:
        later = {GrantAct.BEGIN: grant.valid_from, GrantAct.END: grant.until}[act]
        assert (
            grant_states.of(grant, max(at, later)) is (target or state)
            or later < at
            or (
                # What has not begun by its end has passed through its whole time.
                (state, act) == (GrantState.PENDING, GrantAct.END)
            )
        )


def test_leave_holds_from_its_begin_to_its_end_and_at_neither_edge_too_long(
    give: Give, people: dict[str, Actor], node_id: str
) -> None:
    give(valid_from=NOW + HOUR)
    tick = timedelta(microseconds=1)
    holds = {
        NOW + HOUR - tick: False,
        NOW + HOUR: True,
        NOW + 2 * HOUR - tick: True,
        NOW + 2 * HOUR: False,
    }
    for at, expected in holds.items():
        with clock.held_at(at):
            assert policy.sight(people["citizen"], node_id).sees_content is expected, at


def test_of_several_grants_each_opens_its_own_pages_under_its_own_mark(
    give: Give, people: dict[str, Actor], node_id: str
) -> None:
    with clock.held_at(NOW):
        first, last = give(pages=(2, 3)), give(NOW + HOUR, pages=(5, 5))
        sight = policy.sight(people["citizen"], node_id)
        assert [number for number in range(1, 8) if sight.shows("", number)] == [2, 3, 5]
        assert sight.is_partial
        assert sight.leave("", 3) is first
        assert sight.leave("", 5) is last
        assert sight.leave("", 1) is None
        assert not grants.wholly_held(str(people["citizen"].id), [node_id])
    with clock.held_at(NOW + HOUR):
        sight = policy.sight(people["citizen"], node_id)
        assert [number for number in range(1, 8) if sight.shows("", number)] == [2, 3]
    with clock.held_at(NOW):
        give()
        sight = policy.sight(people["citizen"], node_id)
        assert not sight.is_partial
        assert all(sight.shows("", number) for number in range(1, 8))


@pytest.mark.parametrize("pages", [(0, 3), (3, 2), (-1, -1)])
def test_what_is_no_range_is_not_given(give: Give, pages: tuple[int, int]) -> None:
    with clock.held_at(NOW), pytest.raises(InvalidError, match="no_page_range"):
        give(pages=pages)


def test_leave_ends_after_it_begins(give: Give) -> None:
    with clock.held_at(NOW), pytest.raises(InvalidError, match="end_before_begin"):
        give(NOW)
    with clock.held_at(NOW), pytest.raises(InvalidError, match="end_before_begin"):
        give(valid_from=NOW + 2 * HOUR)


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": NOW - HOUR},
        {"first_page": 2},
        {"last_page": 2},
        {"first_page": 3, "last_page": 2},
        {"first_page": 0, "last_page": 2},
        {"scope": "all"},
        {"page_budget": 0},
        {"page_budget": 3},
        {"until": None},
        {"valid_from": None},
    ],
)
def test_the_database_refuses_what_no_verb_gives(give: Give, wrong: dict[str, object]) -> None:
    with clock.held_at(NOW):
        grant = give()
    with pytest.raises(IntegrityError), transaction():
        for name, value in wrong.items():
            setattr(grants.by_id(grant.id), name, value)


def test_a_copy_comes_with_leave_unless_it_is_for_reading_only(give: Give) -> None:
    with clock.held_at(NOW):
        assert grants.lets_copy(give())
        assert not grants.lets_copy(give(scope=Scope.VIEW))


@pytest.mark.parametrize(("budget", "scope"), [(0, Scope.VIEW), (-1, Scope.VIEW), (3, Scope.VIEW_AND_COPY)])
def test_pages_are_counted_only_where_no_copy_holds_them_all(give: Give, budget: int, scope: Scope) -> None:
    with clock.held_at(NOW), pytest.raises(InvalidError, match="budget_is_for_reading"):
        give(scope=scope, page_budget=budget)
