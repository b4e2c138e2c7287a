import { expect, test } from "vitest";
import type { Correspondence, Received, RequestRow, Unread } from "../model";
import { conversationMark, ended, forWhom, heading, standing } from "./conversation";
import { Texts } from "./texts";

const texts = new Texts((key, values) => {
  const ours = key.replace("component.message_guard.config_panel.", "");
  return `${ours}(${Object.values(values ?? {}).join("|")})`;
}, "en");

const CAME: Received = {
  direction: "in",
  message_id: "m",
  at: "2026-11-28T10:00:00Z",
  contact: { id: "a", name: "Anna" },
  sender: null,
  body: "on my way",
  for_somebody: false,
  for_whom: null,
  state: "unread",
  reasons: [],
  place: null,
};

const SENT = {
  direction: "out",
  contact: { id: "a", name: "Anna" },
  recipient: "anna",
  outcome: "sent",
} as RequestRow & { direction: "out" };

test("who wrote, and to whom", () => {
  const said = (message: Correspondence): string => heading(message, texts);
  expect(said(SENT)).toBe("talk.to(Anna)");
  expect(said(CAME)).toBe("talk.from(Anna)");
  expect(said({ ...CAME, contact: { id: "a", name: null } })).toBe("talk.from(who.removed())");
  expect(said({ ...CAME, contact: null, sender: "@mallory" })).toBe("talk.from(talk.stranger(@mallory))");
  expect(said({ ...CAME, contact: null })).toBe("talk.from(who.unknown())");
});

test("what became of it", () => {
  expect(standing(SENT, texts)).toEqual({ text: "outcome.sent()", tone: "success" });
  expect(standing(CAME, texts)).toEqual({ text: "talk.unread()", tone: "warning" });
  expect(standing({ ...CAME, state: "told" }, texts).text).toBe("talk.told()");
  expect(standing({ ...CAME, state: "read" }, texts)).toEqual({ text: "talk.read()", tone: "success" });
  expect(standing({ ...CAME, state: "read", place: "Kitchen" }, texts).text).toBe("talk.read_at(Kitchen)");
  expect(standing({ ...CAME, state: "dropped" }, texts)).toEqual({ text: "talk.dropped()", tone: "neutral" });
  expect(standing({ ...CAME, state: "dropped", reasons: ["forgotten"] }, texts).text).toBe("talk.forgotten()");
});

test("for whose screen it is", () => {
  expect(forWhom(CAME, texts)).toBeUndefined();
  expect(forWhom({ ...CAME, for_somebody: true }, texts)).toBe("talk.for_somebody()");
  expect(forWhom({ ...CAME, for_somebody: true, for_whom: "Ben" }, texts)).toBe("talk.for_whom(Ben)");
});

test("what is sent, comes in, is read or erased makes another mark", () => {
  const row = (request: string, kind: string) => ({ request_id: request, kind }) as RequestRow;
  const unread = (id: string) => ({ message_id: id }) as Unread;
  const marks = [
    conversationMark({ unread: [] }, { last: [], erased: 0 }),
    conversationMark({ unread: [] }, { last: [row("a", "asked")], erased: 0 }),
    conversationMark({ unread: [] }, { last: [row("a", "delivered")], erased: 0 }),
    conversationMark({ unread: [] }, { last: [row("a", "delivered")], erased: 1 }),
    conversationMark({ unread: [unread("b")] }, { last: [row("a", "delivered")], erased: 1 }),
    conversationMark({ unread: [unread("c"), unread("b")] }, { last: [row("a", "delivered")], erased: 1 }),
  ];
  expect(new Set(marks).size).toBe(marks.length);
});

test("what waits stands elsewhere", () => {
  const sent: Correspondence = { ...SENT, request_id: "s" };
  const waits: Correspondence = { ...SENT, request_id: "w" };
  expect(ended([waits, CAME, sent], ["w"])).toEqual([CAME, sent]);
});
