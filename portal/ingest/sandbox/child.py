"""The program inside the walls: opens one file, answers question after question about its pages.

Started with the command of the engine and the name that the file has here. A
question is a line of JSON, an answer what `answers.packed` makes. It ends when its
input ends, or when nobody asks for a while.
"""

from __future__ import annotations

import json
import os
import select
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from config import PROJECT
from portal.core.errors import PortalError
from portal.ingest import looking
from portal.ingest.errors import UnusableFileError, UnusablePageError
from portal.ingest.media import MediaType
from portal.ingest.ocr.engine import Engine
from portal.ingest.ocr.tesseract import Tesseract
from portal.ingest.sandbox import answers, questions
from portal.ingest.stages import split
from portal.jobs.errors import NotReadyError

QUIET_SECONDS = 30.0


def main(arguments: list[str]) -> None:
    """Answer until nobody asks any more; or, told `probe`, say whether the walls stand."""
    if arguments == ["probe"]:
        print("inside" if _is_inside() else "outside", flush=True)
        return
    engine, path = Tesseract(arguments[0]), Path(arguments[1])
    # Libraries that print must not print into an answer.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while line := _next(sys.stdin.buffer):
        output.write(_answer(path, engine, json.loads(line)))
        output.flush()


def _next(given: BinaryIO) -> bytes:
    ready, _, _ = select.select([given], [], [], QUIET_SECONDS)
    return given.readline() if ready else b""


def _answer(path: Path, engine: Engine, question: Mapping[str, object]) -> bytes:
    try:
        return _look(path, engine, question)
    except UnusableFileError as error:
        return _failed(answers.FILE, error)
    except UnusablePageError as error:
        return _failed(answers.PAGE, error)
    except NotReadyError as error:
        return _failed(answers.NOT_READY, error)
    except MemoryError:
        return _failed(answers.OUTGROWN, PortalError("page_too_costly"))


def _look(path: Path, engine: Engine, question: Mapping[str, object]) -> bytes:
    about = questions.Question(**question)  # type: ignore[arg-type]  # our own parent asks
    if about.verb == questions.COUNT:
        return answers.packed({"pages": split.count(path, MediaType(about.media_type))})
    if about.verb == questions.SIGNATURES:
        # Loaded here, for it takes seconds, and hardly any file needs it.
        from portal.ingest import signatures_pdf  # noqa: PLC0415

        return answers.packed(answers.of_signatures(signatures_pdf.check(path, about.roots)))
    if about.verb == questions.IMAGE:
        return answers.packed({}, looking.image(path, about.frame))
    view, reading = looking.look(path, about.frame, engine, about.seconds, is_released=about.is_released)
    return answers.packed(answers.of_reading(reading), view)


def _failed(fault: str, error: PortalError) -> bytes:
    return answers.packed({"fault": fault, "code": error.code, "values": error.values})


def _is_inside() -> bool:
    """Tell whether there is nothing to be reached: no network, no other process, no home, no root."""
    lines = Path("/proc/net/dev").read_text(encoding="ascii").splitlines()[2:]
    others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) > os.getpid()]  # noqa: PTH208
    seen = set(os.listdir(PROJECT)) - {"portal", "config.py", ".venv"}  # noqa: PTH208
    return len(lines) <= 1 and not others and not seen and os.geteuid() != 0


if __name__ == "__main__":
    main(sys.argv[1:])
