/** What people have written to the house and nobody has read or heard yet. */
import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Unread } from "../model";
import { names } from "../services/describe";
import { HomeElement, element } from "./element";
import { base } from "./styles";
import { Work } from "./work";

@element("mg-unread-list")
export class UnreadList extends HomeElement {
  static override styles = [
    base,
    css`
      li + li {
        border-block-start: 1px solid var(--divider-color, #e0e0e0);
        padding-block-start: 12px;
      }
    `,
  ];

  @property({ attribute: false }) unread: readonly Unread[] = [];
  @property({ type: Boolean }) offline = false;

  private readonly work = new Work(this);

  protected override render(): TemplateResult | typeof nothing {
    const { texts, dates, clock } = this.home;
    if (!this.unread.length) return nothing;
    return html`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${texts.say("unread.title")}</h2>
      <ul class="bare stack">
        ${repeat(
          this.unread,
          (message) => message.message_id,
          (message) => html`<li class="line">
            <div class="grow">
              <p class="dim">
                ${texts.say("unread.from", { contact: names([message.contact], texts) })} ·
                ${dates.when(message.at, clock.read())}
              </p>
              <p class="words">${message.body}</p>
            </div>
            <button
              ?disabled=${this.offline || this.work.busy}
              aria-label="${texts.say("unread.read")}: ${names([message.contact], texts)}"
              @click=${() => this.read(message)}
            >
              ${texts.say("unread.read")}
            </button>
          </li>`,
        )}
      </ul>
      <p role="alert" class="danger note" ?hidden=${!this.work.trouble}>${this.work.trouble}</p>
    </section>`;
  }

  /** The list itself comes anew from the server. */
  private read({ message_id }: Unread): void {
    void this.work.run(() => this.home.ask("messages/read", { message_id }));
  }
}
