import { expect, test } from "vitest";
import { FORM_SCHEMA, checked } from "./card-config";

test("what the editor makes is right", () => {
  const config = { type: "custom:message-guard-card", title: "Messages", hide_when_empty: true, last: 3, conversation: 4 };
  expect(checked(config)).toBe(config);
  expect(checked({ type: "custom:message-guard-card" })).toBeTruthy();
  expect(FORM_SCHEMA.map(({ name }) => name)).toEqual(["title", "hide_when_empty", "last", "conversation"]);
});

test.each([[undefined], ["text"], [{ title: 3 }], [{ hide_when_empty: "yes" }], [{ last: -1 }], [{ last: 2.5 }], [{ last: 99 }], [{ conversation: 11 }], [{ conversation: "2" }]])(
  "%o is not",
  (config) => {
    expect(() => checked(config)).toThrow();
  },
);
