import { expect, test } from "vitest";
import { type Page, Pages } from "./pages";

function numbers(last: number, size: number): (before: number | null) => Promise<Page<number, number>> {
  return async (before) => {
    const first = (before ?? last + 1) - 1;
    const rows = Array.from({ length: Math.min(size, first) }, (_, index) => first - index);
    const end = first - rows.length;
    return { rows, before: end > 0 ? end + 1 : null };
  };
}

test("page after page to the end, and no further", async () => {
  let told = 0;
  const pages = new Pages(numbers(5, 2), () => (told += 1));
  expect(pages.begun).toBe(false);
  await pages.more();
  expect(pages.rows).toEqual([5, 4]);
  await pages.more();
  await pages.more();
  expect(pages.rows).toEqual([5, 4, 3, 2, 1]);
  expect(pages.complete).toBe(true);
  await pages.more();
  expect(told).toBe(3);
});

test("two who ask at once get one page", async () => {
  const pages = new Pages(numbers(9, 2), () => undefined);
  const both = [pages.more(), pages.more()];
  expect(pages.loading).toBe(true);
  await Promise.all(both);
  expect(pages.rows).toEqual([9, 8]);
  expect(pages.loading).toBe(false);
});

test("a page that fails can be asked for again", async () => {
  let failing = true;
  const page = numbers(3, 2);
  const pages = new Pages<number>(
    (before) => (failing ? Promise.reject(new Error("offline")) : page(before)),
    () => undefined,
  );
  await pages.more();
  expect(pages.trouble).toEqual(new Error("offline"));
  expect(pages.rows).toEqual([]);
  failing = false;
  await pages.more();
  expect(pages.trouble).toBeUndefined();
  expect(pages.rows).toEqual([3, 2]);
});

test("nothing at all is complete", async () => {
  const pages = new Pages(numbers(0, 2), () => undefined);
  await pages.more();
  expect(pages.rows).toEqual([]);
  expect(pages.complete).toBe(true);
});
