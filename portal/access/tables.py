"""The state machines of requests as tables for people, written from the code.

`python -m portal.access.tables` writes `docs/requests.md`; a test compares it with the code.
"""

from __future__ import annotations

from pathlib import Path

from portal.access import appeal_states, auto_states, request_states, states
from portal.access.appeal_rows import AppealStatus
from portal.access.models import RequestStatus

PLACE = Path(__file__).resolve().parent.parent.parent / "docs" / "requests.md"

HEAD = """# State machines of requests

Written from the code by `python -m portal.access.tables`; do not change it by hand.

A request has a status (how far the work is) and, when it is over, a resolution (what came of it). Each of
its documents is an item with a state of its own; where the last item is decided, the request is.

`reader` is who asked; `staff` handles requests, `head` decides on them, and neither does so with their
own; what the `portal` does follows from something else. How the clock counts says
`portal/access/clockwork.py`. An appeal has a clock of its own; who drafted or made the decision, or set the
access level, is involved in it.

An item that a rule covers is granted by the portal as it comes in. The rule was proposed by `staff` and
approved by a second person, of the `head`; that its last day has passed is asked of the clock.
"""


def text() -> str:
    """Return the page."""
    return "\n".join([HEAD, *_requests(), "", *_items(), "", *_appeals(), "", *_auto_rules(), ""])


def _requests() -> list[str]:
    lines = [
        "## Requests",
        "",
        "| from | act | to | by | reason | clock |",
        "|---|---|---|---|---|---|",
    ]
    order = list(RequestStatus)
    for (start, act), move in sorted(
        request_states.TRANSITIONS.items(), key=lambda line: order.index(line[0][0])
    ):
        to = move.to.value if move.to else "(stays)"
        reason = "yes" if move.needs_reason else ""
        clock = "" if move.effect is request_states.Effect.NONE else move.effect.value
        lines.append(f"| {start.value} | {act.value} | {to} | {move.who.value} | {reason} | {clock} |")
    return lines


def _items() -> list[str]:
    lines = ["## Items", "", "| from | act | to |", "|---|---|---|"]
    lines += [
        f"| {start.value} | {act.value} | {to.value} |" for (start, act), to in states.TRANSITIONS.items()
    ]
    return lines


def _appeals() -> list[str]:
    lines = [
        "## Appeals",
        "",
        "| from | act | to | by | reason | uninvolved only |",
        "|---|---|---|---|---|---|",
    ]
    order = list(AppealStatus)
    for (start, act), move in sorted(
        appeal_states.TRANSITIONS.items(), key=lambda line: order.index(line[0][0])
    ):
        to = move.to.value if move.to else "(stays)"
        reason = "yes" if move.needs_reason else ""
        uninvolved = "yes" if act in appeal_states.INVOLVED_MAY_NOT else ""
        lines.append(f"| {start.value} | {act.value} | {to} | {move.who.value} | {reason} | {uninvolved} |")
    return lines


def _auto_rules() -> list[str]:
    lines = [
        "## Rules that grant at once",
        "",
        "| from | act | to | by | reason | second person only |",
        "|---|---|---|---|---|---|",
    ]
    for (start, act), move in auto_states.TRANSITIONS.items():
        reason, second = "yes" if move.needs_reason else "", "yes" if move.is_second else ""
        lines.append(
            f"| {start.value} | {act.value} | {move.to.value} | {move.who.value} | {reason} | {second} |"
        )
    return lines


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
