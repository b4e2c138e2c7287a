/** A message that waits: what it says, where it comes from, what it needs, and the two buttons. */
import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Answered, Pending, You } from "../model";
import { minutes } from "../services/countdown";
import { names, origin, reasons, way, whichPin, whyNot } from "../services/describe";
import { keyOf, troubleText } from "../services/trouble";
import { HomeElement, element } from "./element";
import { base } from "./styles";
import { Ticking } from "./ticking";

/** Characters that the server takes. */
const LONGEST_BODY = 2000;

/** Below this many seconds the countdown is urgent. */
const SOON = 10;

@element("mg-waiting-message")
export class WaitingMessage extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .body {
        font-size: 1.25rem;
        line-height: 1.4;
        border-inline-start: 3px solid var(--secondary-text-color);
        padding-inline-start: 12px;
      }
      h2 {
        font-size: 1rem;
      }
      .left {
        font-variant-numeric: tabular-nums;
      }
      .decide button {
        flex: 1 1 8em;
        min-height: 48px;
      }
    `,
  ];

  @property({ attribute: false }) message!: Pending;
  @property({ attribute: false }) you!: You;
  /** The line is cut: nothing can be decided. */
  @property({ type: Boolean }) offline = false;

  @state() private busy = false;
  @state() private trouble = "";
  @state() private changing: string | undefined;
  @state() private pin = "";

  constructor() {
    super();
    new Ticking(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("message");
    if (before && before.confirmation_id !== this.message.confirmation_id) {
      this.trouble = this.pin = "";
      this.changing = undefined;
    } else if (before && before.bound !== this.message.bound) {
      // Others have joined: who was about to press has seen fewer.
      this.trouble = this.home.texts.exception("not_as_seen", {}) ?? "";
      this.pin = "";
    }
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    const { message } = this;
    return html`
      <article class="box stack" aria-labelledby="to">
        <div class="line">
          <h2 id="to" class="grow">${texts.say("waiting.to", { contact: names(message.contacts, texts) })}</h2>
          ${this.countdown()}
        </div>
        ${this.changing === undefined ? this.words() : this.form(this.changing)}
        <p class="dim">${origin(message, texts)} · ${way(message, texts)}</p>
        ${this.needs()} ${this.changing === undefined ? this.buttons() : nothing}
        <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
      </article>
    `;
  }

  private countdown(): TemplateResult {
    const { texts, clock } = this.home;
    const seconds = clock.until(this.message.expires_at);
    const left = minutes(seconds);
    return html`<span
      class="badge left ${seconds <= SOON ? "danger" : "neutral"}"
      role="timer"
      aria-label=${texts.say("waiting.left", { time: left })}
      >${left}</span
    >`;
  }

  private words(): TemplateResult {
    const { texts } = this.home;
    const { body, title, extras } = this.message;
    const others = extras.filter((name) => name !== "title");
    return html`
      ${title ? html`<p class="words"><strong>${title}</strong></p>` : nothing}
      <p class="body words" id="body">${body}</p>
      ${others.length ? html`<p class="dim">${texts.say("waiting.also", { fields: others.join(", ") })}</p>` : nothing}
    `;
  }

  private needs(): TemplateResult {
    const { texts } = this.home;
    const { level, usual_level: usual } = this.message;
    const why = level === usual ? [] : reasons(this.message.reasons, texts, this.message);
    return html`
      <p>
        ${texts.say("waiting.needs", { level: texts.say(`level.${level}`) })}
        ${why.length ? html`<span class="dim">${why.join(" ")}</span>` : nothing}
      </p>
    `;
  }

  private buttons(): TemplateResult {
    const { texts } = this.home;
    const { you } = this;
    const stopped = this.busy || this.offline;
    const why = whyNot(you, this.message, texts);
    const may = you.may_approve && this.message.why_not === null;
    return html`
      ${may && you.needs_pin ? this.pinField() : nothing}
      <div class="line decide">
        ${may
          ? html`<button
              class="success"
              ?disabled=${stopped || (you.needs_pin && !this.pin)}
              aria-describedby="to"
              @click=${this.approve}
            >
              ${texts.say("waiting.send")}
            </button>`
          : nothing}
        <button
          class="danger"
          ?disabled=${stopped}
          aria-describedby="to"
          @click=${this.decline}
        >
          ${texts.say("waiting.decline")}
        </button>
        ${you.can_edit && this.message.editable
          ? html`<button ?disabled=${stopped} @click=${this.change}>${texts.say("waiting.change")}</button>`
          : nothing}
      </div>
      ${why === undefined ? nothing : html`<p class="dim">${why}</p>`}
    `;
  }

  private pinField(): TemplateResult {
    return html`<label
      >${whichPin(this.message, this.home.texts)}<input
        type="password"
        inputmode="numeric"
        autocomplete="off"
        maxlength="10"
        .value=${this.pin}
        @input=${(event: InputEvent) => (this.pin = (event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === "Enter" && this.pin && !this.busy && !this.offline) void this.approve();
        }}
    /></label>`;
  }

  private form(text: string): TemplateResult {
    const { texts } = this.home;
    return html`
      <label
        >${texts.say("waiting.words")}<textarea
          rows="3"
          maxlength=${LONGEST_BODY}
          .value=${text}
          @input=${(event: InputEvent) => (this.changing = (event.target as HTMLTextAreaElement).value)}
        ></textarea>
      </label>
      <p class="dim">${texts.say("waiting.change_note")}</p>
      <div class="line">
        <button class="success" ?disabled=${this.busy || this.offline || !text.trim()} @click=${this.save}>
          ${texts.say("waiting.ask_again")}
        </button>
        <button @click=${() => (this.changing = undefined)}>${texts.say("waiting.keep")}</button>
      </div>
    `;
  }

  private async change(): Promise<void> {
    this.changing = this.message.body;
    await this.updateComplete;
    this.renderRoot.querySelector("textarea")?.focus();
  }

  private readonly approve = (): Promise<void> =>
    this.decide((what) => (this.you.needs_pin ? this.home.prove(this.pin, what) : this.home.ask("pending/approve", what)));

  private readonly decline = (): Promise<void> => this.decide((what) => this.home.ask("pending/decline", { confirmation_id: what.confirmation_id }));

  private readonly save = (): Promise<void> =>
    this.decide((what) => this.home.ask("pending/edit", { ...what, body: this.changing }));

  /** What is decided leaves the list by the server's word; here only what went wrong is told. */
  private async decide(asking: (what: { confirmation_id: string; bound: string }) => Promise<Answered>): Promise<void> {
    this.busy = true;
    this.trouble = "";
    try {
      const answer = await asking({ confirmation_id: this.message.confirmation_id, bound: this.message.bound });
      this.changing = undefined;
      this.dispatchEvent(new CustomEvent("mg-answered", { detail: answer.text, bubbles: true, composed: true }));
    } catch (error) {
      // Somebody else was quicker: the list has told that already.
      if (keyOf(error) !== "not_pending") this.trouble = troubleText(error, this.home.texts);
    } finally {
      this.busy = false;
      this.pin = "";
    }
  }
}
