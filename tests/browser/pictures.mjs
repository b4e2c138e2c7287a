// Pictures of the four pages and the card (pictures.py): small, light and dark, named after what they show.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { MADE_OF, PATIENCE, Person, browse, logIn } from "./browsing.mjs";
import { given, house } from "./household.mjs";

const QUALITY = 82;
const PAGES = { now: "Now", history: "History", people: "People and places", safety: "Safety" };
/** A page of the panel as a screen has it; the card is longer than that, and stands there whole. */
const VIEW = { width: 1200, height: 860 };
const LONG_VIEW = { width: 1200, height: 1400 };
const PATIENT = { timeout: PATIENCE };

const browser = await browse(given.chromium);

async function picture(person, name, clip) {
  const session = await person.context.newCDPSession(person.page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY, ...(clip && { clip: { ...clip, scale: 1 } }) });
  const file = join(given.pictures, `${name}.webp`);
  writeFileSync(file, Buffer.from(data, "base64"));
  console.log(`${file}: ${Math.round((data.length * 3) / 4 / 1024)} kB`);
  await session.detach();
}

/** Let two messages wait, one of them because of a model or an automation. */
async function ask() {
  await house("decline");
  await house("ask", { room: "living_room", text: "tell gran that we arrive on Saturday at noon" });
  await house("happen", { event: "ill_today", data: { words: "Ben is ill today and stays at home" } });
}

/** What is seen of an element, with some of what is around it. */
async function around(locator) {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  const edge = 12;
  return { x: box.x - edge, y: box.y - edge, width: box.width + 2 * edge, height: box.height + 2 * edge };
}

/** What was written to Gran, and what she wrote. */
async function conversation(owner, scheme) {
  const talk = owner.page.locator("mg-conversations");
  await talk.getByText("Conversations").click(PATIENT);
  await talk.getByLabel("With").selectOption({ label: "Gran" }, PATIENT);
  await owner.drawn("message-guard-panel", "mg-conversations .in", PATIENT);
  const seen = await around(talk);
  await picture(owner, `conversation-${scheme}`, { ...seen, height: Math.min(seen.height, 560) });
}

await house("write", { contact: "Gran", words: "Lovely! I will bake a cake. Do you take the train at nine?" });
const { name, password } = given.people.owner;
const { path: wall } = await house("dashboard", { cards: [{ type: "custom:message-guard-card", title: "Messages", conversation: 3 }] });
const owner = await Person.logIn(browser, given.url, await logIn(given.url, name, password), { viewport: VIEW });
await owner.open("/message-guard/now");
for (const scheme of ["light", "dark"]) {
  await owner.page.emulateMedia({ colorScheme: scheme });
  for (const [path, title] of Object.entries(PAGES)) {
    if (path === "now") await ask();
    await owner.page.locator("message-guard-panel").getByRole("navigation").getByText(title, { exact: true }).click(PATIENT);
    await owner.drawn("message-guard-panel", MADE_OF[path], PATIENT);
    await picture(owner, `${path}-${scheme}`);
    if (path === "history") await conversation(owner, scheme);
  }
  await owner.page.setViewportSize(LONG_VIEW);
  await owner.open(wall);
  await ask();
  const card = owner.page.locator("message-guard-card");
  await card.locator("mg-waiting-message").first().waitFor(PATIENT);
  await card.locator("mg-last-messages li").first().waitFor(PATIENT);
  await owner.drawn("message-guard-card", "mg-waiting-message", PATIENT);
  await picture(owner, `card-${scheme}`, await around(card));
  await owner.page.setViewportSize(VIEW);
  await owner.open("/message-guard/now");
}
await house("decline");
await browser.close();
