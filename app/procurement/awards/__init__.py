"""中标: decide, announce, tell every bidder its own result."""
