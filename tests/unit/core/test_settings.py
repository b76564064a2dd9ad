"""Settings: what would be unsafe stops the start, before anything is opened, and says what to change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import PROJECT, Settings, UnsafeSettingError


@pytest.mark.parametrize(
    ("unsafe", "named"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE"),
        ({"PORTAL_DEBUG": "1", "HOST": "0.0.0.0"}, "PORTAL_DEBUG"),
        ({"DATABASE_URL": "sqlite:///portal.db"}, "DATABASE_URL"),
        ({"PUBLIC_URL": "archive.example.vn"}, "PUBLIC_URL"),
        ({"WEB_WORKERS": "0"}, "WEB_WORKERS"),
        ({"PORT": "http"}, "PORT"),
    ],
)
def test_what_would_be_unsafe_is_refused_by_its_name(
    tmp_path: Path, unsafe: dict[str, str], named: str
) -> None:
    with pytest.raises(UnsafeSettingError, match=named):
        Settings.from_environment({"PORTAL_HOME": str(tmp_path), **unsafe})


def test_the_five_that_are_honoured_everywhere_are_read(tmp_path: Path) -> None:
    env = {"PORTAL_HOME": str(tmp_path / "new"), "HOST": "127.0.0.2", "PORT": "8999", "DEMO": "0"}
    settings = Settings.from_environment({**env, "TESSERACT_CMD": "/bin/false"})
    assert (settings.home, settings.host, settings.port) == (tmp_path / "new", "127.0.0.2", 8999)
    assert (settings.demo, settings.tesseract_cmd) == (False, "/bin/false")
    assert settings.public_url == "http://127.0.0.2:8999"


def test_the_secret_of_a_home_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = Settings.from_environment({"PORTAL_HOME": str(tmp_path)}).secret_key
    assert Settings.from_environment({"PORTAL_HOME": str(tmp_path)}).secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_settings_that_are_shown_show_no_secret(tmp_path: Path) -> None:
    settings = Settings.from_environment({"PORTAL_HOME": str(tmp_path), "SMTP_PASSWORD": "mật khẩu thư"})
    shown = repr(settings)
    assert str(tmp_path) in shown
    secrets = (settings.secret_key, str(settings.data_keys[0]), settings.smtp_password)
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("command", [("flask", "serve"), ("flask", "status", "--json")])
def test_a_command_with_an_unsafe_setting_says_so_in_one_line_and_opens_nothing(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    env = {**os.environ, "PORTAL_HOME": str(tmp_path / "home"), "SECRET_KEY": "short", "PORT": "0"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=PROJECT, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "portal.db").exists()
