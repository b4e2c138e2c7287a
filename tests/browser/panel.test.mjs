// The panel and the card as a household uses them: in Home Assistant's own pages, with a real Home Assistant behind them.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { join } from "node:path";
import { PATIENCE, Person, browse } from "./browsing.mjs";
import { given, house, until } from "./household.mjs";

const PAGES = ["now", "history", "people", "safety"];
const NOW = "/message-guard/now";
const BODY = "the key is under the pot";
const PATIENT = { timeout: PATIENCE };

let browser;
let owner;
let anna;
const here = [];
let asked = 0;

/** Somebody logs in, and is watched for errors until the end. */
async function enter(who, path = NOW, options = {}) {
  const { name, password } = given.people[who];
  const person = await Person.logIn(browser, given.url, name, password, options);
  here.push(person);
  await person.open(path);
  return person;
}

async function leave(person) {
  here.splice(here.indexOf(person), 1);
  assert.deepEqual(person.errors, []);
  await person.close();
}

const panelOf = (person) => person.page.locator("message-guard-panel");
const shown = (person, text) => panelOf(person).getByText(text).first();
const message = (person, words) => panelOf(person).locator("mg-waiting-message").filter({ hasText: words });
const button = (person, words, name) => message(person, words).getByRole("button", { name, exact: true });

/** Ask for a message in a room, with words of its own; returns them. */
async function speak(to = "Mum", room = "kitchen") {
  asked += 1;
  const words = `${BODY} ${asked}`;
  await house("ask", { room, text: `tell ${to} that ${words}` });
  return words;
}

const gone = (person, words) => message(person, words).waitFor({ state: "detached", ...PATIENT });
const arrived = (words) => house("arrived", { words });

before(async () => {
  browser = await browse(given.chromium);
  [owner, anna] = await Promise.all([enter("owner", "/"), enter("anna")]);
});

afterEach(async (context) => {
  if (context.passed === false || context.error) {
    for (const [number, person] of here.entries()) {
      const name = `${given.home_assistant}-${context.name.replace(/\W+/g, "-").slice(0, 40)}-${number}.png`;
      await person.page.screenshot({ path: join(given.pictures, name) }).catch(() => undefined);
    }
  }
  await house("decline");
});

after(() => browser?.close());

test("the sidebar leads to the panel", async () => {
  await owner.page.locator("ha-sidebar").getByText("Message Guard").first().click(PATIENT);
  await panelOf(owner).locator("mg-now-page").waitFor(PATIENT);
  assert.match(owner.page.url(), /\/message-guard/);
});
