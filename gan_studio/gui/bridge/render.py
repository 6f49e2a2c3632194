"""What a `RenderBridge` that draws pictures calls in its thread, where torch may be imported."""

from __future__ import annotations

import threading
from typing import Any


def render_beside(bundle: Any, request: Any) -> Any:
    """Answer a request of `inference.renderer`; each thread is set up once."""
    thread: Any = threading.current_thread()
    if not hasattr(thread, "renderer"):
        from gan_studio.inference.renderer import Renderer

        thread.renderer = Renderer()
    return thread.renderer(bundle, request)
