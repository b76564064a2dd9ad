"""Leave that was given before grants had a begin and a code gets both, and goes back without."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, pool, text

from portal.core import schema
from portal.rights import tracing

BEFORE, AFTER = "0020", "0021"

PERSON = (
    "INSERT INTO people (id, email, name, role, session_epoch, is_demo, created_at, locale, sort_key, folded)"
    " VALUES ('person0001', 'a@example.vn', 'A', 'citizen', 1, false, '2026-01-01', 'vi', '', '')"
)
GRANT = (
    "INSERT INTO grants (id, person_id, node_id, until, mark, given_by, given_at, revoke_reason)"
    " VALUES ('{id}', 'person0001', 'node000001', '{until}', 'mark', 'person0001', '2026-01-01', '')"
)


def test_leave_of_before_begins_when_it_was_given_and_has_a_code_of_its_own(
    database_url: str, tmp_path: Path
) -> None:
    schema.upgrade(database_url, tmp_path, BEFORE)
    engine = create_engine(database_url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text(PERSON))
        for number in range(3):
            connection.execute(text(GRANT.format(id=f"grant0000{number}", until="2026-02-01")))
        # Leave that somebody let end before it was given, by hand.
        connection.execute(text(GRANT.format(id="grant00009", until="2025-12-31")))
    schema.upgrade(database_url, tmp_path, AFTER)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT id, valid_from, given_at, until, trace, scope, mark FROM grants ORDER BY id")
        ).all()
    assert [str(row.valid_from)[:10] == str(row.given_at)[:10] for row in rows] == [True, True, True, False]
    assert all(str(row.valid_from) < str(row.until) for row in rows)
    assert len({tracing.read(row.trace) for row in rows}) == 4
    assert {(row.scope, row.mark) for row in rows} == {("view_copy", "mark")}
    schema.downgrade(database_url, BEFORE)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM grants")).scalar() == 4
