/** One message of a conversation, from the house or to it. */
import { type TemplateResult, css, html, nothing } from "lit";
import type { Correspondence } from "../model";
import { forWhom, heading, standing } from "../services/conversation";
import type { Home } from "../services/reader";

export const conversationMessageStyles = css`
  .message {
    width: fit-content;
    max-width: min(85%, 44em);
    padding: 8px 14px;
    border: 1px solid var(--divider-color, #e0e0e0);
    border-radius: 12px;
    border-start-start-radius: 2px;
  }
  .out {
    margin-inline-start: auto;
    border-radius: 12px;
    border-start-end-radius: 2px;
    background: var(--ha-color-fill-neutral-quiet-resting, rgba(127, 127, 127, 0.12));
  }
  button.plain {
    min-height: 24px;
    padding: 0;
    justify-self: start;
    text-decoration: underline;
  }
`;

/** What `repeat` knows it by. */
export function messageKey(message: Correspondence): string {
  return message.direction === "in" ? message.message_id : message.request_id;
}

/** @param story opens the story of a request, step by step */
export function conversationMessage(message: Correspondence, home: Home, story: (request: string) => void): TemplateResult {
  const { texts, dates, clock } = home;
  const { text, tone } = standing(message, texts);
  const whom = message.direction === "in" ? forWhom(message, texts) : undefined;
  return html`<li class="message ${message.direction} stack">
    <div class="line">
      <b>${heading(message, texts)}</b><span class="dim">${dates.when(message.at, clock.read())}</span
      ><span class="badge ${tone}">${text}</span>
    </div>
    <p class="words ${message.body === null ? "dim" : ""}">${message.body ?? texts.say("history.no_words")}</p>
    ${whom === undefined ? nothing : html`<p class="dim">${whom}</p>`}
    ${message.direction === "out"
      ? html`<button class="plain dim" @click=${() => story(message.request_id)}>${texts.say("talk.story")}</button>`
      : nothing}
  </li>`;
}
