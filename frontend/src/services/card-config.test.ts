import { expect, test } from "vitest";
import { FORM_SCHEMA, checked } from "./card-config";

test("what the editor makes is right", () => {
  const config = { type: "custom:message-guard-card", title: "Messages", hide_when_empty: true, last: 3 };
  expect(checked(config)).toBe(config);
  expect(checked({ type: "custom:message-guard-card" })).toBeTruthy();
  expect(FORM_SCHEMA.map(({ name }) => name)).toEqual(["title", "hide_when_empty", "last"]);
});

test.each([[undefined], ["text"], [{ title: 3 }], [{ hide_when_empty: "yes" }], [{ last: -1 }], [{ last: 2.5 }], [{ last: 99 }]])(
  "%o is not",
  (config) => {
    expect(() => checked(config)).toThrow();
  },
);
