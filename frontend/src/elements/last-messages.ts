/** The end of the conversations: the last messages from the house and to it, for a dashboard. */
import { type PropertyValues, type TemplateResult, html } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Correspondence, CorrespondencePage } from "../model";
import { ended } from "../services/conversation";
import { troubleText } from "../services/trouble";
import { conversationMessage, conversationMessageStyles, messageKey } from "./conversation-message";
import { HomeElement, element } from "./element";
import { base } from "./styles";

@element("mg-last-messages")
export class LastMessages extends HomeElement {
  static override styles = [base, conversationMessageStyles];

  /** How many, at most. */
  @property({ type: Number }) count = 0;
  /** The requests that wait, by their ids: they stand above, with their buttons. */
  @property() waiting = "";
  /** Changes whenever anything has been sent, has come in, has been read, or has lost its words. */
  @property() latest = "";
  /** Opens the story of a request. */
  @property({ attribute: false }) story!: (request: string) => void;

  @state() private rows: readonly Correspondence[] | undefined;
  @state() private trouble: unknown;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("latest") || changed.has("count") || changed.has("waiting")) void this.renew();
  }

  /** What stands there stays until the new is there; an answer that has been overtaken is none. */
  private async renew(): Promise<void> {
    const { latest, count, waiting } = this;
    const ids = waiting.split(" ").filter(Boolean);
    const overtaken = () => latest !== this.latest || count !== this.count || waiting !== this.waiting;
    try {
      const { rows } = await this.home.ask<CorrespondencePage>("conversation/page", { limit: count + ids.length });
      if (overtaken()) return;
      this.rows = ended(rows, ids).slice(0, count);
      this.trouble = undefined;
    } catch (error) {
      if (overtaken()) return;
      this.rows = undefined;
      this.trouble = error;
    }
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    if (this.trouble !== undefined) return html`<p role="alert" class="warning note">${troubleText(this.trouble, texts)}</p>`;
    if (this.rows === undefined) return html`<p class="dim" role="status">${texts.say("history.loading")}</p>`;
    if (!this.rows.length) return html`<p class="dim">${texts.say("talk.nothing")}</p>`;
    return html`<ul class="bare stack" aria-label=${texts.say("talk.title")}>
      ${repeat(this.rows, messageKey, (message) => conversationMessage(message, this.home, this.story))}
    </ul>`;
  }
}
