import { expect, test } from "vitest";
import { odds } from "./odds";
import { Texts } from "./texts";

const texts = new Texts((key, values) => `${key.split(".").at(-1)} ${values?.["count"] ?? ""}`.trim(), "de");

test.each([
  [0, "never"],
  [1, "of_hundred_other 99"],
  [0.82, "of_hundred_other 82"],
  [0.104, "of_hundred_other 10"],
  [0.0012, "one_in_other 830"],
  [0.0001, "one_in_other 10.000"],
])("a chance of %f", (probability, text) => {
  expect(odds(probability, texts)).toBe(text);
});
