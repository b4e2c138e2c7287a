import { expect, test } from "vitest";
import { Texts } from "./texts";
import { isForbidden, isNotReady, isOffline, keyOf, troubleText } from "./trouble";

const texts = new Texts(
  (key, values) => (key.includes("exceptions.pin_wrong") ? `Wrong PIN, ${String(values?.["left"])} left` : ""),
  "en",
);

test("an error of ours is told in the reader's language", () => {
  const error = {
    code: "service_validation_error",
    message: "in English",
    translation_domain: "message_guard",
    translation_key: "pin_wrong",
    translation_placeholders: { left: "2" },
  };
  expect(troubleText(error, texts)).toBe("Wrong PIN, 2 left");
  expect(keyOf(error)).toBe("pin_wrong");
});

test("what is posted fails in another shape", () => {
  const body = {
    code: "home_assistant_error",
    message: "in English",
    translation_domain: "message_guard",
    translation_key: "pin_wrong",
    translation_placeholders: { left: "1" },
  };
  expect(troubleText({ error: "Response error: 400", status_code: 400, body }, texts)).toBe("Wrong PIN, 1 left");
  expect(keyOf({ error: "Response error: 400", status_code: 400, body })).toBe("pin_wrong");
  expect(isForbidden({ error: "Response error: 401", status_code: 401, body: "401: Unauthorized" })).toBe(true);
  expect(troubleText({ error: "Request error", status_code: undefined, body: undefined }, texts)).toBe("error.other");
});

test("an error of Home Assistant's is told as it is", () => {
  expect(troubleText({ code: "x", message: "Entry not loaded", translation_domain: "homeassistant" }, texts)).toBe(
    "Entry not loaded",
  );
});

test.each([{ error: { code: 3 } }, { code: 3 }, 3])("a cut line has many shapes", (error) => {
  expect(isOffline(error)).toBe(true);
  expect(troubleText(error, texts)).toBe("error.offline");
});

test("what is not there yet, what is forbidden, and what nobody has thought of", () => {
  expect(isNotReady({ code: "unknown_command" })).toBe(true);
  expect(isForbidden({ code: "unauthorized" })).toBe(true);
  expect(troubleText({ code: "unauthorized" }, texts)).toBe("error.forbidden");
  expect(troubleText({ code: "unknown_command" }, texts)).toBe("error.starting");
  expect(troubleText(undefined, texts)).toBe("error.other");
  expect(troubleText("nonsense", texts)).toBe("error.other");
});
