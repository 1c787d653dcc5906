from __future__ import annotations

from tests.engine.conftest import lite, tiny_network

__all__ = ["lite", "tiny_network"]
