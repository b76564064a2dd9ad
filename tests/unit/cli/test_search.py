"""`flask search`: what it does beside a worker that writes the same indexes."""

from __future__ import annotations

import pytest

from portal.catalogue import indexing
from portal.cli import search
from portal.core.errors import UnavailableError


def test_who_waits_for_the_index_waits_for_the_worker_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker with much to do holds the lock for longer than a command is patient; its work is the same."""
    answers = iter([3, UnavailableError("index_busy"), 2, UnavailableError("index_busy"), 0])
    asked: list[object] = []

    def drain() -> int:
        asked.append(answer := next(answers))
        if isinstance(answer, UnavailableError):
            raise answer
        assert isinstance(answer, int)
        return answer

    monkeypatch.setattr(indexing, "drain", drain)
    search._catch_up()
    assert len(asked) == 5


def test_an_index_that_cannot_be_read_is_no_reason_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def drain() -> int:
        raise UnavailableError("index_unavailable")

    monkeypatch.setattr(indexing, "drain", drain)
    with pytest.raises(UnavailableError, match="index_unavailable"):
        search._catch_up()
