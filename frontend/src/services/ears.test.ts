import { expect, test } from "vitest";
import type { CheckedEar } from "../model";
import { earName, earResult, earTone } from "./ears";
import { Texts } from "./texts";

const texts = new Texts((key, values) => {
  const ours = key.replace("component.message_guard.config_panel.", "");
  return `${ours}(${Object.values(values ?? {}).join("|")})`;
}, "en");

const EAR: CheckedEar = { name: "Whisper", language: "en", made_up: "nothing", texts: [] };

test("what was made up, with what was written", () => {
  expect(earResult(EAR, texts)).toBe("ears.nothing()");
  expect(earTone(EAR)).toBe("success");
  const bad: CheckedEar = { ...EAR, made_up: "phrase", texts: ["Yes, send it.", "Send."] };
  expect(earResult(bad, texts)).toBe("ears.phrase(“Yes, send it.” and “Send.”)");
  expect(earTone(bad)).toBe("danger");
  expect(earTone({ ...EAR, made_up: "unknown" })).toBe("warning");
});

test("an engine that is used in two languages is named with them", () => {
  expect(earName(EAR, [EAR], texts)).toBe("Whisper");
  expect(earName(EAR, [EAR, { ...EAR, language: "de" }], texts)).toBe("Whisper (English)");
});
