// People who look at Home Assistant's pages: each in a browser context of their own, with what they were sent and what went wrong.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
FLAGS.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const PATIENCE = 20_000;

/** What Home Assistant's own pages complain of in a home like this, with or without a panel. */
const NOT_OURS = [
  /favicon/,
  /ServiceWorker|service_worker|Failed to register/i,
  /net::ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED|EMPTY_RESPONSE|CONNECTION_RESET)/,
  /WebSocket connection to .* failed/,
];

/** Start the browser. */
export async function browse(executable) {
  return chromium.launch({ executablePath: executable, args: FLAGS });
}

/** Log in with name and password; return the tokens, as the log-in page stores them. */
export async function logIn(url, name, password) {
  const post = async (path, body, form = false) => {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      body: form ? new URLSearchParams(body) : JSON.stringify(body),
      headers: form ? {} : { "Content-Type": "application/json" },
    });
    return answer.json();
  };
  const clientId = `${url}/`;
  const begin = { client_id: clientId, handler: ["homeassistant", null], redirect_uri: clientId };
  const { flow_id } = await post("/auth/login_flow", begin);
  const given = { client_id: clientId, username: name, password };
  const { result } = await post(`/auth/login_flow/${flow_id}`, given);
  const grant = { grant_type: "authorization_code", code: result, client_id: clientId };
  const made = await post("/auth/token", grant, true);
  return { ...made, hassUrl: url, clientId, expires: Date.now() + made.expires_in * 1000 };
}

/** What each page of the panel is made of, by its path. */
export const MADE_OF = {
  now: "mg-now-page mg-guard-line",
  history: "mg-history-page .request",
  people: "mg-people-page mg-levels-table button",
  safety: "mg-safety-page mg-qr-code",
};

/** Somebody at a screen. */
export class Person {
  /** Everything that the server has sent over the WebSocket, as text. */
  received = [];
  /** Everything that the page has sent over it. */
  sent = [];
  /** What the browser has complained of. */
  errors = [];

  static async logIn(browser, url, tokens, options = {}) {
    const { language = "en", ...settings } = options;
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...settings });
    await context.addInitScript(
      ([made, tag]) => {
        localStorage.setItem("hassTokens", made);
        localStorage.setItem("selectedLanguage", JSON.stringify(tag));
      },
      [JSON.stringify(tokens), language],
    );
    const page = await context.newPage();
    const person = new Person(context, page, url);
    page.on("console", (message) => {
      if (message.type() === "error") person.#complain(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => person.#complain(String(error.stack ?? error)));
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => person.received.push(String(payload)));
      socket.on("framesent", ({ payload }) => person.sent.push(String(payload)));
    });
    return person;
  }

  constructor(context, page, url) {
    this.context = context;
    this.page = page;
    this.url = url;
  }

  #complain(text) {
    if (!NOT_OURS.some((known) => known.test(text))) this.errors.push(text);
  }

  /** Open a page of Home Assistant by its path. */
  async open(path) {
    await this.page.goto(`${this.url}${path}`);
    await this.page.locator("home-assistant-main").waitFor({ timeout: PATIENCE });
  }

  /** Wait until a page of the panel, or the card, is drawn: what it is made of is there, nothing loads and nothing moves. */
  async drawn(tag, part, patient) {
    const page = this.page.locator(tag).first();
    await page.locator(part).first().waitFor(patient);
    await page.locator("[aria-busy=true]").first().waitFor({ ...patient, state: "detached" });
    await page.evaluate(async (element) => {
      const roots = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((child) => (child.shadowRoot ? roots(child.shadowRoot) : []))];
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const moving = roots(element.shadowRoot).flatMap((root) => root.getAnimations());
      const ends = moving.filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
      await Promise.allSettled(ends.map((one) => one.finished));
    });
  }

  /** Return what axe-core finds in an element: what is serious or critical, one line each. */
  async barriers(tag) {
    await this.page.evaluate(AXE);
    const found = await this.page.locator(tag).first().evaluate((element) => window.axe.run(element, { resultTypes: ["violations"] }));
    return found.violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.flat().at(-1)}: ${node.any[0]?.message ?? node.failureSummary}`));
  }

  async close() {
    await this.context.close();
  }
}
