"""What a page says about itself: its JSON-LD, its meta tags, its title."""
from __future__ import annotations
from typing import Any
from clean.model import Json
def page_meta(root: Any) -> tuple[dict[str, Json], bool]:
    return {}, False
