"""The pages of the law desk 法规服务台. No sign-in, but to enter into the law; what an address answers is
the same for everybody."""

from __future__ import annotations

from app.lawdesk import check_page, entry_pages, pages, scoring_page
from app.lawdesk.place import room

__all__ = ["check_page", "entry_pages", "pages", "room", "scoring_page"]
