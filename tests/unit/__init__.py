"""Tests of single packages."""
