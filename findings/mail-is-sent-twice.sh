#!/usr/bin/env bash
# Home Assistant's mail goes out twice when the mail server hangs up after it has taken it.
#
# Seen with Home Assistant 2026.10.4 and aiosmtplib 5.1.3: the server has the whole mail, and the connection ends before its "250 OK" arrives. The smtp
# integration takes that for a mail that was not sent and sends it once more by itself, with the same Message-Id. Here the second one goes
# through: the caller is told of a success, and two mails are there. Whoever looks at failures alone never hears of it.
#
# Home Assistant needs Python 3.14.2 or newer. uv takes what it finds, or fetches it; PYTHON=/path/to/python3.14 names one.
set -euo pipefail

work=$(mktemp -d)
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" venv --quiet --python "${PYTHON:-3.14}" "$work/venv"
"$work/tools/bin/uv" pip install --quiet --python "$work/venv/bin/python" aiosmtpd==1.4.6 \
  homeassistant==2026.10.4 aiosmtplib==5.1.3 numpy==2.3.2 PyTurboJPEG==1.8.3 mutagen==1.48.1 ha-ffmpeg==3.2.2
"$work/venv/bin/python" - <<'PYTHON'
import asyncio
import email
import logging
import socket
from types import MappingProxyType

logging.disable()  # of Home Assistant's on what it misses for cameras

from aiosmtpd.controller import Controller
import aiosmtplib
from homeassistant.components.smtp.notify import MailNotifyEntity
from homeassistant.config_entries import ConfigEntry, ConfigSubentry


class Mailbox:
    """Takes every mail; hangs up after the first one instead of saying so."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content))
        if len(self.mails) == 1:
            server.transport.abort()
        return "250 OK"


async def send(port):
    entry = ConfigEntry(
        data={"sender": "home@home.invalid"},
        discovery_keys=MappingProxyType({}),
        domain="smtp",
        minor_version=1,
        options={},
        source="user",
        subentries_data=None,
        title="Mail",
        unique_id=None,
        version=1,
    )
    anna = ConfigSubentry(
        data=MappingProxyType({}), subentry_type="recipient", title="Anna", unique_id="anna@home.invalid"
    )
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)
    await MailNotifyEntity(entry, anna, client).async_send_message("Dinner is ready")


mailbox = Mailbox()
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
controller = Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=30)
controller.start()
try:
    asyncio.run(send(port))
finally:
    controller.stop()
print("the caller was told of no failure")
for mail in mailbox.mails:
    print(f"arrived: {mail.get_payload().strip()!r}, Message-Id {mail['Message-Id']}")
assert [mail.get_payload().strip() for mail in mailbox.mails] == ["Dinner is ready"] * 2, "this has changed"
assert len({mail["Message-Id"] for mail in mailbox.mails}) == 1, "this has changed"
PYTHON
