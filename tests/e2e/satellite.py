"""A voice satellite for tests: a Wyoming satellite without microphone and loudspeaker.

Home Assistant connects to it as to any Wyoming satellite. It keeps what it is given to play, tells
when it has played it, and asks for a pipeline run when someone is to speak to it.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import Attribution, Describe, Info, Satellite as SatelliteInfo
from wyoming.ping import Ping, Pong
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.satellite import RunSatellite
from wyoming.snd import Played as PlayedEvent

from .speech import Speech, tone

_MICROPHONE_RATE = 16000
_SPEECH_SECONDS = 0.2
_SPEECH_HERTZ = 220
_ANSWER_SECONDS = 30.0
# Home Assistant begins to count before we are given the sound, and its clock is not ours.
_TIMER_SECONDS = 2.0
_SLACK_SECONDS = 0.5
# What the slowest turn takes where several households share a processor.
_TURN_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Something that came out of the satellite's loudspeaker.

    Attributes:
        text: The words that the audio stands for, None for anything that our speech did not make.
        seconds: How long it lasted.
        announced: Nobody had spoken to the satellite: it was an announcement.
    """

    text: str | None
    seconds: float
    announced: bool


class SatelliteError(Exception):
    """Home Assistant answered a spoken sentence with an error; the text is its code."""


@dataclass(slots=True)
class Satellite:
    """One satellite in one room.

    Attributes:
        name: Its name, from which Home Assistant makes the entity id.
        speech: The speech server that its pipeline uses.
        area: Name of the area that it suggests for itself.
        at_once: It tells that it has played something as soon as it has it, else when `report` is called.
        port: Where it listens on loopback.
        played: Everything that it played, oldest first.
        heard: What speech-to-text made of each utterance, oldest first.
        unreported: What it is still playing, as far as Home Assistant has been told.
    """

    name: str
    speech: Speech
    area: str | None = None
    at_once: bool = True
    port: int = 0
    played: list[Played] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    unreported: int = 0
    _server: asyncio.Server | None = None
    _writer: asyncio.StreamWriter | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _answer: asyncio.Future[Played] | None = None
    _understood: asyncio.Event = field(default_factory=asyncio.Event)
    _sound: asyncio.Event = field(default_factory=asyncio.Event)
    _audio: bytearray = field(default_factory=bytearray)
    _rate: int = 0
    _begun_at: float = 0.0
    _timers: list[tuple[float, float]] = field(default_factory=list)

    @property
    def disturbed(self) -> bool:
        """Whether Home Assistant still counts the length of something that was played."""
        return any(latest > asyncio.get_running_loop().time() for _, latest in self._timers)

    @property
    def announcements(self) -> list[str]:
        """The words of everything that was announced, oldest first."""
        return [sound.text or "" for sound in self.played if sound.announced]

    async def start(self) -> None:
        """Begin to listen; the port stays the same when started again."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server.close_clients()

    async def wait_until_ready(self, within: float = 30.0) -> None:
        """Wait until Home Assistant has connected and lets the satellite run."""
        async with asyncio.timeout(within):
            await self._ready.wait()

    async def say(self, text: str) -> str:
        """Wake the satellite, speak one sentence to it and return the words that it answers.

        Home Assistant counts what a Wyoming satellite plays as played two seconds after its length
        (`_tts_timeout` of its wyoming integration), though it was told before, and another turn has
        begun since. Nobody speaks so fast that the two meet; where they would here, this waits.

        Raises:
            SatelliteError: If the pipeline fails.
            TimeoutError: If no answer is played.
        """
        await self.wait_until_ready()
        await self._let_timers_end()
        self._answer = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._speak(text)
                return (await self._answer).text or ""
        finally:
            self._answer = None

    @asynccontextmanager
    async def called_up_again(self) -> AsyncGenerator[None]:
        """Wait until Home Assistant, which is made to begin anew with it in here, lets it run."""
        self._ready.clear()
        yield
        await self.wait_until_ready()

    async def report(self) -> None:
        """Tell Home Assistant that everything has been played to its end."""
        if self.unreported:
            self.unreported = 0
            await self._send(PlayedEvent().event())

    async def wait_for_sounds(self, count: int, within: float = 30.0) -> None:
        """Wait until so many sounds have been received since the start.

        Raises:
            TimeoutError: If they are not in time.
        """
        async with asyncio.timeout(within):
            while len(self.played) < count:
                self._sound.clear()
                await self._sound.wait()

    async def _let_timers_end(self) -> None:
        """Wait for every timer that would end while a turn lasts that begins now."""
        clock = asyncio.get_running_loop().time
        for earliest, latest in sorted(self._timers):
            if earliest - _TURN_SECONDS < clock() < latest:
                await asyncio.sleep(latest - clock())

    async def _speak(self, text: str) -> None:
        """Open the microphone, and let one sentence be heard; another satellite's comes after it."""
        async with self.speech.microphone:
            self._understood.clear()
            # What another turn was to be, that was cut off before it was heard, is gone.
            self.speech.transcripts.clear()
            self.speech.transcripts.append(text)
            await self._send(
                RunPipeline(start_stage=PipelineStage.ASR, end_stage=PipelineStage.TTS).event()
            )
            form = {"rate": _MICROPHONE_RATE, "width": 2, "channels": 1}
            sound = tone(_SPEECH_HERTZ, rate=_MICROPHONE_RATE, seconds=_SPEECH_SECONDS)
            await self._send(AudioStart(**form).event())
            await self._send(AudioChunk(audio=sound, **form).event())
            await self._send(AudioStop().event())
            await self._understood.wait()

    async def _send(self, event: Event) -> None:
        if self._writer is None:
            raise ConnectionResetError("Home Assistant is not connected")
        await async_write_event(event, self._writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (event := await async_read_event(reader)) is not None:
                await self._take(event, writer)
        except ConnectionError:
            pass  # Home Assistant went away, or was killed
        finally:
            if self._writer is writer:
                self._writer = None
                self.unreported = 0
                self._timers.clear()
                self._ready.clear()
            writer.close()

    async def _take(self, event: Event, writer: asyncio.StreamWriter) -> None:
        if Describe.is_type(event.type):
            # Sets up ask on connections of their own; only the one that runs us may give orders.
            await async_write_event(self._info().event(), writer)
        elif Ping.is_type(event.type):
            await async_write_event(Pong(text=Ping.from_event(event).text).event(), writer)
        elif RunSatellite.is_type(event.type):
            self._writer = writer
            self._ready.set()
        elif Transcript.is_type(event.type):
            self.heard.append(Transcript.from_event(event).text)
            self._understood.set()
        elif Error.is_type(event.type):
            self._understood.set()
            code = Error.from_event(event).code or "unknown"
            if self._answer is not None and not self._answer.done():
                self._answer.set_exception(SatelliteError(code))
        else:
            await self._play(event)

    async def _play(self, event: Event) -> None:
        if AudioStart.is_type(event.type):
            self._rate = AudioStart.from_event(event).rate
            self._begun_at = asyncio.get_running_loop().time()
            self._audio.clear()
        elif AudioChunk.is_type(event.type):
            self._audio += AudioChunk.from_event(event).audio
        elif AudioStop.is_type(event.type):
            self._finish_playing()
            self.unreported += 1
            if self.at_once:
                await self.report()

    def _finish_playing(self) -> None:
        audio = bytes(self._audio)
        self._audio.clear()
        if not audio:
            return
        sound = Played(
            text=self.speech.words(audio, self._rate),
            seconds=len(audio) / 2 / self._rate,
            announced=self._answer is None,
        )
        self.played.append(sound)
        now = asyncio.get_running_loop().time()
        ends = sound.seconds + _TIMER_SECONDS
        self._timers = [timer for timer in self._timers if timer[1] > now]
        self._timers.append((self._begun_at + ends - _SLACK_SECONDS, now + ends + _SLACK_SECONDS))
        self._sound.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(sound)

    def _info(self) -> Info:
        satellite = SatelliteInfo(
            name=self.name,
            area=self.area,
            description=self.name,
            attribution=Attribution(name="Message Guard", url=""),
            installed=True,
            version="1",
        )
        return Info(satellite=satellite)
