"""Schemes 评估方案 and their subjects."""
