"""The meeting point 交接: what procurement hands to evaluation, and what evaluation hands back. Nowhere else do they meet."""
