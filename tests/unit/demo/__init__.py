"""Tests of `portal.demo`."""
