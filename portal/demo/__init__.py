"""The demo: three papers drawn by the project itself, one account per role, on a fresh home."""
