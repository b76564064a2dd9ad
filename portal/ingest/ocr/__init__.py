"""The outside tools that look at pages: the recognition engine and the PDF library, one adapter each."""
