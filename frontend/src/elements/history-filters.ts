/** What of the history is looked at: person, place, outcome, days, words. */
import { type TemplateResult, css, html } from "lit";
import { property } from "lit/decorators.js";
import type { FilterChoices } from "../model";
import { type Filters, filtered } from "../services/address";
import { OUTCOMES, placeName } from "../services/describe";
import { HomeElement, element } from "./element";
import { base } from "./styles";

/** How long somebody pauses before what is typed is looked for. */
const PAUSE_MS = 300;

/** Characters that the server looks for. */
const LONGEST_TEXT = 200;

@element("mg-history-filters")
export class HistoryFilters extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
        align-items: end;
        gap: 12px;
      }
    `,
  ];

  @property({ attribute: false }) filters: Filters = {};
  @property({ attribute: false }) choices: FilterChoices | undefined;

  private pause: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.pause);
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    const contacts = (this.choices?.contacts ?? []).map(({ id, name }) => [id, name ?? texts.say("who.removed")]);
    const known = this.choices?.places ?? [];
    const places = known.map((place) => [place.satellite_id, placeName(place, known, this.home)]);
    const outcomes = OUTCOMES.map((outcome) => [outcome, texts.say(`outcome.${outcome}`)]);
    return html`
      ${this.select("contact_id", this.filters.contact_id, contacts)}
      ${this.select("satellite_id", this.filters.satellite_id, places)}
      ${this.select("outcomes", this.filters.outcomes?.[0], outcomes)} ${this.date("since")} ${this.date("until")}
      <label
        >${texts.say("history.text")}<input
          type="search"
          maxlength=${LONGEST_TEXT}
          .value=${this.filters.text ?? ""}
          @input=${(event: InputEvent) => this.typed((event.target as HTMLInputElement).value)}
      /></label>
    `;
  }

  private select(key: keyof Filters, chosen: string | undefined, options: readonly string[][]): TemplateResult {
    const { texts } = this.home;
    return html`<label
      >${texts.say(`history.${key}`)}<select
        @change=${(event: Event) => {
          const { value } = event.target as HTMLSelectElement;
          this.choose(key, key === "outcomes" && value ? [value] : value);
        }}
      >
        <option value="" ?selected=${!chosen}>${texts.say("history.all")}</option>
        ${options.map(
          ([value, name]) => html`<option value=${value!} ?selected=${value === chosen}>${name}</option>`,
        )}
      </select></label
    >`;
  }

  private date(key: "since" | "until"): TemplateResult {
    return html`<label
      >${this.home.texts.say(`history.${key}`)}<input
        type="date"
        min=${this.choices?.first_day ?? ""}
        max=${this.choices?.today ?? ""}
        .value=${this.filters[key] ?? ""}
        @change=${(event: Event) => this.choose(key, (event.target as HTMLInputElement).value)}
    /></label>`;
  }

  private typed(text: string): void {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.choose("text", text.trim()), PAUSE_MS);
  }

  private choose(key: keyof Filters, value: string | readonly string[]): void {
    const detail = filtered(this.filters, key, value);
    this.dispatchEvent(new CustomEvent("mg-filters", { detail, bubbles: true, composed: true }));
  }
}
