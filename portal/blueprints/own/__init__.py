"""What a person sees and changes about themselves."""
