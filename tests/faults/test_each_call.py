"""A paper of three pages, with each system call that writes failing once, and the process killed at each.

A call that is killed as it begins is a crash after all that came before it and before all that comes after
it, so every point between two writes of the way is a case here, also those that later code adds. It is sent
by the form, and a second one by tus; the first is read. The short form takes the middle one of each kind of
call; LONG=1 takes all.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from config import Settings
from portal.accounts import people as accounts
from portal.accounts.actors import OPERATOR_AT_THE_MACHINE, PORTAL
from portal.accounts.roles import Role
from portal.app import create_app
from portal.catalogue import tree
from portal.core.db import db, transaction
from portal.ingest import batches
from tests.conftest import PASSWORD, PROJECT
from tests.faults import course, tracing
from tests.faults.tracing import Fault, Order, faults
from tests.fixtures import engines
from tests.web.browser import Browser

pytestmark = [pytest.mark.faults, tracing.NEEDED]

LONG = os.environ.get("LONG") == "1"
DIGESTS = {name: hashlib.sha256(content).hexdigest() for name, content in course.PAPERS}
BOTH, FIRST = set(DIGESTS), {course.PAPERS[0][0]}


class Runner:
    """A process that carries out orders; one for each of the two cores."""

    def __init__(self, environment: dict[str, str]) -> None:
        words = [sys.executable, "-B", "-m", "tests.faults.course"]
        self._process = subprocess.Popen(
            words, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, order: Order) -> list[Any]:
        """Return what was said, nothing where it did not come so far."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(asdict(order)), file=self._process.stdin, flush=True)
        said: list[Any] = json.loads(self._process.stdout.readline())
        return said

    def stop(self) -> None:
        self._process.communicate()


@dataclass
class Ground:
    """A home to be copied, in which an operator is signed in, and who runs courses in copies."""

    home: Path
    free: Queue[Runner]

    def run(self, part: str, home: Path, fault: Fault | None = None, *, is_traced: bool = False) -> list[Any]:
        """Run a part in a home; return what was said, nothing where it did not come so far."""
        runner = self.free.get()
        try:
            injection = fault.injection if fault else ""
            return runner.run(Order(part, str(home), is_traced or fault is not None, injection))
        finally:
            self.free.put(runner)

    def copy(self, folder: Path, source: Path | None = None) -> Path:
        return Path(shutil.copytree(source or self.home, folder))

    def calls(self, part: str, home: Path) -> list[str]:
        """Run a part undisturbed; return which calls it made."""
        self.run(part, home, is_traced=True)
        return tracing.calls(Order(part, str(home)))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("ground")
    home = folder / "home"
    home.mkdir()
    shutil.copy(migrated_database, home / "portal.db")
    environment = {
        **os.environ,
        "PORTAL_HOME": str(home),
        "DEMO": "0",
        "SECRET_KEY": "t" * 40,
        "TESSERACT_CMD": str(engines.write_stub(folder, seconds=0)),
        course.COURSE: str(folder / "course.json"),
    }
    app = create_app(Settings.from_environment(environment))
    with app.app_context():
        with transaction():
            operator = accounts.create(PORTAL, "op@example.vn", Role.OPERATOR, name="Op", password=PASSWORD)
            fonds = tree.create_fonds(OPERATOR_AT_THE_MACHINE, code="P1", name="Phông thử")
            batch_id = batches.open_batch(operator.actor, fonds.id, "Lô thử", declared=True).id
        db.session.remove()
        browser = Browser(app)
        browser.sign_in("op@example.vn")
        known = {"batch": batch_id, "token": browser.token(), **_cookie(browser)}
        Path(environment[course.COURSE]).write_text(json.dumps(known))
        db.session.remove()
        db.engine.dispose()
    free: Queue[Runner] = Queue()
    runners = [Runner(environment) for _ in range(2)]
    for one in runners:
        free.put(one)
    yield Ground(home, free)
    for one in runners:
        one.stop()


def _cookie(browser: Browser) -> dict[str, str]:
    cookie = browser.get_cookie("portal")
    assert cookie is not None
    return {"cookie": cookie.key, "session": cookie.value}


@pytest.fixture(scope="module")
def sent(ground: Ground) -> Path:
    """A home into which the first paper was sent, of which nothing is read yet."""
    home = ground.copy(ground.home.with_name("sent"))
    assert taken(ground.run("form", home)) == FIRST
    return home


@pytest.mark.parametrize("error", ["", "ENOSPC", "EIO"], ids=["killed", "disk full", "disk broken"])
def test_sending_ends_before_or_after_and_says_which(ground: Ground, tmp_path: Path, error: str) -> None:
    made = ground.calls("send", ground.copy(tmp_path / "clean"))
    answers: Counter[str] = Counter()

    def case(fault: Fault) -> str:
        home = ground.copy(tmp_path / f"{fault.name} {fault.nth}")
        said = ground.run("send", home, fault)
        answers.update(str(step["status"]) for step in said)
        wrong = [*answered_wrongly(said), *lost(home, taken(said))]
        # Whoever got no answer, or that it did not work, sends again.
        if taken(ground.run("send", home)) != BOTH:
            wrong.append("cannot be sent again")
        wrong += [*lost(home, BOTH), *doubled(home, BOTH)]
        shutil.rmtree(home)
        return "; ".join(wrong)

    failed = all_of("send", case, faults(made, error), tmp_path)
    print(f"\nsending, {error or 'killed'}: {len(made)} calls; answers {dict(answers)}")
    assert failed == []


@pytest.mark.parametrize("error", ["", "ENOSPC", "EIO"], ids=["killed", "disk full", "disk broken"])
def test_reading_goes_on_where_it_was(ground: Ground, sent: Path, tmp_path: Path, error: str) -> None:
    made = ground.calls("work", clean := ground.copy(tmp_path / "clean", sent))
    assert ground.run("look", clean) == []

    def case(fault: Fault) -> str:
        home = ground.copy(tmp_path / f"{fault.name} {fault.nth}", sent)
        ground.run("work", home, fault)
        time_passes(home)
        ground.run("work", home)
        wrong = [*lost(home, FIRST), *doubled(home, FIRST), *ground.run("look", home)]
        shutil.rmtree(home)
        return "; ".join(wrong)

    failed = all_of("work", case, faults(made, error), tmp_path)
    kinds = Counter(one.split()[0] for one in made)
    print(f"\nreading, {error or 'killed'}: {len(made)} calls, {dict(kinds)}")
    assert failed == []


def all_of(part: str, case: Callable[[Fault], str], each: Iterable[Fault], folder: Path) -> list[str]:
    """Run the case for each fault, two at a time; in the short form for one of each kind of call.

    Return what was wrong. A fault has to come about in nearly all: what a course writes hangs a little on
    its timing.
    """
    chosen = list(each)
    if not LONG:
        of_kind: dict[str, list[Fault]] = {}
        for fault in chosen:
            of_kind.setdefault(fault.name, []).append(fault)
        chosen = [alike[len(alike) // 2] for alike in of_kind.values()]
    with ThreadPoolExecutor(2) as pool:
        wrong = [f"{fault}: {one}" for fault, one in zip(chosen, pool.map(case, chosen), strict=True) if one]
    homes = [str(folder / f"{fault.name} {fault.nth}") for fault in chosen]
    met = sum(tracing.was_met(Order(part, home)) for home in homes)
    print(f"\n{part}: {met} of {len(chosen)} faults came about")
    if met < 0.95 * len(chosen):
        wrong.append(f"only {met} of {len(chosen)} faults came about")
    return wrong


def taken(said: list[dict[str, Any]]) -> set[str]:
    """Return the names of the papers of which the client was told that they are in."""
    return {step["name"] for step in said if step["is_taken"]}


def answered_wrongly(said: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what a client must not be answered: it is told that there is no room, or to come again."""
    for step in said:
        is_fine = step["is_taken"] or step["status"] == 201
        if not is_fine and (step["status"] not in (507, 503) or not step["again"]):
            yield f"answered {step['status']}, come again: {step['again']}"


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "portal.db")) as connection:
        return connection.execute(query).fetchall()


def time_passes(home: Path) -> None:
    """Have everything that waits for another try be due."""
    with closing(sqlite3.connect(home / "portal.db")) as connection, connection:
        connection.execute("UPDATE jobs SET not_before = 0 WHERE state = 'waiting'")


def lost(home: Path, names: set[str]) -> Iterator[str]:
    """Yield which of the papers are not there, byte for byte, with a row and a job or pages."""
    for name in sorted(names):
        digest = DIGESTS[name]
        place = home / "uploads" / "originals" / digest[:2] / digest[2:4] / digest
        if not place.is_file() or hashlib.sha256(place.read_bytes()).hexdigest() != digest:
            yield f"the bytes of {name} are not there"
        if not rows(
            home, f"SELECT 1 FROM scans WHERE blob_sha256 = '{digest}' AND state IN ('received','split')"
        ):
            yield f"there is no row of {name}"


def doubled(home: Path, names: set[str]) -> Iterator[str]:
    """Yield what is there more than once, where each of the papers should be there once."""
    if len(rows(home, "SELECT id FROM nodes WHERE kind = 'document'")) > len(names):
        yield "a document is doubled"
    if rows(home, "SELECT page_id FROM page_texts WHERE is_current GROUP BY 1 HAVING count(*) > 1"):
        yield "a text is doubled"
    if rows(home, "SELECT document_id FROM pages GROUP BY 1 HAVING count(*) > 3"):
        yield "a page is doubled"
