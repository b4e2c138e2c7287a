/** What a guess is worth, in numbers that can be imagined. */
import type { Texts } from "./texts";

/** Below this, "1 in so many" says more than "so many of 100". */
const RARE = 0.1;

/** Return a probability as "82 of 100 times", or as "1 in 830" where that is rare. */
export function odds(probability: number, texts: Texts): string {
  if (probability <= 0) return texts.say("odds.never");
  if (probability > RARE) return texts.count("odds.of_hundred", Math.min(99, Math.round(probability * 100)));
  return texts.count("odds.one_in", Number((1 / probability).toPrecision(2)));
}
