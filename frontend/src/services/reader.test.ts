import { expect, test } from "vitest";
import type { HomeAssistant } from "../home-assistant";
import { type Home, Reader } from "./reader";

function house(language: string, darkMode = false, failing = false): HomeAssistant {
  return {
    language,
    locale: { language, time_format: "24", time_zone: "local" },
    config: { time_zone: "UTC" },
    themes: { darkMode },
    states: { "assist_satellite.hall": { attributes: { friendly_name: "Hall speaker" } } },
    localize: () => "",
    loadBackendTranslation: async () => {
      if (failing) throw { error: { code: 3 } };
      return (key: string) => (key.startsWith("component.message_guard.config_panel.") ? `${language} ${key.slice(37)}` : "");
    },
    callWS: async (command: unknown) => command,
    callApi: async (...call: unknown[]) => call,
  } as unknown as HomeAssistant;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

test("nothing before there are texts, and nothing with every state", async () => {
  const told: Home[] = [];
  const reader = new Reader((home) => told.push(home));
  reader.set(house("en"));
  expect(told).toHaveLength(0);
  await settled();
  expect(told).toHaveLength(1);
  expect(told[0]!.texts.say("now.title")).toMatch(/^en/);
  for (let turn = 0; turn < 50; turn += 1) reader.set(house("en"));
  expect(told).toHaveLength(1);
});

test("another language is loaded, another mode is told at once", async () => {
  const told: Home[] = [];
  const reader = new Reader((home) => told.push(home));
  reader.set(house("en"));
  await settled();
  reader.set(house("de"));
  await settled();
  expect(told.at(-1)!.texts.language).toBe("de");
  reader.set(house("de", true));
  expect(told.at(-1)!.dark).toBe(true);
});

test("who changes the language twice gets the second", async () => {
  const told: Home[] = [];
  const reader = new Reader((home) => told.push(home));
  reader.set(house("en"));
  reader.set(house("de"));
  await settled();
  expect(told.map((home) => home.texts.language)).toEqual(["de"]);
});

test("texts that could not be loaded are asked for again", async () => {
  const told: Home[] = [];
  const reader = new Reader((home) => told.push(home));
  reader.set(house("en", false, true));
  await settled();
  reader.set(house("en"));
  await settled();
  expect(told).toHaveLength(1);
});

test("entities are called as the house calls them", async () => {
  const told: Home[] = [];
  const reader = new Reader((home) => told.push(home));
  reader.set(house("en"));
  await settled();
  expect(told[0]!.entityName("assist_satellite.hall")).toBe("Hall speaker");
  expect(told[0]!.entityName("assist_satellite.gone")).toBe("assist_satellite.gone");
});

test("commands are ours", async () => {
  const told: Home[] = [];
  const reader = new Reader((home) => told.push(home));
  reader.set(house("en"));
  await settled();
  expect(await told[0]!.ask("pending/decline", { confirmation_id: "V" })).toEqual({
    type: "message_guard/pending/decline",
    confirmation_id: "V",
  });
});

test("a PIN is posted", async () => {
  const told: Home[] = [];
  const reader = new Reader((home) => told.push(home));
  reader.set(house("en"));
  await settled();
  expect(await told[0]!.prove("4917", { confirmation_id: "V", bound: "B" })).toEqual([
    "POST",
    "message_guard/pin",
    { pin: "4917", confirmation_id: "V", bound: "B" },
  ]);
});
