"""What stands in the pixels of an image, whatever its text layer says."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from PIL import Image


def read(image: Image.Image) -> str:
    """Return the words that Tesseract finds, in small letters, a space between."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "side.png"
        image.save(path)
        done = subprocess.run(
            ["tesseract", str(path), "-", "-l", "vie", "--psm", "6"],
            capture_output=True,
            text=True,
            check=True,
            env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"},
        )
    return " ".join(done.stdout.lower().split())
