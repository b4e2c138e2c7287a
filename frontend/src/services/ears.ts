/** What came of the check of speech recognition, in a household's words. */
import type { CheckedEar } from "../model";
import type { Tone } from "./describe";
import type { Texts } from "./texts";

const TONES: Readonly<Record<CheckedEar["made_up"], Tone>> = {
  nothing: "success",
  unknown: "warning",
  no: "warning",
  request: "danger",
  phrase: "danger",
  code: "danger",
};

export function earTone({ made_up: heard }: CheckedEar): Tone {
  return TONES[heard];
}

/** What it made up, and what that means; with what it wrote. */
export function earResult({ made_up: heard, texts: written }: CheckedEar, texts: Texts): string {
  const listed = new Intl.ListFormat(texts.language, { type: "conjunction" }).format(written.map((text) => `“${text}”`));
  return texts.say(`ears.${heard}`, { texts: listed });
}

/** What an engine is called; with its language where it is used in several. */
export function earName(one: CheckedEar, all: readonly CheckedEar[], texts: Texts): string {
  if (all.filter(({ name }) => name === one.name).length === 1) return one.name;
  const languages = new Intl.DisplayNames(texts.language, { type: "language" });
  return `${one.name} (${languages.of(one.language) ?? one.language})`;
}
