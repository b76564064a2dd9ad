"""When a batch will be read is said early, and is true enough: real worker, an engine of even page time."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults.portal import WatchedPortal
from tests.faults.uploader import scans
from tests.fixtures import engines

pytestmark = [pytest.mark.faults, pytest.mark.alone]

PAGES, ASKED_AT = 300, 50
MOST_OFF = 0.25
"""By how much of the time left the prediction may be off: what the portal promises of it."""


@pytest.fixture
def portal(tmp_path: Path) -> WatchedPortal:
    """A portal whose engine takes the same time for every page; the portal's own work comes on top."""
    stub = engines.write_stub(tmp_path, seconds=0.1)
    return WatchedPortal(tmp_path / "home", {"TESSERACT_CMD": str(stub), "OCR_WORKERS": "2"})


def test_the_end_of_an_even_batch_is_known_at_page_fifty(portal: WatchedPortal, tmp_path: Path) -> None:
    ((name, content),) = scans(1, PAGES, seed=7)
    (tmp_path / name).write_bytes(content)
    portal.flask("user", "create", "op@example.vn", "--role", "operator", "--name", "Người quét")
    try:
        portal.start()
        visitor = portal.signed_in("op@example.vn")
        taken = portal.flask("ingest", str(tmp_path / name), "--fonds", "K1", "--new-fonds", "Phông thử")
        address = f"/tiep-nhan/tien-do?batch={taken['batch']}"

        def far() -> dict[str, Any]:
            (told,) = json.loads(visitor.get(address).text)["batches"]
            return dict(told)

        seen = far()
        while seen["done"] < ASKED_AT:
            seen = far()
            time.sleep(0.05)
        asked, predicted = time.time(), datetime.fromisoformat(seen["ready"]).timestamp()
        portal.wait_until(lambda: bool(far()["settled"]), "the batch to be read")
        over = time.time()
    finally:
        portal.stop()
    truth, said = over - asked, predicted - asked
    print(
        f"\nprediction at page {seen['done']} of {PAGES}: {said:.1f} s; truth: {truth:.1f} s;"
        f" off by {100 * (said / truth - 1):+.1f} %"
    )
    assert ASKED_AT <= seen["done"] < ASKED_AT + 10
    assert abs(said - truth) <= MOST_OFF * truth
