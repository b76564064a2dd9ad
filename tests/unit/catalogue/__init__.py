"""Tests of `portal.catalogue`."""
