"""The transparency log 透明日志: every act leaves one line, chained to the line before it by SHA-256."""
