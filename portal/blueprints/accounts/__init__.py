"""Signing in and out, one-time links, notices. Who people are is kept in `portal.accounts`."""
