"""A satellite that speaks ESPHome's native API: it can announce and reopen its microphone.

Started with `python -m tests.e2e.voice.esphome_satellite --name Kitchen --port 16053`.

It behaves as ESPHome's voice_assistant component with a media player does: it wakes by itself,
fetches what it is to say over HTTP, tells when it has been said, and listens again when Home
Assistant wants to hear a reply.
"""

import argparse
import asyncio
from collections.abc import Iterable
from pathlib import Path
import tempfile
from typing import Any, override
from urllib.request import urlopen

from aioesphomeapi import (
    MediaPlayerFormatPurpose,
    VoiceAssistantCommandFlag,
    VoiceAssistantEventType as Kind,
    VoiceAssistantFeature,
    api_pb2 as api,
)
from aioesphomeapi.core import MESSAGE_TYPE_TO_PROTO

from . import sound
from .device import Device, State, arguments, report

_NUMBERS = {proto: number for number, proto in MESSAGE_TYPE_TO_PROTO.items()}
_FEATURES = (
    VoiceAssistantFeature.VOICE_ASSISTANT
    | VoiceAssistantFeature.API_AUDIO
    | VoiceAssistantFeature.ANNOUNCE
    | VoiceAssistantFeature.START_CONVERSATION
)
_ANSWERS: dict[type, Any] = {
    api.AuthenticationRequest: api.AuthenticationResponse(),
    api.PingRequest: api.PingResponse(),
    api.DisconnectRequest: api.DisconnectResponse(),
    api.VoiceAssistantConfigurationRequest: api.VoiceAssistantConfigurationResponse(
        available_wake_words=[
            api.VoiceAssistantWakeWord(id="alexa", wake_word="Alexa", trained_languages=["en"])
        ],
        active_wake_words=["alexa"],
        max_active_wake_words=1,
    ),
}


class EsphomeSatellite(Device):
    """Home Assistant connects to it as to any ESPHome device without encryption."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Prepare it; `run` starts it."""
        super().__init__(options)
        self._writer: asyncio.StreamWriter | None = None
        self._conversation = ""
        self._reply = False
        self._words = ""
        self._spoke = False

    @override
    async def serve(self) -> None:
        await asyncio.start_server(self._connection, "127.0.0.1", self.port)

    @override
    async def begin(self, wake_word: str | None) -> None:
        if wake_word:
            self._conversation = ""
        self._reply = self._spoke = False
        self._write(
            api.VoiceAssistantRequest(
                start=True,
                conversation_id=self._conversation,
                flags=VoiceAssistantCommandFlag.USE_VAD,
                wake_word_phrase=wake_word or "",
            )
        )

    @override
    async def send(self, frame: bytes) -> None:
        self._write(api.VoiceAssistantAudio(data=frame))

    @override
    async def end(self) -> None:
        self._write(api.VoiceAssistantRequest(start=False))

    # --- wire ----------------------------------------------------------------------------------

    def _write(self, message: Any, writer: asyncio.StreamWriter | None = None) -> None:
        target = writer or self._writer
        if target is None or target.is_closing():
            return
        data = message.SerializeToString()
        target.write(b"\0" + _varint(len(data)) + _varint(_NUMBERS[type(message)]) + data)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (await reader.readexactly(1)) == b"\0":
                size, number = await _read_varint(reader), await _read_varint(reader)
                message = MESSAGE_TYPE_TO_PROTO[number]()
                message.ParseFromString(await reader.readexactly(size))
                for answer in self._handle(message, writer):
                    self._write(answer, writer)
        except asyncio.IncompleteReadError, ConnectionError:
            pass
        finally:
            if self._writer is writer:
                self._writer = None
                report("disconnected")
            writer.close()

    def _handle(self, message: Any, writer: asyncio.StreamWriter) -> Iterable[Any]:
        """Do what a message asks for and return what it is answered with."""
        match message:
            case api.HelloRequest():
                return [
                    api.HelloResponse(
                        api_version_major=1,
                        api_version_minor=12,
                        server_info="harness",
                        name=self.name,
                    )
                ]
            case api.DeviceInfoRequest():
                return [self._device()]
            case api.ListEntitiesRequest():
                return [self._media_player(), api.ListEntitiesDoneResponse()]
            case api.SubscribeStatesRequest():
                return [api.MediaPlayerStateResponse(key=1, state=1, volume=1.0)]
            case api.SubscribeVoiceAssistantRequest() if message.subscribe:
                self._writer = writer
                report("connected")
            case api.VoiceAssistantEventResponse():
                data = {item.name: item.value for item in message.data}
                self._event(Kind(message.event_type), data)
            case api.VoiceAssistantAnnounceRequest():
                self._announce(message)
        return [_ANSWERS[type(message)]] if type(message) in _ANSWERS else []

    def _device(self) -> Any:
        return api.DeviceInfoResponse(
            name=self.name.lower(),
            friendly_name=self.name,
            mac_address=":".join(f"{byte:02X}" for byte in (2 << 40 | self.port).to_bytes(6)),
            esphome_version="2026.10.0",
            model="Satellite",
            manufacturer="Harness",
            suggested_area=self.name,
            voice_assistant_feature_flags=int(_FEATURES),
        )

    @staticmethod
    def _media_player() -> Any:
        form = api.MediaPlayerSupportedFormat(
            format="wav",
            sample_rate=sound.RATE,
            num_channels=1,
            purpose=int(MediaPlayerFormatPurpose.ANNOUNCEMENT),
            sample_bytes=2,
        )
        return api.ListEntitiesMediaPlayerResponse(
            object_id="speaker", key=1, name="Speaker", supported_formats=[form]
        )

    # --- the voice assistant -------------------------------------------------------------------

    def _event(self, kind: Kind, data: dict[str, str]) -> None:
        match kind:
            case Kind.VOICE_ASSISTANT_STT_VAD_END:
                self.stop_listening()
            case Kind.VOICE_ASSISTANT_STT_END:
                self.stop_listening()
                report("heard", text=data.get("text", ""))
            case Kind.VOICE_ASSISTANT_INTENT_END:
                self._conversation = data.get("conversation_id", "")
                self._reply = data.get("continue_conversation") == "1"
            case Kind.VOICE_ASSISTANT_TTS_START:
                self._words = data.get("text", "")
            case Kind.VOICE_ASSISTANT_TTS_END:
                self._spoke = True
                asyncio.get_running_loop().create_task(self._fetch(data["url"], self._words))
            case Kind.VOICE_ASSISTANT_ERROR:
                report("error", code=data.get("code", ""))
                self.change(State.IDLE)
            case Kind.VOICE_ASSISTANT_RUN_END if self.state is State.THINKING and not self._spoke:
                self.change(State.IDLE)

    def _announce(self, message: Any) -> None:
        async def say() -> None:
            speech = await asyncio.to_thread(_download, message.media_id)
            report("announcement", text=message.text)
            if self.state is State.LISTENING:
                await self.end()
            self.speak(speech, message.text, reply=message.start_conversation, done=self._finished)

        if message.start_conversation:
            self._conversation = ""
        asyncio.get_running_loop().create_task(say())

    async def _fetch(self, url: str, words: str) -> None:
        speech = await asyncio.to_thread(_download, url)
        self.speak(speech, words, reply=self._reply, done=self._finished)

    async def _finished(self) -> None:
        self._write(api.VoiceAssistantAnnounceFinished(success=True))


def _download(url: str) -> sound.Samples:
    with tempfile.NamedTemporaryFile(suffix=".wav") as file, urlopen(url, timeout=30) as answer:  # noqa: S310
        file.write(_whole(answer.read()))
        file.flush()
        return sound.read(Path(file.name))


def _whole(wave: bytes) -> bytes:
    """Return a streamed WAV with its true length in the header."""
    start = wave.find(b"data") + 8
    return wave[: start - 4] + (len(wave) - start).to_bytes(4, "little") + wave[start:]


def _varint(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


async def _read_varint(reader: asyncio.StreamReader) -> int:
    value = shift = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value
        shift += 7


if __name__ == "__main__":
    asyncio.run(EsphomeSatellite(arguments()).run())
