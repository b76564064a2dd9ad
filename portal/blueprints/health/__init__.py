"""What machines ask: is the portal well, what may robots read."""
