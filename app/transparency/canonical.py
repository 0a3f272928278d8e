"""The canonical form, by the name under which the rooms of the evaluation know it. It lives in ``kernel.canonical``."""

from kernel.canonical import canonical_json, sha256_hex

__all__ = ["canonical_json", "sha256_hex"]
