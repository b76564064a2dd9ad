"""`flask status`, `flask doctor`, `flask routes`."""

from __future__ import annotations

from flask import current_app

from portal import diagnosis
from portal.catalogue import indexing, outbox, pages
from portal.cli import samples, speaking
from portal.jobs import ledger, liveness
from portal.web import sitemap


@speaking.command("status")
@speaking.as_json
def status(as_json: bool) -> None:
    """Say how many pages and jobs are where, and what the index holds."""
    known = {
        "pages": pages.count_by_state(),
        **ledger.overview(),
        "worker_alive": liveness.is_worker_alive(),
        "index": {**indexing.counts(), "pending": outbox.pending()},
    }
    lines = [f"{key}: {value}" for key, value in known.items()]
    speaking.answer(known, as_json, "\n".join(lines))


@speaking.command("doctor")
@speaking.as_json
def doctor(as_json: bool) -> None:
    """Look at everything the portal leans on; exit 1 if something is broken."""
    findings = diagnosis.examine()
    sound = all(finding.state != "broken" for finding in findings)
    data = {
        "ok": sound,
        "checks": [{"name": one.name, "state": one.state, "detail": one.detail} for one in findings],
    }
    words = "\n".join(f"{one.state:8} {one.name}: {one.detail}" for one in findings)
    speaking.answer(data, as_json, words)
    if not sound:
        raise SystemExit(speaking.FAILED)


@speaking.command("routes")
@speaking.as_json
def routes(as_json: bool) -> None:
    """List every endpoint with a sample address."""
    rows = sitemap.sample_addresses(current_app, samples.known())
    words = "\n".join(f"{row['endpoint']:32} {','.join(row['methods']):10} {row['sample']}" for row in rows)
    speaking.answer(rows, as_json, words)


COMMANDS = (status, doctor, routes)
