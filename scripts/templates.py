"""Compile the templates of the portal; `make setup` runs it in the portal's own environment."""

from __future__ import annotations

import tempfile

from flask import Flask

from config import Settings
from portal import web
from portal.core import house
from portal.web import compiled

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        house.configure(Settings.from_environment({"PORTAL_HOME": home}))
        app = Flask("portal")
        web.init_app(app)
        compiled.compile_all(app.jinja_env)
