"""Node.js and the browser, as scripts/setup browser has installed them."""

import asyncio
import os
from pathlib import Path

from tests.e2e.configuration import REPOSITORY

BROWSER = REPOSITORY / ".toolchain" / "browser" / "bin" / "chromium"
_NODE = REPOSITORY / ".toolchain" / "node" / "bin"


async def start_node(
    *arguments: str, stdout: int | None = None, **variables: str
) -> asyncio.subprocess.Process:
    """Start Node.js in the folder of the browser's scripts, with these variables in its environment."""
    path = f"{_NODE}{os.pathsep}{os.environ['PATH']}"
    return await asyncio.create_subprocess_exec(
        "node",
        *arguments,
        cwd=Path(__file__).parent,
        env={**os.environ, "PATH": path, **variables},
        stdout=stdout,
    )
