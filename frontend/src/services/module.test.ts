import { expect, test } from "vitest";
import { isNewer } from "./module";

const OWN = "http://home:8123/message_guard_panel/message-guard-3f2a.js?x=1";

test("another file on the server is a newer page", () => {
  expect(isNewer("message-guard-3f2a.js", OWN)).toBe(false);
  expect(isNewer("message-guard-9e1b.js", OWN)).toBe(true);
  expect(isNewer(null, OWN)).toBe(false);
  expect(isNewer(undefined, OWN)).toBe(false);
});
