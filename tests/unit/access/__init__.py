"""Tests of `portal.access`."""
