"""Templates compiled beforehand: what a page is drawn from is its own source, and serving writes nothing."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment

from portal.web import compiled

SOURCE = "{% if open %}Mở{% else %}Đóng{% endif %}"


def environment(folder: Path, source: str = SOURCE, *, writing: bool = False) -> Environment:
    cache = compiled.Compiled(folder, writing=writing)
    return Environment(loader=DictLoader({"a.html": source}), bytecode_cache=cache, autoescape=True)


def drawn(made: Environment) -> str:
    return made.get_template("a.html").render(open=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which the template lies compiled."""
    made = tmp_path / "compiled"
    drawn(environment(made, writing=True))
    assert len(list(made.iterdir())) == 1
    return made


def test_a_page_is_drawn_without_compiling(folder: Path) -> None:
    with mock.patch.object(Environment, "_parse", side_effect=AssertionError("compiled anew")):
        assert drawn(environment(folder)) == "Mở"


def test_a_template_that_changed_is_drawn_as_it_is_now(folder: Path) -> None:
    assert drawn(environment(folder, SOURCE.replace("Mở", "Ngỏ"))) == "Ngỏ"


def test_other_settings_do_not_take_it_for_theirs(folder: Path) -> None:
    made = environment(folder, "{% if open %}\nMở\n{% endif %}", writing=True)
    assert drawn(made) == "\nMở\n"
    other = environment(folder, "{% if open %}\nMở\n{% endif %}")
    other.trim_blocks = True
    assert drawn(other) == "Mở\n"


@pytest.mark.parametrize("length", [0, 3, 20, 60])
def test_one_that_was_cut_off_is_compiled_in_memory(folder: Path, length: int) -> None:
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:length])
    assert drawn(environment(folder)) == "Mở"
    assert file.read_bytes() == whole[:length]


def test_who_serves_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    assert drawn(environment(folder)) == "Mở"
    assert not folder.exists()


def test_all_templates_of_the_portal_are_compiled(app: Flask, tmp_path: Path) -> None:
    names = app.jinja_env.list_templates(extensions=compiled.ENDINGS)
    assert compiled.compile_all(app.jinja_env, tmp_path / "compiled") == len(names) > 200
    app.jinja_env.cache = None
    app.jinja_env.bytecode_cache = compiled.Compiled(tmp_path / "compiled")
    with mock.patch.object(Environment, "_parse", side_effect=AssertionError("compiled anew")):
        for name in names:
            app.jinja_env.get_template(name)
