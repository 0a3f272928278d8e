"""采购项目: draft, publish, close, fail."""
