/** The check of the household's speech recognition: begun here, with progress, and stopped. */
import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { CheckedEar, EarsState } from "../model";
import { earName, earResult, earTone } from "../services/ears";
import { HomeElement, REPAIRS, element, follow } from "./element";
import { Work } from "./work";

/** How often it is asked how far it is. */
const ASK_MS = 1_000;

@element("mg-ears-check")
export class EarsCheck extends HomeElement {
  @state() private ears: EarsState | undefined;
  @state() private cloud = false;

  private readonly work = new Work(this);
  private again: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.ask("state");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.again);
  }

  protected override firstUpdated(): void {
    this.ask("state");
  }

  /** Do something, and look how it stands then; as long as one runs, again and again, lost connection or not. */
  private ask(what: "state" | "check" | "stop", fields?: { cloud: boolean }): void {
    clearTimeout(this.again);
    void this.work
      .run(async () => {
        this.ears = await this.home.ask<EarsState>(`ears/${what}`, fields);
      })
      .then(() => {
        if (this.ears?.running && this.isConnected) this.again = setTimeout(() => this.ask("state"), ASK_MS);
      });
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    return html`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${texts.say("ears.title")}</h2>
      <p class="dim">${texts.say("ears.note")}</p>
      ${this.ears === undefined ? nothing : this.content(this.ears)}
      <p role="alert" class="danger note" ?hidden=${!this.work.trouble}>${this.work.trouble}</p>
    </section>`;
  }

  private content(ears: EarsState): TemplateResult {
    const { texts } = this.home;
    if (!ears.engines.length) return html`<p>${texts.say("ears.none")}</p>`;
    if (ears.running) return this.progress(ears.progress);
    const names = new Set(ears.engines.filter(({ cloud }) => cloud).map(({ name }) => name));
    const clouds = new Intl.ListFormat(texts.language).format(names);
    const nothingToDo = !this.cloud && ears.engines.every(({ cloud }) => cloud);
    return html`
      ${ears.failed ? html`<p class="danger note">${texts.say("ears.failed")}</p>` : nothing}
      ${ears.checked === null ? nothing : this.results(ears.checked)}
      ${clouds
        ? html`<label class="line"
            ><input
              type="checkbox"
              style="width: 24px; min-height: 24px; height: 24px"
              .checked=${this.cloud}
              @change=${(event: Event) => (this.cloud = (event.target as HTMLInputElement).checked)}
            /><span class="grow">${texts.say("ears.cloud", { engines: clouds })}</span></label
          >`
        : nothing}
      <div class="line">
        <button ?disabled=${nothingToDo} @click=${() => this.ask("check", { cloud: this.cloud })}>
          ${texts.say(ears.checked === null ? "ears.do" : "ears.again")}
        </button>
      </div>
    `;
  }

  private progress(done: number): TemplateResult {
    const { texts } = this.home;
    return html`<div class="line" role="status">
      <progress class="grow" max="1" .value=${done} aria-label=${texts.say("ears.running")}></progress>
      <span>${texts.say("ears.running")}</span>
      <button @click=${() => this.ask("stop")}>${texts.say("ears.stop")}</button>
    </div>`;
  }

  private results(checked: readonly CheckedEar[]): TemplateResult {
    const { texts } = this.home;
    if (!checked.length) return html`<p>${texts.say("ears.none_tried")}</p>`;
    const bad = checked.some(({ made_up: heard }) => heard !== "nothing" && heard !== "unknown");
    return html`<div class="stack" role="status">
        ${checked.map(
          (one) => html`<p class="${earTone(one)} note"><b>${earName(one, checked, texts)}</b>: ${earResult(one, texts)}</p>`,
        )}
      </div>
      ${bad
        ? html`<div class="line">
            <span class="grow">${texts.say("ears.mend")}</span>
            <a class="button" href=${REPAIRS} @click=${follow}>${texts.say("todo.repairs")}</a>
          </div>`
        : nothing}`;
  }
}
