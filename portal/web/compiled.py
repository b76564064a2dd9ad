"""Templates compiled beforehand, as Python keeps its modules: a page takes tenths of a second to compile.

`make setup` writes them; a process that serves reads them and never writes, for what lies here is run.
One that is missing, or was made from another source, is compiled in memory.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from config import PROJECT

FOLDER = PROJECT / "portal" / "templates" / "__pycache__"
ENDINGS = ("html", "txt", "xml")


class Compiled(BytecodeCache):
    """Compiled templates in a folder; `writing` is for the one that makes them."""

    def __init__(self, folder: Path, *, writing: bool = False) -> None:
        self._folder, self._writing = folder, writing

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket where its template was compiled from the same source by the same Jinja."""
        try:
            with self._file(bucket).open("rb") as file:
                bucket.load_bytecode(file)
        except (FileNotFoundError, EOFError, pickle.UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, whole or not at all."""
        if not self._writing:
            return
        self._folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            bucket.write_bytecode(file)
        Path(file.name).chmod(0o644)
        Path(file.name).rename(self._file(bucket))

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}-{_settings_of(bucket.environment)}.jinja"


def init_app(app: Flask) -> None:
    """Have the application draw its pages from compiled templates where there are some."""
    app.jinja_env.bytecode_cache = Compiled(FOLDER)


def compile_all(environment: Environment, folder: Path = FOLDER) -> int:
    """Compile each template of the environment that has changed since; return how many there are."""
    environment.bytecode_cache = Compiled(folder, writing=True)
    names = environment.list_templates(extensions=ENDINGS)
    for name in names:
        environment.get_template(name)
    return len(names)


def _settings_of(environment: Environment) -> str:
    """Return a digest of what the same source may be compiled differently by."""
    how = (
        version("jinja2"),
        sys.implementation.cache_tag,
        sorted(environment.extensions),
        environment.trim_blocks,
        environment.lstrip_blocks,
    )
    return hashlib.sha256(repr(how).encode()).hexdigest()[:8]
