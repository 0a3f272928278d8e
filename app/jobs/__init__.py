"""Rendering and what time alone does: facts from the rooms into files, through ``reports/``."""
