"""Running a program to its end."""

import asyncio
from pathlib import Path

_SECONDS = 60.0


async def run(program: str | Path, *arguments: str | Path) -> tuple[int, str]:
    """Run a program and return its exit status and everything that it printed.

    Raises:
        TimeoutError: If it does not end within a minute.
    """
    process = await asyncio.create_subprocess_exec(
        str(program),
        *(str(argument) for argument in arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(_SECONDS):
        printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()
