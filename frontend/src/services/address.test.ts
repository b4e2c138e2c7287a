import { expect, test } from "vitest";
import { type Address, filtered, read, write } from "./address";

test("what is looked at comes back out of the address", () => {
  const address: Address = {
    page: "history",
    filters: {
      contact_id: "01J",
      satellite_id: "assist_satellite.kitchen",
      outcomes: ["declined", "expired"],
      since: "2026-11-01",
      until: "2026-11-28",
      text: "key & pot ?",
    },
    request: "a1",
  };
  const [path, search] = write("/message-guard", address).split("?");
  expect(path).toBe("/message-guard/history");
  expect(read(path!.replace("/message-guard", ""), `?${search}`)).toEqual(address);
});

test("no page, or one that nobody knows, is the first", () => {
  expect(read("", "").page).toBe("now");
  expect(read("/elsewhere", "").page).toBe("now");
  expect(write("/message-guard", { page: "now", filters: {} })).toBe("/message-guard/now");
});

test("nonsense in the address is left out", () => {
  expect(read("/history", "?since=yesterday&outcomes=,&text=").filters).toEqual({});
});

test("one filter is changed or taken away", () => {
  expect(filtered({ text: "key" }, "since", "2026-11-01")).toEqual({ text: "key", since: "2026-11-01" });
  expect(filtered({ text: "key", since: "2026-11-01" }, "text", "")).toEqual({ since: "2026-11-01" });
  expect(filtered({ outcomes: ["sent"] }, "outcomes", [])).toEqual({});
});
