// How fast the panel is, in milliseconds: benchmarks/panel.py prints it. The last line is JSON.

import { PATIENCE, Person, browse, logIn } from "./browsing.mjs";
import { given, house } from "./household.mjs";

const ROWS = 5_000;
const ROUNDS = 7;
const SPOKEN = 10;
/** Somebody who asks more often than this is asked to wait. */
const A_WHILE = 601;
const PATIENT = { timeout: PATIENCE };

const browser = await browse(given.chromium);
const { name, password } = given.people.owner;
const owner = await Person.logIn(browser, given.url, await logIn(given.url, name, password));
await owner.open("/message-guard/now");
const panel = owner.page.locator("message-guard-panel");
await panel.locator("mg-now-page").waitFor(PATIENT);

/** From the click on *History* to the frame in which its first rows stand on the screen. */
const opened = () =>
  panel.evaluate(async (element) => {
    const root = element.shadowRoot;
    const deep = (selector, within) => {
      const found = within.querySelector(selector);
      if (found) return found;
      for (const node of within.querySelectorAll("*")) {
        const inner = node.shadowRoot && deep(selector, node.shadowRoot);
        if (inner) return inner;
      }
      return null;
    };
    const frame = () => new Promise((painted) => requestAnimationFrame(() => painted(performance.now())));
    const [now, history] = root.querySelectorAll("nav a");
    now.click();
    while (deep(".request", root.querySelector("mg-history-page")?.shadowRoot ?? document.createElement("p"))) await frame();
    await new Promise((rested) => setTimeout(rested, 300));
    const begun = performance.now();
    history.click();
    for (;;) {
      await frame();
      const page = root.querySelector("mg-history-page")?.shadowRoot;
      if (page && deep(".request", page)) return (await frame()) - begun;
    }
  });

/** Scroll the rows, half a screen at a time; returns how long the frames took, and how many rows there were. */
const scrolled = (rows) =>
  panel.evaluate(async (element, wanted) => {
    const main = element.shadowRoot.querySelector("main");
    const height = 48;
    const frames = [];
    let last = performance.now();
    const frame = () =>
      new Promise((painted) =>
        requestAnimationFrame((at) => {
          frames.push(at - last);
          last = at;
          painted();
        }),
      );
    await frame();
    frames.length = 0;
    const start = main.scrollTop;
    let waited = 0;
    while (main.scrollTop - start < wanted * height) {
      const before = main.scrollTop;
      main.scrollTop = before + main.clientHeight / 2;
      await frame();
      if (main.scrollTop === before && ++waited > 3_000) break;
    }
    return { frames, rows: Math.round((main.scrollTop - start) / height) };
  }, rows);

const clicks = [];
for (let round = 0; round < ROUNDS; round += 1) clicks.push(await opened());
const { frames, rows } = await scrolled(ROWS);

const appeared = [];
await panel.getByRole("navigation").getByText("Now", { exact: true }).click();
for (let number = 0; number < SPOKEN; number += 1) {
  const words = `it is number ${number} of them`;
  await house("later", { seconds: A_WHILE });
  const there = panel.locator("mg-waiting-message").filter({ hasText: words }).waitFor(PATIENT).then(() => performance.now());
  const over = house("ask", { room: "kitchen", text: `tell mum that ${words}` }).then(() => performance.now());
  const [shown, spoken] = await Promise.all([there, over]);
  appeared.push(Math.max(0, shown - spoken));
  await house("decline");
}
await browser.close();
console.log(JSON.stringify({ clicks, frames, rows, appeared, errors: owner.errors }));
