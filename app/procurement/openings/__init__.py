"""开标: at the deadline or later, with the record of what was read out."""
