"""Builders: lawful things with plausible values; a test states only what differs."""
