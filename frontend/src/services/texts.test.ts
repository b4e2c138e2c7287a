import { expect, test } from "vitest";
import { Texts } from "./texts";

const ENGLISH: Record<string, string> = {
  "component.message_guard.config_panel.now.title": "Now",
  "component.message_guard.config_panel.now.waiting_one": "{count} message waits",
  "component.message_guard.config_panel.now.waiting_other": "{count} messages wait",
  "component.message_guard.issues.burst.title": "Sending is switched off",
  "component.message_guard.exceptions.not_pending.message": "Too late, {name}",
};

function localize(key: string, values: Record<string, unknown> = {}): string {
  return (ENGLISH[key] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

const texts = new Texts(localize, "en");

test("a text, and a gap that is seen", () => {
  expect(texts.say("now.title")).toBe("Now");
  expect(texts.say("now.nothing")).toBe("now.nothing");
  expect(texts.known("now.nothing")).toBeUndefined();
});

test("numbers have two forms", () => {
  expect(texts.count("now.waiting", 1)).toBe("1 message waits");
  expect(texts.count("now.waiting", 0)).toBe("0 messages wait");
  expect(texts.count("now.waiting", 7)).toBe("7 messages wait");
  expect(texts.count("now.waiting", 100_000)).toBe("100,000 messages wait");
});

test("a language with more forms uses the two that there are", () => {
  const polish = new Texts(localize, "pl");
  expect(polish.count("now.waiting", 3)).toBe("3 messages wait");
});

test("notices and errors are told in the integration's own words", () => {
  expect(texts.issue("burst", {})).toBe("Sending is switched off");
  expect(texts.issue("unknown", {})).toBe("unknown");
  expect(texts.exception("not_pending", { name: "Anna" })).toBe("Too late, Anna");
  expect(texts.exception("other", {})).toBeUndefined();
});
