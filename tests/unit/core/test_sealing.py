"""What is sealed opens only by its key and in its place, and the key lies where nobody else reads."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from config import Settings, UnsafeSettingError
from portal.core import house, sealing
from portal.core.sealing import UnsealableError

HERE = "person_data.id_number:0000000001"


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    house.configure(replace(settings, data_keys=(b"a" * 32,)))


def _with(settings: Settings, *keys: bytes) -> None:
    house.configure(replace(settings, data_keys=keys))


def test_what_is_sealed_holds_nothing_of_it_and_opens_again() -> None:
    sealed = sealing.seal(b"079123456789", HERE)
    assert b"0791" not in sealed
    assert sealed != sealing.seal(b"079123456789", HERE)
    assert sealing.unseal(sealed, sealing.present_id(), HERE) == b"079123456789"


def test_it_opens_nowhere_else_and_not_when_altered() -> None:
    sealed, key_id = sealing.seal(b"079123456789", HERE), sealing.present_id()
    for changed, place in (
        (sealed, "person_data.id_number:0000000002"),
        (sealed, "person_data.phone:0000000001"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), HERE),
        (sealed[:5], HERE),
        (b"", HERE),
    ):
        with pytest.raises(UnsealableError):
            sealing.unseal(changed, key_id, place)


def test_an_older_key_still_opens_and_a_lost_one_is_said(settings: Settings) -> None:
    sealed, key_id = sealing.seal(b"079123456789", HERE), sealing.present_id()
    _with(settings, b"b" * 32, b"a" * 32)
    assert sealing.present_id() != key_id
    assert sealing.unseal(sealed, key_id, HERE) == b"079123456789"
    _with(settings, b"b" * 32)
    with pytest.raises(UnsealableError) as error:
        sealing.unseal(sealed, key_id, HERE)
    assert (error.value.code, error.value.status) == ("unsealable", 503)


def test_digests_are_by_key_and_by_kind(settings: Settings) -> None:
    (one,) = sealing.digests("079123456789", "id_number")
    assert (one,) != tuple(sealing.digests("079123456789", "phone"))
    _with(settings, b"b" * 32, b"a" * 32)
    present, older = sealing.digests("079123456789", "id_number")
    assert older == one != present


def test_the_key_of_a_home_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = Settings.from_environment({"PORTAL_HOME": str(tmp_path)})
    path = tmp_path / "data_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [len(key) for key in first.data_keys] == [32]
    assert Settings.from_environment({"PORTAL_HOME": str(tmp_path)}).data_keys == first.data_keys
    assert first.secret_key.encode() not in first.data_keys
    assert path.read_text() != (tmp_path / "secret_key").read_text()


def test_a_file_of_keys_is_read_the_one_in_use_first(tmp_path: Path) -> None:
    file = _key_file(tmp_path, b"n" * 32, b"o" * 32)
    settings = Settings.from_environment({"PORTAL_HOME": str(tmp_path), "DATA_KEY_FILE": str(file)})
    assert settings.data_keys == (b"n" * 32, b"o" * 32)
    assert not (tmp_path / "data_key").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_may_read_stops_the_start(tmp_path: Path, mode: int) -> None:
    file = _key_file(tmp_path, b"n" * 32)
    file.chmod(mode)
    with pytest.raises(UnsafeSettingError, match="chmod 600"):
        Settings.from_environment({"PORTAL_HOME": str(tmp_path), "DATA_KEY_FILE": str(file)})


@pytest.mark.parametrize("text", ["", "short", "not base64 !!", "x" * 44 + "=ü"])
def test_what_is_no_key_stops_the_start_and_is_not_repeated(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(UnsafeSettingError) as error:
        Settings.from_environment({"PORTAL_HOME": str(tmp_path), "DATA_KEY_FILE": str(file)})
    assert not text or text not in str(error.value)


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettingError, match="DATA_KEY_FILE"):
        Settings.from_environment({"PORTAL_HOME": str(tmp_path), "DATA_KEY_FILE": str(tmp_path / "none")})


def _key_file(folder: Path, *keys: bytes) -> Path:
    file = folder / "keys"
    file.write_text("".join(base64.urlsafe_b64encode(key).decode() + "\n" for key in keys))
    file.chmod(0o600)
    return file
