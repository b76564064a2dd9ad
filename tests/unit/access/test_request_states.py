"""Where a request can go: every status, every act, everybody, against a table written by hand."""

from __future__ import annotations

import itertools

import pytest

from portal.access import request_states, tables
from portal.access.models import ItemState, Request, RequestStatus, Resolution
from portal.access.request_states import RequestAct, Who
from portal.accounts.actors import ANONYMOUS, PORTAL, Actor
from portal.accounts.roles import Role
from portal.core.errors import ConflictError, InvalidError, NotAllowedError

S, A = RequestStatus, RequestAct

ALLOWED = {
    "received": {
        "take": "in_review", "ask_reader": "awaiting_reader", "change": "", "extend": "",
        "transfer": "transferred", "decide": "decided", "withdraw": "withdrawn",
    },
    "in_review": {
        "ask_reader": "awaiting_reader", "consult": "consulting", "extend": "",
        "transfer": "transferred", "decide": "decided", "withdraw": "withdrawn",
    },
    "awaiting_reader": {
        "answer": "in_review", "go_on": "in_review", "change": "", "lapse": "lapsed",
        "decide": "decided", "withdraw": "withdrawn",
    },
    "consulting": {
        "go_on": "in_review", "extend": "", "transfer": "transferred", "decide": "decided",
        "withdraw": "withdrawn",
    },
    "decided": {"revise": "in_review"},
    "transferred": {"reopen": "in_review", "revise": "in_review"},
    "withdrawn": {},
    "lapsed": {"reopen": "in_review", "revise": "in_review"},
}  # fmt: skip
MAY = {
    "reader": {A.CHANGE, A.ANSWER, A.WITHDRAW},
    "other": set(),
    "operator": set(),
    "archivist": {A.TAKE, A.ASK_READER, A.GO_ON, A.CONSULT},
    "approver": {A.TAKE, A.ASK_READER, A.GO_ON, A.CONSULT, A.EXTEND, A.TRANSFER, A.REOPEN},
    "administrator": set(),
    "anonymous": set(),
}
ACTORS = {
    "reader": Actor("reader0000", Role.CITIZEN),
    "other": Actor("other00000", Role.CITIZEN),
    **{
        role: Actor(f"{role:0<10}"[:10], Role(role))
        for role in ("operator", "archivist", "approver", "administrator")
    },
    "anonymous": ANONYMOUS,
}


def _request(status: RequestStatus, person_id: str = "reader0000") -> Request:
    return Request(status=status.value, person_id=person_id)


@pytest.mark.parametrize("who", MAY)
@pytest.mark.parametrize(("status", "act"), list(itertools.product(S, A)))
def test_each_act_from_each_status_is_for_whom_the_table_says(status: S, act: A, who: str) -> None:
    row = _request(status)
    goes: dict[str, str] = ALLOWED[status.value]
    by_portal = {A.DECIDE, A.LAPSE, A.REVISE}
    if act.value not in goes:
        with pytest.raises(ConflictError):
            request_states.advance(row, act, ACTORS[who], "vì thế")
    elif act not in MAY[who] | by_portal:
        with pytest.raises(NotAllowedError):
            request_states.advance(row, act, ACTORS[who], "vì thế")
    else:
        request_states.advance(row, act, ACTORS[who], "vì thế")
        assert row.status == (goes[act.value] or status.value)
        return
    assert row.status == status.value


@pytest.mark.parametrize(
    ("status", "act"),
    [line for line, move in request_states.TRANSITIONS.items() if move.who in (Who.STAFF, Who.HEAD)],
)
def test_nobody_handles_a_request_of_their_own(status: S, act: A) -> None:
    for who in ("archivist", "approver"):
        row = _request(status, ACTORS[who].id or "")
        with pytest.raises(NotAllowedError):
            request_states.advance(row, act, ACTORS[who], "vì thế")
        assert request_states.possible(row, ACTORS[who]).isdisjoint({act})


@pytest.mark.parametrize(
    ("status", "act"), [line for line, move in request_states.TRANSITIONS.items() if move.needs_reason]
)
def test_what_needs_a_reason_is_not_done_without(status: S, act: A) -> None:
    row = _request(status)
    with pytest.raises(InvalidError):
        request_states.advance(row, act, ACTORS["approver"])
    assert row.status == status.value


def test_what_is_possible_is_what_can_be_done() -> None:
    for status, who in itertools.product(S, ACTORS):
        for act in request_states.possible(_request(status), ACTORS[who]):
            request_states.advance(_request(status), act, ACTORS[who], "vì thế")
    assert request_states.possible(_request(S.RECEIVED), PORTAL) == frozenset()


G, R, V, W, L = (
    ItemState.GRANTED,
    ItemState.REFUSED,
    ItemState.REVOKED,
    ItemState.WITHDRAWN,
    ItemState.LAPSED,
)


N, OP = ItemState.NOT_HELD, ItemState.ALREADY_OPEN


@pytest.mark.parametrize(
    ("status", "items", "expected"),
    [
        (S.RECEIVED, [ItemState.SUBMITTED], None),
        (S.AWAITING_READER, [G, ItemState.SUBMITTED], None),
        (S.DECIDED, [G, G], Resolution.GRANTED),
        (S.DECIDED, [G, R], Resolution.PARTLY_GRANTED),
        (S.DECIDED, [V], Resolution.GRANTED),
        (S.DECIDED, [R, R], Resolution.REFUSED),
        (S.DECIDED, [R, W], Resolution.REFUSED),
        (S.DECIDED, [G, W], Resolution.GRANTED),
        (S.DECIDED, [N, N], Resolution.NOT_HELD),
        (S.DECIDED, [N, W], Resolution.NOT_HELD),
        (S.DECIDED, [OP, OP], Resolution.ALREADY_OPEN),
        (S.DECIDED, [N, OP], Resolution.NOT_HELD),
        (S.DECIDED, [R, N], Resolution.REFUSED),
        (S.DECIDED, [G, N], Resolution.PARTLY_GRANTED),
        (S.DECIDED, [G, OP], Resolution.GRANTED),
        (S.DECIDED, [ItemState.TRANSFERRED], Resolution.TRANSFERRED),
        (S.DECIDED, [G, ItemState.TRANSFERRED], Resolution.PARTLY_GRANTED),
        (S.WITHDRAWN, [W, W], Resolution.WITHDRAWN),
        (S.LAPSED, [G, L], Resolution.LAPSED),
        (S.TRANSFERRED, [ItemState.TRANSFERRED], Resolution.TRANSFERRED),
    ],
)
def test_what_came_of_a_request(status: S, items: list[ItemState], expected: Resolution | None) -> None:
    assert request_states.resolution(status, items) is expected


def test_the_page_for_people_is_in_step_with_the_code() -> None:
    assert tables.PLACE.read_text(encoding="utf-8") == tables.text()
