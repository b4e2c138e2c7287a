import { expect, test } from "vitest";
import { BEYOND, ROW_HEIGHT, nearEnd, rowWindow } from "./row-window";

test("at the top, the first rows and some beyond", () => {
  expect(rowWindow(0, 10 * ROW_HEIGHT, 5000)).toEqual({ first: 0, end: 10 + BEYOND });
});

test("in the middle, what is visible and some on each side", () => {
  expect(rowWindow(1000 * ROW_HEIGHT, 10 * ROW_HEIGHT, 5000)).toEqual({ first: 1000 - BEYOND, end: 1010 + BEYOND });
});

test("never more than there is", () => {
  expect(rowWindow(0, 1000, 3)).toEqual({ first: 0, end: 3 });
  expect(rowWindow(1e9, 1000, 3)).toEqual({ first: 3, end: 3 });
  expect(rowWindow(-5000, 1000, 3)).toEqual({ first: 0, end: 0 });
  expect(rowWindow(0, 1000, 0)).toEqual({ first: 0, end: 0 });
});

test("the end is near before it is seen", () => {
  expect(nearEnd(rowWindow(0, 480, 5000), 5000)).toBe(false);
  expect(nearEnd(rowWindow(4960 * ROW_HEIGHT, 480, 5000), 5000)).toBe(true);
});
