"""A real MQTT broker (mosquitto), and somebody who listens to it."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import override

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.e2e.configuration import REPOSITORY
from tests.ports import free_port

from .troubles import Server, Trouble

_BROKER = REPOSITORY / ".toolchain" / "broker" / "bin" / "mosquitto"
_START_SECONDS = 10.0
TOPIC = "people/anna"


@dataclass(slots=True)
class Broker(Server):
    """A broker behind a wire that can be cut."""

    folder: Path = field(default_factory=Path)
    port: int = 0
    """Of the wire, which Home Assistant is connected to."""
    _behind: int = 0
    _process: asyncio.subprocess.Process | None = None
    _wire: asyncio.Server | None = None
    _listener: mqtt.Client | None = None

    @override
    async def start(self) -> None:
        if self._process is None:
            await self._start_broker()
        self.port = self.port or free_port()
        self._wire = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)

    @override
    async def stop(self) -> None:
        """Cut the wire; the broker itself ends with the test."""
        if self._wire is not None:
            self._wire.close()
            self._wire.close_clients()
            self._wire = None

    async def end(self) -> None:
        """End the broker."""
        await self.stop()
        if self._listener is not None:
            self._listener.loop_stop()
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()

    async def _start_broker(self) -> None:
        self._behind = free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "mosquitto.conf"
        settings.write_text(f"listener {self._behind} 127.0.0.1\nallow_anonymous true\n", "utf-8")
        log = self.folder / "mosquitto.log"
        with log.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                str(_BROKER), "-c", str(settings), stdout=output, stderr=output
            )
        try:
            await self._listen()
        except TimeoutError as error:
            said = log.read_text("utf-8", "replace")
            raise RuntimeError(f"mosquitto does not run, see scripts/setup: {said}") from error

    async def _listen(self) -> None:
        listener = mqtt.Client(CallbackAPIVersion.VERSION2)
        ready = asyncio.Event()
        loop = asyncio.get_running_loop()

        def subscribed(*_: object) -> None:
            loop.call_soon_threadsafe(ready.set)

        def took(_client: object, _data: object, message: mqtt.MQTTMessage) -> None:
            self.arrived.append(message.payload.decode())

        def connected(client: mqtt.Client, *_: object) -> None:
            client.subscribe(TOPIC)

        listener.on_connect = connected
        listener.on_subscribe = subscribed
        listener.on_message = took
        async with asyncio.timeout(_START_SECONDS):
            while True:
                try:
                    await asyncio.to_thread(listener.connect, "127.0.0.1", self._behind)
                    break
                except ConnectionError as error:
                    if self._process is None or self._process.returncode is not None:
                        raise TimeoutError from error
                    await asyncio.sleep(0.05)
            listener.loop_start()
            await ready.wait()
        self._listener = listener

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on in both directions; a message is a PUBLISH packet, type 3 of MQTT."""
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._behind)
            with contextlib.suppress(ConnectionError):
                await asyncio.gather(self._there(reader, back), self._copy(there, writer))
            back.close()
        finally:
            writer.close()

    async def _there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for part in self._parts(reader):
            publishes = TOPIC.encode() in part and part[0] >> 4 == 3
            writer.write(part)
            await writer.drain()
            if publishes and self.trouble is Trouble.CUT:
                await asyncio.sleep(0.1)
                raise ConnectionResetError
            if publishes:
                await self.hesitate()
        writer.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for part in self._parts(reader):
            writer.write(part)
            await writer.drain()
        writer.close()

    @staticmethod
    async def _parts(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
        while part := await reader.read(65536):
            yield part
