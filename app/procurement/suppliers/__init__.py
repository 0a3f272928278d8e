"""供应商档案: the supplier file and the standing records."""
