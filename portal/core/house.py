"""The settings of this process, for the domain, which knows no Flask.

`portal.app.create_app` sets them once; whatever needs a folder or a limit asks here.
"""

from __future__ import annotations

from config import Settings

_settings: Settings | None = None


def configure(settings: Settings) -> None:
    """Set the settings of this process."""
    global _settings
    _settings = settings


def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        RuntimeError: `configure` was not called.
    """
    if _settings is None:
        raise RuntimeError("house.configure() was not called")
    return _settings
