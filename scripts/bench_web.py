"""Measure how long pages take while 200 people read, 20 of the staff work, and a batch is being read.

    make bench-web [ARGS="--home HOME --seconds N"]

The portal is served as `make run` serves it. Of the readers thirty hold leave for a closed record: what they
see is marked and noted in the log of reading. Staff look through queues, write notes, look at closed pages.
All come within the length of one round of theirs, and everything from the first answer on is counted. A tile
whose image is still being made is asked for again, as the viewer does, and counts from the first asking.
Without a home, the demo is brought into an empty one by the worker first, which takes minutes.
Ends with 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import measuring
from web_users import ROUND, Clerk, Journal, Member, User

sys.path.insert(0, str(measuring.PROJECT))

from portal.demo import documents, scanning
from tests.journeys.portal import Portal

READERS, MEMBERS, CLERKS = 170, 30, 20
KINDS = ("home", "results", "record", "page", "own", "queue", "case", "note")
"""Of pages, as `web_users` names them; each is shown, so that a slow one is seen."""
LIMITS = {"pages": 300, "tile": 150}
"""Milliseconds of the 95th percentile, of all pages together and of tiles."""
BATCH = 240
"""Papers; their pages keep two children of the worker busy for longer than everybody reads."""
LONGEST_READ = 1800


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the demo, let the users in, print one line for each kind of address."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--home", type=Path, help="a home in which the demo was read; a copy is served")
    options.add_argument("--seconds", type=int, default=300)
    chosen = options.parse_args(arguments)
    journal = Journal()
    with tempfile.TemporaryDirectory(prefix="bench-web-") as folder:
        home = Path(folder) / "home"
        if chosen.home:
            shutil.copytree(chosen.home, home)
        # Two web processes, as the default is: tests have one.
        portal = Portal(home, {"DEMO": "1", "WEB_WORKERS": "2"})
        try:
            portal.start()
            portal.wait_until(lambda: _waiting(portal) == 0, "the demo to be read", LONGEST_READ)
            with measuring.OwnSpeed() as speed:
                left = _measure(portal, Path(folder), journal, chosen.seconds)
        finally:
            portal.stop()
    print(f"jobs that still waited at the end: {left}")
    print(f"own speed of the machine meanwhile: {speed.median:.1f} ms for a fixed piece of work")
    sys.exit(_report(journal, left, speed.median))


def _waiting(portal: Portal) -> int:
    known = portal.health()
    return int(known["queue"]) + int(known["index_pending"]) if known else -1


def _measure(portal: Portal, folder: Path, journal: Journal, seconds: int) -> int:
    """Take a batch in, let everybody read while the worker reads it; return what still waits at the end."""
    papers = folder / "batch"
    papers.mkdir()
    chance = str(time.time_ns())
    for number, document in zip(range(BATCH), itertools.cycle(documents.every()), strict=False):
        # Digests never repeat, so nothing is known from before.
        (papers / f"{number}-{document.file_name}").write_bytes(
            scanning.file_of(document, f"{chance}{number}")
        )
    people = _people(portal)
    portal.flask("ingest", str(papers), "--fonds", "BENCH", "--new-fonds", "Phông đo")
    users = _users(portal.port, people, journal, seconds)
    threads = [threading.Thread(target=user.run) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _waiting(portal)


def _people(portal: Portal) -> dict[str, list[dict[str, str]]]:
    """Make the accounts that sign in."""
    script = Path(__file__).with_name("web_people.py")
    done = subprocess.run(
        [sys.executable, str(script), str(MEMBERS), str(CLERKS)],
        env=portal.environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    made: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return made


def _users(port: int, people: dict[str, list[dict[str, str]]], journal: Journal, seconds: int) -> list[User]:
    """Sign in who has an account; the time runs from then on."""
    users: list[User] = [User(number, port, journal, 0) for number in range(READERS)]
    for one in people["members"]:
        member = Member(len(users), port, journal, 0)
        member.document, member.request = one["document"], one["request"]
        users.append(member)
        member.sign_in(one["url"])
    for one in people["clerks"]:
        clerk = Clerk(len(users), port, journal, 0)
        clerk.document = one["document"]
        users.append(clerk)
        clerk.sign_in(one["url"])
    until = time.monotonic() + ROUND + seconds
    for user in users:
        user.until = until
    return users


def _report(journal: Journal, left: int, own_speed: float) -> int:
    """Print the rows and write var/bench/web.json; return 1 where a limit is missed or something failed."""
    rows, told = [], dict(journal.times)
    told["pages"] = [one for kind in KINDS for one in journal.times[kind]]
    for kind in (*KINDS, *LIMITS):
        times, limit = sorted(told.get(kind, ())), LIMITS.get(kind)
        p95 = times[int(0.95 * (len(times) - 1))] if times else float("inf")
        middle = times[len(times) // 2] if times else float("inf")
        row = {"kind": kind, "count": len(times), "median": middle, "p95": p95, "limit": limit}
        row["met"] = limit is None or p95 <= limit
        rows.append(row)
        verdict = f"  limit {limit} ms  {'met' if row['met'] else 'MISSED'}" if limit else ""
        print(f"{kind:<8} {len(times):>5} times  median {middle:>6.0f} ms  p95 {p95:>6.0f} ms{verdict}")
    print(f"errors {len(journal.errors)}", *journal.errors[:5])
    totals = {"errors": len(journal.errors), "still_waiting": left, "own_speed": round(own_speed, 1)}
    measuring.write("web", "", rows, totals)
    return int(bool(journal.errors) or not all(row["met"] for row in rows))


if __name__ == "__main__":
    main()
