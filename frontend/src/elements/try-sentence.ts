/** What would be understood, decided and asked, if somebody said this. Nothing is sent. */
import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Place, Tried } from "../model";
import { decided, placeName, reasons } from "../services/describe";
import { troubleText } from "../services/trouble";
import { HomeElement, element } from "./element";

@element("mg-try-sentence")
export class TrySentence extends HomeElement {
  @property({ attribute: false }) places: readonly Place[] = [];

  @state() private sentence = "";
  @state() private satellite = "";
  @state() private tried: Tried | undefined;
  @state() private trouble = "";
  @state() private busy = false;

  protected override render(): TemplateResult {
    const { texts } = this.home;
    return html`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${texts.say("try.title")}</h2>
      <p class="dim">${texts.say("try.note")}</p>
      <form class="line" @submit=${this.submit}>
        <label class="grow"
          >${texts.say("try.sentence")}<input
            type="text"
            maxlength="2000"
            placeholder=${texts.say("try.example")}
            .value=${this.sentence}
            @input=${(event: InputEvent) => (this.sentence = (event.target as HTMLInputElement).value)}
        /></label>
        <label class="grow"
          >${texts.say("try.place")}<select
            @change=${(event: Event) => (this.satellite = (event.target as HTMLSelectElement).value)}
          >
            ${this.places.map(
              (place) => html`<option
                value=${place.satellite_id ?? ""}
                ?selected=${(place.satellite_id ?? "") === this.satellite}
              >
                ${placeName(place, this.places, this.home)}
              </option>`,
            )}
          </select></label
        >
        <button ?disabled=${this.busy || !this.sentence.trim()}>${texts.say("try.do")}</button>
      </form>
      <div role="status" class="stack">${this.tried ? this.result(this.tried) : nothing}</div>
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
    </section>`;
  }

  private result(tried: Tried): TemplateResult | TemplateResult[] {
    const { texts } = this.home;
    if (tried.understood === null) return html`<p class="note neutral">${texts.say("try.nothing")}</p>`;
    if (!tried.recipients.length) return html`<p class="note neutral">${texts.say("try.incomplete")}</p>`;
    return tried.recipients.map(
      (found) => html`<div class="note neutral stack">
        <dl>
          <dt>${texts.say("try.to")}</dt>
          <dd>${found.contact ?? texts.say("try.nobody", { said: found.said })}</dd>
          <dt>${texts.say("try.words")}</dt>
          <dd class="words">${tried.body || texts.say("try.asked_for")}</dd>
          <dt>${texts.say("try.needs")}</dt>
          <dd>${decided(found, texts)}</dd>
          <dt>${texts.say("try.why")}</dt>
          <dd>${reasons(found.reasons, texts).join(" ")}</dd>
          ${found.question === null || found.question === undefined
            ? nothing
            : html`<dt>${texts.say("try.question")}</dt>
                <dd class="words">${found.question}</dd>`}
        </dl>
      </div>`,
    );
  }

  private readonly submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    this.busy = true;
    this.trouble = "";
    try {
      this.tried = await this.ask();
    } catch (error) {
      this.tried = undefined;
      this.trouble = troubleText(error, this.home.texts);
    } finally {
      this.busy = false;
    }
  };

  /** In the house's language, and in the reader's if it was none of the house's. */
  private async ask(): Promise<Tried> {
    const fields = { sentence: this.sentence, ...(this.satellite ? { satellite_id: this.satellite } : {}) };
    const tried = await this.home.ask<Tried>("rules/try", fields);
    if (tried.understood !== null) return tried;
    return this.home.ask<Tried>("rules/try", { ...fields, language: this.home.texts.language });
  }
}
