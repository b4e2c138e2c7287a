"""Webhooks: what a device, or the world, tells Home Assistant without being anybody."""

from collections.abc import Mapping

import aiohttp

from .client import Json


async def post(url: str, webhook: str, data: Mapping[str, Json]) -> None:
    """Call a webhook of the Home Assistant that listens there."""
    async with (
        aiohttp.ClientSession(url, raise_for_status=True) as http,
        http.post(f"/api/webhook/{webhook}", json=dict(data)),
    ):
        pass
