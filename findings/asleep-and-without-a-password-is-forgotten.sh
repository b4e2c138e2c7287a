#!/usr/bin/env bash
# A phone that asks a broker for MQTT to keep its messages while it is asleep is forgotten, unless it has a password.
#
# Seen with amqtt 0.12.1 (with paho-mqtt 2.2.0 as the phone). A client that connects with clean_session=False and has subscribed with QoS 1 gets, says MQTT 3.1.1, what
# was sent while it was away, and stays subscribed. amqtt's page promises all of 3.1.1, and session_expiry_interval is described as off unless set; to whoever was let
# in without a password, which is how it runs if nothing is configured, it keeps nothing and forgets the subscription within a second or two. Whoever has sent is told
# of a success. The same client with a name and a password gets everything. Whoever tests against it sees messages lost that are not lost in earnest.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check amqtt==0.12.1 paho-mqtt==2.2.0
WORK=$work "$work/venv/bin/python" -W ignore - <<'PYTHON'
import asyncio
import logging
import os
from pathlib import Path
import socket

from amqtt.broker import Broker
import paho.mqtt.client as mqtt
from pwdlib import PasswordHash

logging.disable()

PASSWORD = "for this finding"
passwords = Path(os.environ["WORK"]) / "passwords"
passwords.write_text(f"home:{PasswordHash.recommended().hash(PASSWORD)}\n", encoding="utf-8")
by_password = {"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": str(passwords)}}


class Client:
    """Connects, and keeps what it receives."""

    def __init__(self, name, port, password, clean):
        self.received = []
        self.session = None
        self.connected, self.subscribed = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        self.mqtt = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name, clean_session=clean)
        if password:
            self.mqtt.username_pw_set("home", password)
        self.mqtt.on_message = lambda *said: self.received.append(said[-1].payload.decode())
        self.mqtt.on_connect = lambda *said: (
            setattr(self, "session", said[2].session_present),
            loop.call_soon_threadsafe(self.connected.set),
        )
        self.mqtt.on_subscribe = lambda *said: loop.call_soon_threadsafe(self.subscribed.set)
        self.mqtt.connect_async("127.0.0.1", port)
        self.mqtt.loop_start()

    def leave(self):
        self.mqtt.disconnect()
        self.mqtt.loop_stop()


async def received(plugins, password):
    """Return what the phone gets after its sleep, and whether it is still known."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    broker = Broker({"listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}, **plugins})
    await broker.start()
    phone, house = Client("phone", port, password, clean=False), Client("house", port, password, clean=True)
    await phone.connected.wait()
    await house.connected.wait()
    phone.mqtt.subscribe("message", qos=1)
    await phone.subscribed.wait()
    await asyncio.to_thread(phone.leave)
    await asyncio.sleep(3)  # asleep
    for text in ("dinner is ready", "are you coming"):
        sent = house.mqtt.publish("message", text, qos=1)
        await asyncio.to_thread(sent.wait_for_publish, 10)
        assert sent.is_published()
    phone = Client("phone", port, password, clean=False)
    await phone.connected.wait()
    await asyncio.sleep(2)
    seen = sorted(phone.received), phone.session
    await asyncio.to_thread(phone.leave)
    await asyncio.to_thread(house.leave)
    await broker.shutdown()
    return seen


async def main():
    anonymous = await received({}, None)
    print(f"without a password: {anonymous[0]}, known: {anonymous[1]}")
    named = await received({"plugins": by_password}, PASSWORD)
    print(f"with a password:    {named[0]}, known: {named[1]}")
    assert anonymous == ([], False), "this has changed"
    assert named == (["are you coming", "dinner is ready"], True), "this has changed"


asyncio.run(asyncio.wait_for(main(), 60))
PYTHON
