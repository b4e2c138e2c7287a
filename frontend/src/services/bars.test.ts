import { expect, test } from "vitest";
import { bars, highest, niceTop } from "./bars";

test.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [11, 20],
  [50, 50],
  [51, 100],
  [999, 1000],
])("an axis for %i ends at %i", (most, top) => {
  expect(niceTop(most)).toBe(top);
});

const SERIES = [
  { key: "sent", values: [5, 0] },
  { key: "refused", values: [5, 2] },
];

test("bars stand upon each other and inside the box", () => {
  expect(highest(SERIES)).toBe(10);
  expect(bars(SERIES)).toMatchObject([
    { key: "sent", x: 5, y: 50, width: 40, height: 50 },
    { key: "refused", x: 5, y: 0, width: 40, height: 50 },
    { key: "refused", x: 55, y: 80, width: 40, height: 20 },
  ]);
});

test("nothing makes no bars", () => {
  expect(bars([])).toEqual([]);
  expect(bars([{ key: "sent", values: [0, 0] }])).toEqual([]);
});
