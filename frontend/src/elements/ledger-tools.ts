/** What can be done with the message log: check it, take it away, sign it, erase words from it. */
import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { FilterChoices, Verified } from "../model";
import { troubleText } from "../services/trouble";
import "./copy-text";
import { download } from "./download";
import { HomeElement, element } from "./element";

type Erasing = { readonly scope: "contact"; readonly contact_id: string } | { readonly scope: "before"; readonly day: string };

@element("mg-ledger-tools")
export class LedgerTools extends HomeElement {
  @property({ attribute: false }) choices: FilterChoices | undefined;

  @state() private busy = false;
  @state() private trouble = "";
  @state() private told = "";
  @state() private verified: Verified | undefined;
  @state() private note = "";
  @state() private erasing: Erasing | undefined;

  protected override render(): TemplateResult {
    const { texts } = this.home;
    return html`<section>
      <details>
        <summary><h2>${texts.say("log.title")}</h2></summary>
        <div class="stack">${this.content()}</div>
      </details>
    </section>`;
  }

  private content(): TemplateResult {
    const { texts } = this.home;
    return html`
      <div class="line">
        ${this.button("log.verify", this.verify)} ${this.button("log.export_jsonl", () => this.export("jsonl"))}
        ${this.button("log.export_csv", () => this.export("csv"))} ${this.button("log.sign", this.sign)}
      </div>
      <p role="status" class="${this.verified?.sound === false ? "danger" : "success"} note" ?hidden=${!this.told}>
        ${this.told}
      </p>
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
      ${this.note
        ? html`<p class="dim">${texts.say("log.sign_note")}</p>
            <mg-copy-text .home=${this.home} .text=${this.note} .name=${texts.say("log.signed")} .lines=${6}></mg-copy-text>`
        : nothing}
      ${this.eraser()}
    `;
  }

  private button(key: string, press: () => Promise<void>): TemplateResult {
    return html`<button ?disabled=${this.busy} @click=${press}>${this.home.texts.say(key)}</button>`;
  }

  private eraser(): TemplateResult {
    const { texts } = this.home;
    const { erasing } = this;
    const contacts = this.choices?.contacts ?? [];
    return html`<details>
      <summary>${texts.say("erase.title")}</summary>
      <div class="stack">
        <p class="dim">${texts.say("erase.stays")}</p>
        <div class="line">
          <label class="grow"
            >${texts.say("erase.contact")}<select
              @change=${(event: Event) => {
                const { value } = event.target as HTMLSelectElement;
                this.erasing = value ? { scope: "contact", contact_id: value } : undefined;
              }}
            >
              <option value="" ?selected=${erasing?.scope !== "contact"}>–</option>
              ${contacts.map(
                ({ id, name }) => html`<option
                  value=${id}
                  ?selected=${erasing?.scope === "contact" && erasing.contact_id === id}
                >
                  ${name ?? texts.say("who.removed")}
                </option>`,
              )}
            </select></label
          >
          <label class="grow"
            >${texts.say("erase.before")}<input
              type="date"
              max=${this.choices?.today ?? ""}
              .value=${erasing?.scope === "before" ? erasing.day : ""}
              @change=${(event: Event) => {
                const { value } = event.target as HTMLInputElement;
                this.erasing = value ? { scope: "before", day: value } : undefined;
              }}
          /></label>
        </div>
        ${erasing === undefined
          ? nothing
          : html`<div class="note warning stack">
              <p>${this.question(erasing)}</p>
              <div class="line">
                <button class="danger" ?disabled=${this.busy} @click=${() => this.erase(erasing)}>
                  ${texts.say("erase.do")}
                </button>
                <button @click=${() => (this.erasing = undefined)}>${texts.say("erase.keep")}</button>
              </div>
            </div>`}
      </div>
    </details>`;
  }

  private question(erasing: Erasing): string {
    const { texts, dates } = this.home;
    if (erasing.scope === "before") return texts.say("erase.before_note", { day: dates.day(erasing.day) });
    const contact = this.choices?.contacts.find(({ id }) => id === erasing.contact_id)?.name;
    return texts.say("erase.contact_note", { contact: contact ?? texts.say("who.removed") });
  }

  private readonly verify = (): Promise<void> =>
    this.work(async () => {
      const verified = await this.home.ask<Verified>("ledger/verify", { anew: true });
      const { texts } = this.home;
      this.verified = verified;
      this.told =
        verified.sound || verified.problem === null
          ? texts.count(verified.sound ? "log.intact" : "log.not_intact", verified.entries)
          : texts.say("log.damaged", { number: verified.problem.sequence, meaning: verified.problem.meaning });
    });

  private readonly export = (form: string): Promise<void> =>
    this.work(async () => {
      const { path } = await this.home.ask<{ path: string }>("ledger/export", { form, words: true });
      download(path);
    });

  private readonly sign = (): Promise<void> =>
    this.work(async () => {
      const { note } = await this.home.ask<{ note: string | null }>("ledger/checkpoint");
      if (note === null) this.told = this.home.texts.say("log.nothing_new");
      else this.note = note;
    });

  private readonly erase = (erasing: Erasing): Promise<void> =>
    this.work(async () => {
      const { entries } = await this.home.ask<{ entries: number }>("ledger/erase", { ...erasing });
      this.erasing = undefined;
      this.told = this.home.texts.count("erase.erased", entries);
      this.dispatchEvent(new CustomEvent("mg-erased", { bubbles: true, composed: true }));
    });

  private async work(task: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.trouble = this.told = "";
    this.verified = undefined;
    try {
      await task();
    } catch (error) {
      this.trouble = troubleText(error, this.home.texts);
    } finally {
      this.busy = false;
    }
  }
}
