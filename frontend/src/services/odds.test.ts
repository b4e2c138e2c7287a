import { expect, test } from "vitest";
import { oneIn } from "./odds";

test.each([
  [0, "0"],
  [1, "1 : 1"],
  [0.82, "1 : 1.2"],
  [0.104, "1 : 9.6"],
  [0.0012, "1 : 830"],
  [0.0001, "1 : 10,000"],
])("a chance of %f", (probability, text) => {
  expect(oneIn(probability, "en")).toBe(text);
});

test("numbers are written as the reader does", () => {
  expect(oneIn(0.0001, "de")).toBe("1 : 10.000");
});
