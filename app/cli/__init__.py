"""Commands 命令: JSON out; exit 0 fine, 1 faults found and listed, 2 bad input with a plain message on stderr.

Each command is an entry point and loads only what it needs.
"""
