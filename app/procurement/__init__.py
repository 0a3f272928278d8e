"""The procurement wing 采购: its rooms in procedural order, each with its tables, acts and pages."""
