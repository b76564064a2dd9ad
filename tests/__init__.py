"""Tests of the portal; the tree mirrors what it tests."""
