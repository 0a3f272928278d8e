"""信息公开: what anybody may read without signing in."""
