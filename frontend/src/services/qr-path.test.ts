import { expect, test } from "vitest";
import { qrPath } from "./qr-path";

test("a square with a quiet edge and three corners", () => {
  const { size, path } = qrPath("message_guard+0a1b2c3d+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");
  expect((size - 8 - 17) % 4).toBe(0);
  const squares = path.match(/M\d+ \d+/g)!;
  expect(squares).toContain("M4 4");
  expect(squares).toContain(`M${size - 5} 4`);
  expect(squares).toContain(`M4 ${size - 5}`);
  expect(squares.some((square) => /^M[0-3] /.test(square))).toBe(false);
});
