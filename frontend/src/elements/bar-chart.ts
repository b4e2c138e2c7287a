/** A chart of what happened, and the same as a table for who cannot see it. */
import { type TemplateResult, css, html, svg } from "lit";
import { property } from "lit/decorators.js";
import type { Counted } from "../model";
import { type Series, bars, highest, niceTop } from "../services/bars";
import { HomeElement, element } from "./element";
import { base } from "./styles";

export const COUNTED = ["sent", "declined", "refused", "expired", "failed"] as const;

@element("mg-bar-chart")
export class BarChart extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .plot {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 8px;
        font-size: 0.85rem;
      }
      .axis {
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        text-align: end;
      }
      svg {
        width: 100%;
        height: 120px;
        border-block-end: 1px solid var(--secondary-text-color);
      }
      .columns {
        grid-column: 2;
        display: flex;
        justify-content: space-between;
      }
      .sent {
        fill: var(--ha-color-fill-success-loud-resting, #1f8a46);
      }
      .declined {
        fill: var(--ha-color-fill-warning-loud-resting, #d97706);
      }
      .refused {
        fill: var(--ha-color-fill-danger-loud-resting, #c62828);
      }
      .expired {
        fill: var(--ha-color-fill-neutral-loud-resting, #6b6b6b);
      }
      .failed {
        fill: var(--primary-text-color);
      }
      .legend svg {
        width: 12px;
        height: 12px;
        border: 0;
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .scroll {
        overflow: auto;
        max-height: 240px;
      }
      table {
        border-collapse: collapse;
      }
      th,
      td {
        padding: 2px 12px 2px 0;
        text-align: end;
        font-weight: 400;
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly Counted[] = [];
  /** What each column is called. */
  @property({ attribute: false }) names: readonly string[] = [];
  @property() heading = "";

  protected override render(): TemplateResult {
    const { texts } = this.home;
    const series: Series[] = COUNTED.map((key) => ({ key, values: this.rows.map((row) => row[key]) }));
    const middle = this.names[Math.floor(this.names.length / 2)];
    return html`<div class="stack">
      <h3 id="name">${this.heading}</h3>
      <div class="plot">
        <div class="axis dim" aria-hidden="true"><span>${niceTop(highest(series))}</span><span>0</span></div>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-labelledby="name">
          ${bars(series).map(
            ({ key, x, y, width, height }) =>
              svg`<rect class=${key} x=${x} y=${y} width=${width} height=${height}></rect>`,
          )}
        </svg>
        <div class="columns dim" aria-hidden="true">
          <span>${this.names[0]}</span><span>${middle}</span><span>${this.names.at(-1)}</span>
        </div>
      </div>
      <div class="line legend">
        ${COUNTED.map(
          (key) => html`<span
            ><svg viewBox="0 0 1 1" aria-hidden="true"><rect class=${key} width="1" height="1"></rect></svg>${texts.say(
              `counted.${key}`,
            )}</span
          >`,
        )}
      </div>
      <details>
        <summary>${texts.say("history.as_table")}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label=${this.heading}>${this.table()}</div>
      </details>
    </div>`;
  }

  private table(): TemplateResult {
    const { texts } = this.home;
    return html`<table>
      <thead>
        <tr>
          <td></td>
          ${COUNTED.map((key) => html`<th scope="col">${texts.say(`counted.${key}`)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${this.rows.map(
          (row, index) => html`<tr>
            <th scope="row">${this.names[index]}</th>
            ${COUNTED.map((key) => html`<td>${row[key]}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>`;
  }
}
