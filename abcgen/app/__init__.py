"""A page on this machine that writes tunes, shows and plays them, changes them, and keeps those one likes.

`serve` runs it; `new_app` gives the ASGI application, for those who run it themselves. Needs the extra `app`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abcgen.lazy import lazy_names

if TYPE_CHECKING:
    from abcgen.app.server import new_app
    from abcgen.app.serving import serve
    from abcgen.app.shelf import Shelf
    from abcgen.app.studio import Studio

__all__ = ["Shelf", "Studio", "new_app", "serve"]

__getattr__ = lazy_names(
    __name__, {"Shelf": "shelf", "Studio": "studio", "new_app": "server", "serve": "serving"}
)
