"""Who signs for whom, and who is away. Comes beside the desk of those who handle requests."""
