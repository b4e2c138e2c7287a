import { expect, test } from "vitest";
import type { Source } from "../model";
import {
  actor,
  decided,
  names,
  origin,
  outcomeTone,
  placeName,
  proved,
  reasons,
  recipient,
  stepTone,
  way,
  whichPin,
  whyNot,
} from "./describe";
import { Texts } from "./texts";

/** Texts that show their key and placeholders; keys that begin with "unknown" have none. */
const texts = new Texts((key, values) => {
  const ours = key.replace("component.message_guard.config_panel.", "");
  if (ours.includes("unknown_")) return "";
  return `${ours}(${Object.values(values ?? {}).join("|")})`;
}, "en");

const SOURCE: Source = {
  place: null,
  who: null,
  typed: false,
  route: "sentence",
  by_model: false,
  what: null,
  held_call: null,
};

test("as much of where it came from as is known, and no more", () => {
  expect(origin(SOURCE, texts)).toBe("from.said()");
  expect(origin({ ...SOURCE, place: "Kitchen" }, texts)).toBe("from.said_at(Kitchen)");
  expect(origin({ ...SOURCE, who: "Ben", typed: true }, texts)).toBe("from.typed_by(Ben)");
  expect(origin({ ...SOURCE, who: "Ben", place: "Kitchen" }, texts)).toBe("from.said_by_at(Ben|Kitchen)");
});

test("what nobody has said is not called said", () => {
  expect(origin({ ...SOURCE, route: "action", what: "Leak" }, texts)).toBe("from.itself()");
  expect(origin({ ...SOURCE, route: "action", held_call: "notify.gran" }, texts)).toBe("from.said()");
  expect(origin({ ...SOURCE, route: "action", who: "Ben", typed: true }, texts)).toBe("from.typed_by(Ben)");
});

test("a model is a model by whatever way, and what has a name is named", () => {
  expect(way(SOURCE, texts)).toBe("route.sentence()");
  expect(way({ ...SOURCE, by_model: true }, texts)).toBe("route.llm_tool()");
  expect(way({ ...SOURCE, route: "action", held_call: "notify.gran" }, texts)).toBe(
    "route.through(route.action()|notify.gran)",
  );
  expect(way({ ...SOURCE, route: "action", what: "Tell Gran", held_call: "notify.gran" }, texts)).toContain("Tell Gran");
  expect(way({ ...SOURCE, route: "unknown_route" }, texts)).toBe("unknown_route");
});

test("whom it was for: on the list, on none, removed, erased", () => {
  expect(recipient({ contact: { id: "1", name: "Gran" }, recipient: "gran" }, texts)).toBe("Gran");
  expect(recipient({ contact: null, recipient: "hanna" }, texts)).toBe("hanna");
  expect(recipient({ contact: { id: "1", name: null }, recipient: null }, texts)).toBe("who.removed()");
  expect(recipient({ contact: null, recipient: null }, texts)).toBe("who.unknown()");
  expect(names([{ id: "1", name: "Gran" }, { id: "2", name: "Ben" }, { id: "3", name: null }], texts)).toBe(
    "Gran, Ben, and who.removed()",
  );
});

test("reasons of a newer version are shown as they are", () => {
  expect(reasons(["model", "unknown_rule"], texts)).toEqual(["reason.model()", "reason.other(unknown_rule)"]);
});

test("what a sentence would need", () => {
  expect(decided({ outcome: "confirm", level: "pin", reasons: [] }, texts)).toBe("level.pin()");
  expect(decided({ outcome: "refuse", level: "pin", reasons: [] }, texts)).toBe("level.block()");
  expect(decided({ outcome: "send", level: "none", reasons: [] }, texts)).toBe("level.none()");
});

test("who has proved it, or what", () => {
  expect(proved({ proved_by: null, approver: null, source: null }, texts)).toBeUndefined();
  expect(proved({ proved_by: "voice", approver: null, source: null }, texts)).toBe("proved.voice()");
  expect(proved({ proved_by: "panel", approver: "Ben", source: null }, texts)).toBe("proved.by_person(proved.panel()|Ben)");
  expect(proved({ proved_by: "button", approver: null, source: "Door" }, texts)).toContain("Door");
  expect(actor({ by: null, via: null }, texts)).toBeUndefined();
  expect(actor({ by: "Ben", via: null }, texts)).toBe("Ben");
  expect(actor({ by: null, via: "voice" }, texts)).toBe("via.voice()");
  expect(actor({ by: "Ben", via: "panel" }, texts)).toBe("via.person(Ben|via.panel())");
});

test("what went wrong looks like it", () => {
  expect(outcomeTone("sent")).toBe("success");
  expect(outcomeTone("refused")).toBe("danger");
  expect(outcomeTone("declined")).toBe("neutral");
  expect(stepTone("delivered")).toBe("success");
  expect(stepTone("asked")).toBe("neutral");
});

test("places that are called the same are told apart", () => {
  const [kitchen, window, door, elsewhere] = [
    { satellite_id: "assist_satellite.kitchen", name: "Kitchen" },
    { satellite_id: "assist_satellite.living_window", name: "Living room" },
    { satellite_id: "assist_satellite.living_door", name: "Living room" },
    { satellite_id: null, name: null },
  ];
  const all = [kitchen!, window!, door!, elsewhere!];
  const home = { texts, entityName: (id: string) => id.replace("assist_satellite.", "the ") };
  expect(placeName(kitchen!, all, home)).toBe("Kitchen");
  expect(placeName(window!, all, home)).toBe("Living room (the living_window)");
  expect(placeName(elsewhere!, all, home)).toBe("people.elsewhere()");
  expect(placeName({ satellite_id: "assist_satellite.old", name: null }, all, home)).toBe("the old");
});

test("what asked by itself is not told to have been said nobody knows where", () => {
  const itself = { ...SOURCE, route: "action" };
  expect(reasons(["unknown_origin", "model"], texts, itself)).toEqual(["from.nobody()", "reason.model()"]);
  expect(reasons(["unknown_origin"], texts, SOURCE)).toEqual(["reason.other(unknown_origin)"]);
  expect(reasons(["unknown_origin"], texts, { ...itself, held_call: "notify.gran" })).toEqual(["reason.other(unknown_origin)"]);
});

test("a PIN is told from a personal tap", () => {
  expect(proved({ proved_by: "panel", approver: "Wall tablet", source: "pin" }, texts)).toBe(
    "proved.by_person(proved.pin()|Wall tablet)",
  );
  expect(proved({ proved_by: "panel", approver: null, source: "pin" }, texts)).toBe("proved.pin()");
});

test("why a screen cannot approve, and which PIN it asks for", () => {
  expect(whyNot({ why_not: null }, { why_not: null }, texts)).toBeUndefined();
  expect(whyNot({ why_not: null }, { why_not: "needs_own_device" }, texts)).toBe("waiting.needs_own_device()");
  expect(whyNot({ why_not: "long_lived_token" }, { why_not: "several_pins" }, texts)).toBe("waiting.long_lived_token()");
  expect(whyNot({ why_not: "unknown_why" }, { why_not: null }, texts)).toBe("unknown_why");
  expect(whichPin({ pin_of: [] }, texts)).toBe("waiting.pin()");
  expect(whichPin({ pin_of: [{ id: "1", name: "Gran" }] }, texts)).toBe("waiting.pin_of(Gran)");
});
