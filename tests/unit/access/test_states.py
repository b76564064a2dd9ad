"""Where an item can go, and how a request's state follows from its items."""

from __future__ import annotations

import itertools

import pytest

from portal.access import states
from portal.access.models import Item, ItemState
from portal.access.states import Act, RequestState
from portal.core.errors import ConflictError

S, G, R, V = ItemState.SUBMITTED, ItemState.GRANTED, ItemState.REFUSED, ItemState.REVOKED
P = ItemState.PROPOSED
N, OP = ItemState.NOT_HELD, ItemState.ALREADY_OPEN
W, L, T = ItemState.WITHDRAWN, ItemState.LAPSED, ItemState.TRANSFERRED

ALLOWED = {
    (S, Act.OFFER): P,
    (P, Act.RETURN): S,
    (P, Act.GRANT): G,
    (P, Act.REFUSE): R,
    (P, Act.WITHDRAW): W,
    (P, Act.LAPSE): L,
    (P, Act.TRANSFER): T,
    (P, Act.NOT_HELD): N,
    (P, Act.ALREADY_OPEN): OP,
    (S, Act.NOT_HELD): N,
    (S, Act.ALREADY_OPEN): OP,
    (S, Act.GRANT): G,
    (S, Act.GRANT_BY_RULE): G,
    (S, Act.REFUSE): R,
    (S, Act.WITHDRAW): W,
    (S, Act.LAPSE): L,
    (S, Act.TRANSFER): T,
    (L, Act.REOPEN): S,
    (T, Act.REOPEN): S,
    (G, Act.REVOKE): V,
    (R, Act.REVISE): S,
    (V, Act.REVISE): S,
    (N, Act.REVISE): S,
}


@pytest.mark.parametrize(("state", "act"), list(itertools.product(ItemState, Act)))
def test_every_pair_of_state_and_act_goes_where_the_table_says_or_nowhere(state: ItemState, act: Act) -> None:
    item = Item(state=state.value)
    if (state, act) in ALLOWED:
        states.advance(item, act)
        assert item.state == ALLOWED[state, act]
    else:
        with pytest.raises(ConflictError):
            states.advance(item, act)
        assert item.state == state


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([S], RequestState.SUBMITTED),
        ([S, S], RequestState.SUBMITTED),
        ([S, G], RequestState.IN_DECISION),
        ([R, S], RequestState.IN_DECISION),
        ([G, G], RequestState.GRANTED),
        ([G, R], RequestState.PARTLY_GRANTED),
        ([G, V], RequestState.PARTLY_GRANTED),
        ([R, R], RequestState.REFUSED),
        ([V], RequestState.REVOKED),
        ([V, R], RequestState.REVOKED),
        ([W, W], RequestState.WITHDRAWN),
        ([W, S], RequestState.SUBMITTED),
        ([W, G], RequestState.GRANTED),
        ([W, R], RequestState.REFUSED),
        ([L, L], RequestState.LAPSED),
        ([T], RequestState.TRANSFERRED),
        ([L, G], RequestState.GRANTED),
        ([L, S], RequestState.SUBMITTED),
        ([P], RequestState.SUBMITTED),
        ([P, G], RequestState.IN_DECISION),
        ([N, N], RequestState.NOT_HELD),
        ([OP, W], RequestState.ALREADY_OPEN),
        ([N, OP], RequestState.NOT_HELD),
        ([R, N], RequestState.REFUSED),
        ([G, N], RequestState.PARTLY_GRANTED),
        ([G, OP], RequestState.GRANTED),
    ],
)
def test_the_state_of_a_request_follows_from_its_items(
    items: list[ItemState], expected: RequestState
) -> None:
    assert states.of_items(items) is expected
