"""Tests of `portal.rights`."""
