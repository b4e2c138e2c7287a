import { expect, test } from "vitest";
import { ServerClock, minutes } from "./countdown";

test("a browser whose clock is an hour late counts right", () => {
  let browser = Date.parse("2026-11-28T09:00:00Z");
  const clock = new ServerClock(() => browser);
  clock.set("2026-11-28T10:00:00+00:00");
  expect(clock.until("2026-11-28T10:05:00+00:00")).toBe(300);
  browser += 1500;
  expect(clock.until("2026-11-28T10:05:00+00:00")).toBe(299);
  browser += 3_600_000;
  expect(clock.until("2026-11-28T10:05:00+00:00")).toBe(0);
});

test("seconds are written as minutes", () => {
  expect(minutes(0)).toBe("0:00");
  expect(minutes(65)).toBe("1:05");
  expect(minutes(3600)).toBe("60:00");
});
