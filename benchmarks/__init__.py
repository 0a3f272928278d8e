"""Benchmarks 测速: every figure that the README quotes, as a ratio against a floor that is measured in the same run."""
