/** Conversations: who wrote what, when, both ways, with one person or everybody; the newest first. */
import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Correspondence, CorrespondencePage, Named } from "../model";
import { Pages } from "../services/pages";
import { troubleText } from "../services/trouble";
import { conversationMessage, conversationMessageStyles, messageKey } from "./conversation-message";
import { HomeElement, element } from "./element";
import { base } from "./styles";

const PAGE_ROWS = 20;

@element("mg-conversations")
export class Conversations extends HomeElement {
  static override styles = [base, conversationMessageStyles];

  @property({ attribute: false }) contacts: readonly Named[] = [];
  /** Changes whenever anything has been sent, has come in, has been read, or has lost its words. */
  @property() latest = "";

  @state() private open = false;
  @state() private contact = "";
  @state() private pages: Pages<Correspondence> | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.open && this.hasUpdated && changed.has("latest")) void this.begin();
  }

  /** What stands there stays until the new is there. */
  private async begin(): Promise<void> {
    const { contact } = this;
    const pages: Pages<Correspondence> = new Pages<Correspondence>(
      (before) =>
        this.home.ask<CorrespondencePage>("conversation/page", {
          limit: PAGE_ROWS,
          ...(contact ? { contact_id: contact } : {}),
          ...(before === null ? {} : { before }),
        }),
      () => this.requestUpdate(),
    );
    await pages.more();
    if (contact === this.contact) this.pages = pages;
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    return html`<section>
      <details @toggle=${this.toggled}>
        <summary><h2>${texts.say("talk.title")}</h2></summary>
        ${this.open ? this.content() : nothing}
      </details>
    </section>`;
  }

  private readonly toggled = (event: Event): void => {
    this.open = (event.target as HTMLDetailsElement).open;
    if (this.open) void this.begin();
  };

  private content(): TemplateResult {
    const { texts } = this.home;
    return html`<div class="stack">
      <label
        >${texts.say("talk.person")}<select @change=${this.chosen}>
          <option value="">${texts.say("talk.everybody")}</option>
          ${this.contacts.map(({ id, name }) => html`<option value=${id}>${name ?? texts.say("who.removed")}</option>`)}
        </select></label
      >
      ${this.pages === undefined ? html`<p class="dim" role="status">${texts.say("history.loading")}</p>` : this.messages(this.pages)}
    </div>`;
  }

  private readonly chosen = (event: Event): void => {
    this.contact = (event.target as HTMLSelectElement).value;
    void this.begin();
  };

  private messages(pages: Pages<Correspondence>): TemplateResult {
    const { texts } = this.home;
    const { rows, trouble, complete, loading } = pages;
    const again = texts.say(trouble ? "history.again" : "talk.earlier");
    return html`
      <ul class="bare stack" aria-label=${texts.say("talk.title")}>
        ${repeat(rows, messageKey, (message) => conversationMessage(message, this.home, this.story))}
      </ul>
      ${complete && !rows.length ? html`<p class="dim">${texts.say("talk.nothing")}</p>` : nothing}
      ${trouble ? html`<p role="alert" class="danger note">${troubleText(trouble, texts)}</p>` : nothing}
      ${complete ? nothing : html`<button ?disabled=${loading} @click=${() => pages.more()}>${again}</button>`}
    `;
  }

  private readonly story = (request: string): void => {
    this.dispatchEvent(new CustomEvent("mg-open-request", { detail: request, bubbles: true, composed: true }));
  };
}
