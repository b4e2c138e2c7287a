import { expect, test } from "vitest";
import type { HomeAssistant } from "../home-assistant";
import { Dates, datesOf, lasting } from "./dates";

const EVENING = "2026-11-28T23:30:00+00:00";

test("a time of today is a time, another one has its day", () => {
  const dates = new Dates("en-GB", "UTC");
  expect(dates.when(EVENING, Date.parse("2026-11-28T08:00:00Z"))).toBe("23:30");
  expect(dates.when(EVENING, Date.parse("2026-11-29T08:00:00Z"))).toBe("28 Nov, 23:30");
});

test("today is a day of the chosen zone", () => {
  const dates = new Dates("en-GB", "Europe/Berlin");
  expect(dates.when(EVENING, Date.parse("2026-11-29T08:00:00Z"))).toBe("0:30");
  expect(dates.full(EVENING)).toBe("29 November 2026, 0:30");
  expect(dates.timeWithSeconds(EVENING)).toBe("0:30:00");
});

test("a day of the server's is the same everywhere", () => {
  expect(new Dates("en-GB", "Pacific/Auckland").day("2026-11-28")).toBe("28 Nov");
  expect(new Dates("de", "America/Los_Angeles").day("2026-11-28")).toBe("28. Nov.");
});

test("the reader's choices are Home Assistant's", () => {
  const hass = (time_format: string, time_zone: string): HomeAssistant =>
    ({ locale: { language: "en-GB", time_format, time_zone }, config: { time_zone: "UTC" } }) as HomeAssistant;
  expect(datesOf(hass("12", "server")).time(EVENING)).toBe("11:30 pm");
  expect(datesOf(hass("24", "server")).time(EVENING)).toBe("23:30");
  expect(datesOf(hass("language", "local")).time(EVENING)).toMatch(/^\d{1,2}:\d0$/);
});

test.each([
  ["2026-11-28T10:00:00Z", "1 second"],
  ["2026-11-28T10:00:07Z", "7 seconds"],
  ["2026-11-28T10:01:10Z", "1 minute"],
  ["2026-11-28T12:40:00Z", "3 hours"],
  ["2026-12-08T10:00:00Z", "10 days"],
])("until %s", (until, text) => {
  expect(lasting("2026-11-28T10:00:00Z", until, "en")).toBe(text);
});
