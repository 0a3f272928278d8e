"""Rubrics 指标体系: kept as written, checked, and frozen once a scheme stands on them."""
