/**
 * Colours are Home Assistant's. Its plain `--error-color` and `--primary-color` are too pale as text on a card in the
 * light mode; those for text upon a fill of the same kind are not.
 */
import { css } from "lit";

export const base = css`
  :host {
    color: var(--primary-text-color);
    font-family: var(--ha-font-family-body, Roboto, sans-serif);
    font-size: var(--ha-font-size-m, 14px);
    line-height: 1.5;
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3 {
    margin: 0;
    font-weight: 500;
    line-height: 1.3;
  }
  h2 {
    font-size: 1.25rem;
  }
  h3 {
    font-size: 1rem;
  }
  p {
    margin: 0;
  }
  a {
    color: inherit;
  }
  section,
  .box {
    display: block;
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: 1px solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
    border-radius: var(--ha-card-border-radius, 12px);
    padding: 16px;
  }
  .stack {
    display: grid;
    gap: 12px;
    grid-template-columns: minmax(0, 1fr);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .grow {
    flex: 1 1 12em;
    min-width: 0;
  }
  .dim {
    color: var(--secondary-text-color);
  }
  .words {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .success {
    color: var(--ha-color-on-success-normal, #00591e);
    background: var(--ha-color-fill-success-normal-resting, #d7f0de);
  }
  .danger {
    color: var(--ha-color-on-danger-normal, #8e1b13);
    background: var(--ha-color-fill-danger-normal-resting, #fde3e0);
  }
  .warning {
    color: var(--ha-color-on-warning-normal, #6a3d00);
    background: var(--ha-color-fill-warning-normal-resting, #fdeacc);
  }
  .neutral {
    color: var(--ha-color-on-neutral-normal, #3a3a3a);
    background: var(--ha-color-fill-neutral-normal-resting, #e8e8e8);
  }
  .badge {
    display: inline-block;
    padding: 1px 10px;
    border-radius: 12px;
    font-size: 0.85rem;
    white-space: nowrap;
  }
  .note {
    padding: 10px 14px;
    border-radius: 8px;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 40px;
    padding: 4px 16px;
    border: 1px solid transparent;
    border-radius: 20px;
    font: inherit;
    font-weight: 500;
    text-decoration: none;
    cursor: pointer;
  }
  button:not(.success, .danger, .warning, .plain),
  .button {
    color: var(--ha-color-on-neutral-normal, #3a3a3a);
    background: var(--ha-color-fill-neutral-normal-resting, #e8e8e8);
  }
  .note :is(button, .button):not(.plain) {
    border-color: currentColor;
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button.plain {
    color: inherit;
    background: none;
  }
  :is(button, a, input, select, textarea, summary, [tabindex]):focus-visible {
    outline: 2px solid var(--primary-text-color);
    outline-offset: 2px;
  }
  label {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
    font-size: 0.85rem;
    color: var(--secondary-text-color);
  }
  input,
  select,
  textarea {
    min-height: 44px;
    width: 100%;
    padding: 8px 10px;
    font: inherit;
    font-size: 16px;
    color: var(--primary-text-color);
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: 1px solid var(--secondary-text-color);
    border-radius: 8px;
  }
  textarea {
    resize: vertical;
  }
  ul,
  ol {
    margin: 0;
    padding-inline-start: 20px;
  }
  ul.bare,
  ol.bare {
    list-style: none;
    padding: 0;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(7em, max-content) minmax(0, 1fr);
    gap: 4px 16px;
    margin: 0;
  }
  dt {
    color: var(--secondary-text-color);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  input,
  select {
    height: 44px;
  }
  summary {
    cursor: pointer;
    line-height: 32px;
  }
  summary > h2 {
    display: inline;
    font-size: 1rem;
  }
  details[open] > summary {
    margin-block-end: 8px;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (max-width: 600px) {
    section,
    .box {
      padding: 12px;
    }
    dl {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    dd {
      margin-bottom: 8px;
    }
  }
`;
