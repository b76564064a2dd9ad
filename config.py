"""Settings of one portal, read once from the environment.

Every key stands in docs/configuration.md (a test compares the two). Secrets come
from files or the environment, never from the code. `Settings.check` refuses what
would be unsafe in production before anything is opened.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent
MINIMUM_SECRET = 32
DATA_KEY_BYTES = 32
MEBIBYTE = 1024 * 1024
SMS_WAYS = ("none", "file")
_CLAMAV = re.compile(r"unix:/.+|tcp:.+:\d{1,5}")
SEARCH_ENGINES = ("whoosh", "tantivy")


class UnsafeSettingError(RuntimeError):
    """A setting that would make the portal unsafe or unusable; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process knows of its surroundings. Sizes in bytes, times in seconds."""

    home: Path
    host: str
    port: int
    public_url: str
    demo: bool
    debug: bool
    database_url: str
    secret_key: str = field(repr=False)
    data_keys: tuple[bytes, ...] = field(repr=False)
    """What personal data is sealed by: the key in use, then those before it."""
    tesseract_cmd: str
    ocr_workers: int
    page_seconds: int
    web_workers: int
    web_threads: int
    max_form_bytes: int
    disk_reserve_bytes: int
    image_days: int
    search_engine: str
    trusted_proxies: int
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str = field(repr=False)
    smtp_from: str
    sms: str
    clamav: str
    """Where a scanner for malware listens: unix:PATH or tcp:HOST:PORT; nothing where there is none."""
    province: str
    emblem: str
    contact_address: str
    contact_phone: str
    contact_email: str

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read and check all settings; the home folder and its secret are made if absent.

        Raises:
            UnsafeSettingError: a value is malformed or unsafe.
        """
        env = os.environ if env is None else env
        home = Path(env.get("PORTAL_HOME") or PROJECT).resolve()
        home.mkdir(parents=True, exist_ok=True)
        host = env.get("HOST") or "127.0.0.1"
        port = _whole(env, "PORT", 8000)
        settings = cls(
            home=home,
            host=host,
            port=port,
            public_url=(env.get("PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
            demo=env.get("DEMO", "1") != "0",
            debug=env.get("PORTAL_DEBUG", "0") == "1",
            database_url=env.get("DATABASE_URL") or f"sqlite:///{home / 'portal.db'}",
            secret_key=_secret(env, "SECRET_KEY") or _home_secret(home / "secret_key", 48),
            data_keys=_data_keys(env, home),
            tesseract_cmd=env.get("TESSERACT_CMD") or "tesseract",
            ocr_workers=_whole(env, "OCR_WORKERS", len(os.sched_getaffinity(0))),
            page_seconds=_whole(env, "OCR_PAGE_SECONDS", 180),
            web_workers=_whole(env, "WEB_WORKERS", 2),
            web_threads=_whole(env, "WEB_THREADS", 8),
            max_form_bytes=_whole(env, "MAX_FORM_MB", 200) * MEBIBYTE,
            disk_reserve_bytes=_whole(env, "DISK_RESERVE_MB", 500) * MEBIBYTE,
            image_days=_whole(env, "IMAGE_DAYS", 30),
            search_engine=env.get("SEARCH_ENGINE") or "whoosh",
            trusted_proxies=_whole(env, "TRUSTED_PROXIES", 0),
            smtp_host=env.get("SMTP_HOST", ""),
            smtp_port=_whole(env, "SMTP_PORT", 587),
            smtp_user=env.get("SMTP_USER", ""),
            smtp_password=_secret(env, "SMTP_PASSWORD"),
            smtp_from=env.get("SMTP_FROM") or "luu-tru@localhost",
            sms=env.get("SMS") or "none",
            clamav=env.get("CLAMAV", ""),
            province=env.get("PROVINCE") or "Tỉnh Mẫu",
            emblem=env.get("EMBLEM", ""),
            contact_address=env.get("CONTACT_ADDRESS", ""),
            contact_phone=env.get("CONTACT_PHONE", ""),
            contact_email=env.get("CONTACT_EMAIL", ""),
        )
        settings.check()
        return settings

    @property
    def index_folder(self) -> Path:
        return self.home / "index"

    @property
    def uploads_folder(self) -> Path:
        return self.home / "uploads"

    @property
    def trust_folder(self) -> Path:
        """Certificates of issuers whose signatures are trusted, as *.pem."""
        return self.home / "trust"

    @property
    def run_folder(self) -> Path:
        return self.home / "run"

    @property
    def log_folder(self) -> Path:
        return self.home / "log"

    @property
    def mail_folder(self) -> Path:
        return self.home / "mail"

    @property
    def sms_folder(self) -> Path:
        return self.home / "sms"

    @property
    def evidence_folder(self) -> Path:
        return self.home / "evidence"

    @property
    def attachments_folder(self) -> Path:
        return self.home / "attachments"

    @property
    def demo_accounts_file(self) -> Path:
        return self.home / "demo-accounts.json"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the portal, as far as HOST tells."""
        return _is_loopback(self.host)

    @property
    def is_for_this_machine_only(self) -> bool:
        """Whether nobody comes from elsewhere, by a reverse proxy neither."""
        public_host = urlsplit(self.public_url).hostname or ""
        return self.is_loopback and self.trusted_proxies == 0 and _is_loopback(public_host)

    @property
    def is_private_line(self) -> bool:
        """Whether readers come by https, so that `__Host-` cookies work."""
        return self.public_url.startswith("https://")

    def check(self) -> None:
        """Refuse settings that would be unsafe; the message says what to change."""
        if len(self.secret_key) < MINIMUM_SECRET:
            raise UnsafeSettingError(
                f"SECRET_KEY has {len(self.secret_key)} characters; give at least {MINIMUM_SECRET}"
            )
        if self.debug and not self.is_loopback:
            raise UnsafeSettingError("PORTAL_DEBUG=1 is only for HOST=127.0.0.1")
        if self.database_url.startswith("sqlite:///") and not self.database_url.startswith("sqlite:////"):
            raise UnsafeSettingError("DATABASE_URL must give SQLite an absolute path (sqlite:////…)")
        if not self.public_url.startswith(("http://", "https://")):
            raise UnsafeSettingError("PUBLIC_URL must start with http:// or https://")
        if self.search_engine not in SEARCH_ENGINES:
            raise UnsafeSettingError(f"SEARCH_ENGINE must be one of: {', '.join(SEARCH_ENGINES)}")
        if self.sms not in SMS_WAYS:
            raise UnsafeSettingError(f"SMS must be one of: {', '.join(SMS_WAYS)}")
        if self.sms == "file" and not self.is_for_this_machine_only:
            raise UnsafeSettingError("SMS=file writes telephone numbers down; it is for this machine only")
        self._check_scanner()
        for name in ("ocr_workers", "web_workers", "web_threads", "page_seconds", "image_days"):
            if getattr(self, name) < 1:
                raise UnsafeSettingError(f"{name.upper()} must be at least 1")

    def _check_scanner(self) -> None:
        if self.clamav and not _CLAMAV.fullmatch(self.clamav):
            raise UnsafeSettingError("CLAMAV must be unix:/PATH or tcp:HOST:PORT")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _whole(env: Mapping[str, str], key: str, default: int) -> int:
    text = env.get(key, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise UnsafeSettingError(f"{key} must be a whole number, not {text!r}") from None


def _secret(env: Mapping[str, str], key: str) -> str:
    """Read `KEY`, or the file that `KEY_FILE` names."""
    path = env.get(f"{key}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UnsafeSettingError(f"{key}_FILE cannot be read: {error.strerror}") from None
    return env.get(key, "")


def _data_keys(env: Mapping[str, str], home: Path) -> tuple[bytes, ...]:
    """Read the keys of personal data, one a line, the one in use first; a home makes its own.

    Raises:
        UnsafeSettingError: the file cannot be read, is open to others, or holds what is no key.
    """
    named = env.get("DATA_KEY_FILE")
    path = Path(named) if named else home / "data_key"
    try:
        text = path.read_text(encoding="ascii") if named else _home_secret(path, DATA_KEY_BYTES)
        mode = path.stat().st_mode & 0o777
    except (OSError, UnicodeDecodeError) as error:
        raise UnsafeSettingError(f"DATA_KEY_FILE cannot be read: {type(error).__name__}") from None
    if mode & 0o077:
        raise UnsafeSettingError(f"{path.name} is open to others (mode {mode:04o}); run: chmod 600 {path}")
    keys = tuple(_data_key(line) for line in text.split())
    if not keys:
        raise UnsafeSettingError(f"{path.name} holds no key; docs/runbook.md says how to make one")
    return keys


def _data_key(line: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(line + "=" * (-len(line) % 4))
    except binascii.Error:
        key = b""
    if len(key) != DATA_KEY_BYTES:
        raise UnsafeSettingError(f"a data key must be {DATA_KEY_BYTES} bytes in base64, one key a line")
    return key


def _home_secret(path: Path, size: int) -> str:
    """Return a secret of so many random bytes; the first process to come makes it, mode 0600."""
    # Loaded here, for it brings OpenSSL, which the children that read pages do without.
    import secrets  # noqa: PLC0415

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _written_secret(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(size)
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return secret


def _written_secret(path: Path) -> str:
    """Read a secret that another process may be writing at this moment."""
    for _ in range(50):
        secret = path.read_text(encoding="ascii").strip()
        if len(secret) >= MINIMUM_SECRET:
            return secret
        time.sleep(0.02)
    return path.read_text(encoding="ascii").strip()
