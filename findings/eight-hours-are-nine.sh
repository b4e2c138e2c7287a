#!/usr/bin/env bash
# A night shift of eight hours ends after nine when the clocks go back, in three libraries for calendars.
#
# Seen with ical 14.3.1 (Home Assistant's local and remote calendars), icalendar 7.3.2 (CalDAV) and ical.js 2.2.1. An event may say when it ends or, with DURATION, how
# long it takes. RFC 5545 (3.3.6) has days and weeks follow the clock on the wall, and hours, minutes and seconds be exact: PT8H from ten in the evening is five in the
# morning on that night. All three move the clock on the wall: the shift ends at six, nine hours later, and in spring after seven hours. Who meets it: whoever counts
# hours, announces the end, or compares with a calendar that does as the RFC says. An event with an end of its own (DTEND) does not have that fault.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ical==14.3.1 icalendar==7.3.2 tzdata==2026.6
cd "$work"
npm install --silent --no-audit --no-fund ical.js@2.2.1
cat >shift.ics <<'CALENDAR'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//finding//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:autumn@home.invalid
DTSTAMP:20261001T000000Z
DTSTART;TZID=Europe/Berlin:20261024T220000
DURATION:PT8H
SUMMARY:Night shift
END:VEVENT
BEGIN:VEVENT
UID:spring@home.invalid
DTSTAMP:20261001T000000Z
DTSTART;TZID=Europe/Berlin:20270327T220000
DURATION:PT8H
SUMMARY:Night shift
END:VEVENT
END:VCALENDAR
CALENDAR
"$work/venv/bin/python" - >seen.txt <<'PYTHON'
from datetime import UTC
from pathlib import Path

from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

text = Path("shift.ics").read_text(encoding="utf-8")
for name, events in (
    ("ical", IcsCalendarStream.calendar_from_ics(text).events),
    ("icalendar", Calendar.from_ical(text).walk("VEVENT")),
):
    for event in events:
        print(name, event.start.date(), "hours:", (event.end.astimezone(UTC) - event.start.astimezone(UTC)).seconds // 3600)
PYTHON
cat >seen.mjs <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync("shift.ics", "utf-8")));
ICAL.TimezoneService.register(calendar.getFirstSubcomponent("vtimezone"));
for (const component of calendar.getAllSubcomponents("vevent")) {
  const { startDate, endDate } = new ICAL.Event(component);
  const day = startDate.toString().slice(0, 10);
  console.log("ical.js", day, "hours:", (endDate.toUnixTime() - startDate.toUnixTime()) / 3600);
}
JAVASCRIPT
node seen.mjs >>seen.txt
cat seen.txt
diff - seen.txt <<'SEEN' || { echo "this has changed"; exit 1; }
ical 2026-10-24 hours: 9
ical 2027-03-27 hours: 7
icalendar 2026-10-24 hours: 9
icalendar 2027-03-27 hours: 7
ical.js 2026-10-24 hours: 9
ical.js 2027-03-27 hours: 7
SEEN
