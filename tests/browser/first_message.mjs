// What a person does in Home Assistant's own pages, in a real browser, and what that person has to read.
//
//   node first_message.mjs '{"story": "first", "url": …, "user": …, "password": …, "chromium": …, "pictures": …, "width": 1280}'
//
// Prints JSON: the forms with their fields and words, what was said and answered, and the seconds in between.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const given = JSON.parse(process.argv[2]);
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
FLAGS.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
const FLOW = "dialog-data-entry-flow";
const PATIENCE = 60_000;

// --- what stands on the screen ---------------------------------------------------------------

/** Return the words and fields that can be seen in an element; runs in the page. What is folded is not seen. */
function seen(root) {
  const texts = [];
  let fields = 0;
  let drawn = true;
  const into = (nodes) => [...nodes].forEach(look);
  const look = (node) => {
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const name = node.localName;
    if (["style", "script", "svg"].includes(name)) return;
    if (name === "slot") {
      const assigned = node.assignedNodes({ flatten: true });
      return into(assigned.length ? assigned : node.childNodes);
    }
    if (getComputedStyle(node).display !== "contents" && !node.checkVisibility({ visibilityProperty: true })) return;
    if (name === "ha-expansion-panel" && !node.expanded) return into(node.querySelectorAll("[slot=header]"));
    if (name === "ha-selector") fields += 1;
    if (name === "input" && node.type === "text") texts.push(node.value);
    const before = texts.length;
    into(node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes);
    // Home Assistant draws Markdown later than the rest.
    if (name === "ha-markdown" && node.content && !texts.slice(before).join("").trim()) drawn = false;
  };
  look(root);
  const text = texts.join(" ").replace(/\s+/g, " ").trim();
  return { drawn, fields, text, words: text.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word)).length };
}

class Screen {
  steps = [];
  spoken = [];
  #pictures = 0;

  constructor(page) {
    this.page = page;
  }

  get dialog() {
    return this.page.locator(FLOW).last();
  }

  async picture(name) {
    this.#pictures += 1;
    const number = String(this.#pictures).padStart(2, "0");
    await this.page.screenshot({ path: join(given.pictures, `${given.width}-${number}-${name}.png`), animations: "disabled" });
  }

  /** Wait for a step of a flow, and count what is on it. */
  async step(title, kind = "form") {
    await this.dialog.getByText(title, { exact: true }).first().waitFor({ timeout: PATIENCE });
    let now;
    do now = await this.dialog.evaluate(seen);
    while (!now.drawn);
    this.steps.push({ kind, title, fields: now.fields, words: now.words, text: now.text });
    await this.picture(title.replace(/\W+/g, "-").toLowerCase());
  }

  async press(name) {
    await this.dialog.getByRole("button", { name, exact: true }).click();
  }

  field(name) {
    return this.dialog.getByRole("textbox", { name });
  }

  /** Say something in Assist's dialog, and return the answer. */
  async say(text) {
    const answers = this.page.locator("ha-assist-chat .message.hass");
    const before = await answers.count();
    const box = this.page.locator("ha-assist-chat input");
    await box.fill(text);
    await box.press("Enter");
    const answer = answers.nth(before);
    await answer.filter({ hasText: /\w/ }).waitFor({ timeout: PATIENCE });
    let now;
    do now = (await answer.evaluate(seen)).text;
    while (!/[.!?]$/.test(now));
    this.spoken.push({ said: text, answered: now });
    return now;
  }

  async openAssist() {
    await this.page.goto(`${given.url}/`);
    await this.page.getByText("Welcome").first().waitFor({ timeout: PATIENCE });
    // On a narrow screen the button is in a menu; the key is the same everywhere.
    if (given.width >= 870) await this.page.getByRole("button", { name: /^Assist\b/ }).click();
    else await this.page.keyboard.press("a");
    await this.page.locator("ha-assist-chat input").waitFor({ timeout: PATIENCE });
  }
}

async function logIn(page) {
  await page.goto(given.url);
  await page.locator("input[name=username]").fill(given.user, { timeout: PATIENCE });
  await page.locator("input[name=password]").fill(given.password);
  await page.keyboard.press("Enter");
  await page.locator("home-assistant-main").waitFor({ timeout: PATIENCE });
}

// --- the first message -------------------------------------------------------------------------

async function first(screen) {
  const { page } = screen;
  await page.goto(`${given.url}/config/integrations/dashboard`);
  const add = page.getByText("Add integration").last();
  await add.waitFor({ timeout: PATIENCE });
  const begun = Date.now();
  await add.click();
  await page.locator("dialog-add-integration input").first().fill("Message Guard", { timeout: PATIENCE });
  await page.locator("dialog-add-integration").getByText("Message Guard", { exact: true }).click();

  await screen.step("Guard your messages");
  const phrase = await screen.field("Your phrase").inputValue();
  await screen.press("Submit");

  await screen.step("Who can be written to?");
  // Home Assistant 2026.11 has a button for it, before that its label was one.
  const pick = screen.dialog.getByText("Add", { exact: true });
  await ((await pick.count()) ? pick : screen.dialog.getByText("Reached through")).click();
  const phone = screen.dialog.getByText("Anna (Anna's phone)");
  await phone.waitFor({ timeout: PATIENCE });
  await screen.picture("reached-through");
  await phone.click();
  await screen.dialog.getByPlaceholder("Search").waitFor({ state: "hidden" });
  await screen.field("Name").fill("Anna");
  await screen.picture("filled-in");
  await screen.press("Submit");
  await screen.step("How else may Anna be written?");
  await screen.press("Submit");
  await screen.step("Success", "success");
  await screen.press("Finish");

  await screen.openAssist();
  await screen.say("Send a message to Anna: I will be home at six");
  await screen.picture("asked");
  await screen.say(phrase);
  await screen.picture("sent");
  return (Date.now() - begun) / 1000;
}

// --- what Repairs has found --------------------------------------------------------------------

async function repairs(screen) {
  const { page } = screen;
  const title = "“Text Mum” can send unasked";
  await page.goto(`${given.url}/config/repairs`);
  const issue = page.getByText(title).first();
  await issue.waitFor({ timeout: PATIENCE });
  await screen.picture("repairs");
  const begun = Date.now();
  await issue.click();

  await screen.step(title, "menu");
  await screen.dialog.getByText("Ignore it for good", { exact: true }).waitFor();
  await screen.dialog.getByText("Guard it", { exact: true }).click();
  await screen.step("Which person is this?");
  const yes = () => true;
  const no = () => false;
  const shown = screen.dialog.getByText("Mum", { exact: true }).filter({ visible: true }).first();
  // The list may not offer a new name yet when Enter is pressed: then it is taken with the next click, or not at all.
  for (let taken = false; !taken; ) {
    await screen.dialog.getByText("Contact", { exact: true }).last().click();
    const name = screen.dialog.getByPlaceholder(/Search/);
    taken = !(await name.waitFor({ timeout: 3_000 }).then(yes, no));
    if (taken) break;
    await name.fill("Mum");
    await name.press("Enter");
    await name.waitFor({ state: "hidden" });
    taken = await shown.waitFor({ timeout: 3_000 }).then(yes, no);
  }
  await screen.picture("filled-in");
  await screen.press("Submit");
  await screen.step("Success", "success");
  await screen.press("Finish");

  await screen.openAssist();
  await screen.say("Text mum the key is under the pot");
  await screen.picture("asked");
  await screen.say(given.phrase);
  await screen.picture("sent");
  return (Date.now() - begun) / 1000;
}

// -----------------------------------------------------------------------------------------------

const profile = mkdtempSync(join(tmpdir(), "browser-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: given.chromium,
  args: FLAGS,
  locale: "en-GB",
  viewport: { width: given.width, height: 900 },
});
const screen = new Screen(await browser.newPage());
try {
  await logIn(screen.page);
  const stories = { first, repairs };
  const seconds = await stories[given.story](screen);
  console.log(JSON.stringify({ steps: screen.steps, spoken: screen.spoken, seconds }));
} catch (error) {
  await screen.picture("failed");
  throw error;
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
