/** What a message would need now, for each contact from each place; each cell says why. */
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Decision, Levels, Place } from "../model";
import { decided, placeName, reasons } from "../services/describe";
import { HomeElement, element } from "./element";
import { base } from "./styles";

/** Contacts that are shown at once; the others are found by name. */
const MOST_ROWS = 50;

interface Cell {
  readonly contact: string;
  readonly place: Place;
  readonly decision: Decision;
}

@element("mg-levels-table")
export class LevelsTable extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .scroll {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        width: 100%;
      }
      th,
      td {
        padding: 4px 8px 4px 0;
        text-align: start;
        vertical-align: top;
        font-weight: 400;
      }
      th[scope="row"] {
        font-weight: 500;
        min-width: 7em;
      }
      thead th {
        color: var(--secondary-text-color);
        white-space: nowrap;
      }
      td button {
        min-height: 36px;
        padding: 2px 12px;
        font-weight: 400;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) levels!: Levels;

  @state() private chosen: Cell | undefined;
  @state() private wanted = "";

  protected override render(): TemplateResult {
    const { texts } = this.home;
    const { contacts, places } = this.levels;
    const found = contacts.filter(({ name, aliases }) =>
      [name, ...aliases].some((known) => known.toLowerCase().includes(this.wanted.toLowerCase())),
    );
    return html`<div class="stack">
      ${contacts.length > MOST_ROWS
        ? html`<label
            >${texts.say("people.find")}<input
              type="search"
              @input=${(event: InputEvent) => (this.wanted = (event.target as HTMLInputElement).value)}
          /></label>`
        : nothing}
      <div class="scroll" tabindex="0" role="region" aria-label=${texts.say("people.table")}>
        <table>
          <thead>
            <tr>
              <td></td>
              ${places.map((place) => html`<th scope="col">${this.placeName(place)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${found.slice(0, MOST_ROWS).map(
              ({ name, aliases, levels }) => html`<tr>
                <th scope="row">
                  ${name}${aliases.length ? html`<br /><span class="dim">${aliases.join(", ")}</span>` : nothing}
                </th>
                ${levels.map((decision, index) => this.cell({ contact: name, place: places[index]!, decision }))}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${found.length > MOST_ROWS
        ? html`<p class="dim">${texts.count("people.more", found.length - MOST_ROWS)}</p>`
        : nothing}
      <div role="status">${this.chosen ? this.explained(this.chosen) : nothing}</div>
    </div>`;
  }

  private placeName(place: Place): string {
    return placeName(place, this.levels.places, this.home);
  }

  private cell(cell: Cell): TemplateResult {
    const { decision } = cell;
    const tone = decision.outcome === "refuse" ? "danger" : decision.outcome === "send" ? "warning" : "neutral";
    return html`<td>
      <button
        class=${tone === "neutral" ? "" : tone}
        aria-label="${cell.contact}, ${this.placeName(cell.place)}: ${decided(decision, this.home.texts)}"
        @click=${() => (this.chosen = cell)}
      >
        ${decided(decision, this.home.texts)}
      </button>
    </td>`;
  }

  private explained({ contact, place, decision }: Cell): TemplateResult {
    const { texts } = this.home;
    return html`<div class="note neutral">
      <strong>${contact} · ${this.placeName(place)} · ${decided(decision, texts)}</strong>
      <ul>
        ${reasons(decision.reasons, texts).map((why) => html`<li>${why}</li>`)}
      </ul>
    </div>`;
  }
}
