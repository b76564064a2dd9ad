"""Tests of `portal.mail`."""
