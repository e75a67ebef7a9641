"""One run: what is wanted is resolved, fetched or built, checked, and placed as one change."""
