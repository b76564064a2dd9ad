"""What the installation says of itself, for administrators."""
