"""The portal as a WSGI application, for gunicorn and for `flask`."""

from portal import cli
from portal.app import create_app

app = create_app()
cli.register(app)
