"""My desk: what waits for whoever is signed in. First after signing in; each card leads to its area."""
