"""Drafts 草稿: what is typed into a form and not handed in yet. Nobody but its author sees it, or that there is one."""
