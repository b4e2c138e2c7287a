/** Everything that waits, and who decided what has just gone. */
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Decided, NowState } from "../model";
import { actor, names, stepTone } from "../services/describe";
import { HomeElement, element } from "./element";
import { base } from "./styles";
import "./waiting-message";

/** How long the house's answer to a press is told. */
const TOLD_MS = 10_000;

@element("mg-waiting-list")
export class WaitingList extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
    `,
  ];

  @property({ attribute: false }) now!: NowState;
  @property({ type: Boolean }) offline = false;
  /** How many of what was decided are told. */
  @property({ type: Number }) decided = 3;

  @state() private answer = "";

  private forgetting: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.addEventListener("mg-answered", (event) => {
      this.answer = (event as CustomEvent<string>).detail;
      clearTimeout(this.forgetting);
      this.forgetting = setTimeout(() => (this.answer = ""), TOLD_MS);
    });
  }

  protected override render(): TemplateResult {
    const { pending, decided, you } = this.now;
    const { texts } = this.home;
    return html`
      <p class="unseen" role="status">${pending.length ? texts.count("waiting.count", pending.length) : nothing}</p>
      ${repeat(
        pending,
        (message) => message.confirmation_id,
        (message) => html`<mg-waiting-message
          .home=${this.home}
          .message=${message}
          .you=${you}
          ?offline=${this.offline}
        ></mg-waiting-message>`,
      )}
      <p role="status" class="neutral note" ?hidden=${!this.answer}>${this.answer}</p>
      <ul class="bare stack" aria-live="polite" aria-label=${texts.say("waiting.decided")}>
        ${repeat(
          decided.slice(0, this.decided),
          (item) => item.confirmation_id,
          (item) => this.told(item),
        )}
      </ul>
    `;
  }

  private told(item: Decided): TemplateResult {
    const { texts, dates } = this.home;
    const who = actor(item, texts);
    return html`<li class="line">
      <span class="badge ${stepTone(item.step)}">${texts.known(`step.${item.step}`) ?? item.step}</span>
      <span class="grow">${names(item.contacts, texts)}${who === undefined ? nothing : ` · ${who}`}</span>
      <span class="dim">${dates.time(item.at)}</span>
    </li>`;
  }
}
