/** One request of the past in one line of 48 pixels. */
import { type TemplateResult, css, html } from "lit";
import type { RequestRow } from "../model";
import { origin, outcomeTone, recipient } from "../services/describe";
import type { Home } from "../services/reader";

export const requestLineStyles = css`
  .request {
    display: grid;
    grid-template-columns: 9em minmax(8em, 1.3fr) minmax(0, 3fr) minmax(0, 1.7fr) 12em;
    align-items: center;
    gap: 0 12px;
    width: 100%;
    height: 48px;
    min-height: 0;
    padding: 0 8px;
    border: 0;
    border-radius: 8px;
    text-align: start;
    font-weight: 400;
    contain: strict;
  }
  .request:hover {
    background: var(--ha-color-fill-neutral-quiet-resting, rgba(127, 127, 127, 0.12));
  }
  .request:focus-visible {
    outline-offset: -2px;
  }
  .request > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .request .badge {
    justify-self: end;
    max-width: 100%;
  }
  @media (max-width: 800px) {
    .request {
      grid-template-columns: minmax(0, 1fr) auto;
      grid-template-rows: 22px 22px;
      align-content: center;
      line-height: 22px;
    }
    .request .at {
      order: 4;
      justify-self: end;
      font-size: 0.85rem;
    }
    .request .body {
      order: 3;
    }
    .request .badge {
      max-width: 45vw;
      line-height: 18px;
      padding: 0 8px;
      margin: 2px 0;
    }
    .request .from {
      display: none;
    }
  }
`;

export function requestLine(row: RequestRow, home: Home, open: (row: RequestRow) => void): TemplateResult {
  const { texts, dates, clock } = home;
  return html`<button class="plain request" @click=${() => open(row)}>
    <span class="at dim">${dates.when(row.at, clock.read())}</span>
    <span class="to">${recipient(row, texts)}</span>
    <span class="body ${row.body === null ? "dim" : ""}">${row.body ?? texts.say("history.no_words")}</span>
    <span class="from dim">${origin(row, texts)}</span>
    <span class="badge ${outcomeTone(row.outcome)}">${texts.known(`outcome.${row.outcome}`) ?? row.outcome}</span>
  </button>`;
}
