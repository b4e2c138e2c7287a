/** One request, step by step, in a dialogue window. */
import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import type { Story, StoryStep } from "../model";
import { actor, origin, outcomeTone, proved, reasons, recipient, stepTone, way } from "../services/describe";
import { troubleText } from "../services/trouble";
import { download } from "./download";
import { HomeElement, element } from "./element";
import { base } from "./styles";

@element("mg-request-story")
export class RequestStory extends HomeElement {
  static override styles = [
    base,
    css`
      dialog {
        width: min(680px, calc(100vw - 16px));
        max-height: calc(100dvh - 32px);
        padding: 20px;
        color: inherit;
        background: var(--ha-card-background, var(--card-background-color, #fff));
        border: 1px solid var(--divider-color, #e0e0e0);
        border-radius: 16px;
        overflow: auto;
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.5);
      }
      .step {
        border-inline-start: 3px solid var(--divider-color, #e0e0e0);
        padding-inline-start: 12px;
      }
      .hash {
        font-family: var(--ha-font-family-code, monospace);
        font-size: 0.75rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property() requestId = "";
  /** Changes whenever words have been erased. */
  @property({ type: Number }) erased = 0;

  @state() private story: Story | undefined;
  @state() private trouble = "";
  @state() private told = "";
  @state() private erasing = false;
  @state() private busy = false;
  @query("dialog") private readonly dialog!: HTMLDialogElement;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("requestId")) void this.load();
    else if (changed.has("erased")) void this.read();
  }

  protected override firstUpdated(): void {
    this.dialog.showModal();
  }

  private async load(): Promise<void> {
    this.story = undefined;
    this.trouble = this.told = "";
    this.erasing = false;
    await this.read();
  }

  private async read(): Promise<void> {
    const { requestId } = this;
    try {
      const story = await this.home.ask<Story>("requests/story", { request_id: requestId });
      if (requestId === this.requestId) this.story = story;
    } catch (error) {
      this.trouble = troubleText(error, this.home.texts);
    }
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    return html`<dialog aria-labelledby="title" @close=${this.closed}>
      <div class="stack">
        <div class="line">
          <h2 id="title" class="grow">
            ${this.story ? texts.say("story.title", { contact: recipient(this.story.row, texts) }) : texts.say("story.loading")}
          </h2>
          <button @click=${() => this.dialog.close()}>${texts.say("story.close")}</button>
        </div>
        ${this.story ? this.content(this.story) : nothing}
        <p role="status" class="success note" ?hidden=${!this.told}>${this.told}</p>
        <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
      </div>
    </dialog>`;
  }

  private content({ row, steps, replaces, replaced_by: replaced }: Story): TemplateResult {
    const { texts, dates } = this.home;
    const how = proved(row, texts);
    const outcome = texts.known(`outcome.${row.outcome}`) ?? row.outcome;
    return html`
      <p><span class="badge ${outcomeTone(row.outcome)}">${outcome}</span></p>
      <dl>
        <dt>${texts.say("story.at")}</dt>
        <dd>${dates.full(row.at)}</dd>
        <dt>${texts.say("story.words")}</dt>
        <dd class="words">${row.body ?? texts.say("history.no_words")}</dd>
        ${row.utterance === null
          ? nothing
          : html`<dt>${texts.say("story.said")}</dt>
              <dd class="words">${row.utterance}</dd>`}
        <dt>${texts.say("story.from")}</dt>
        <dd>${origin(row, texts)}</dd>
        <dt>${texts.say("story.way")}</dt>
        <dd>${way(row, texts)}</dd>
        ${how === undefined
          ? nothing
          : html`<dt>${texts.say("story.proved")}</dt>
              <dd>${how}</dd>`}
        ${this.other("replaces", replaces)} ${this.other("replaced_by", replaced)}
      </dl>
      <h3>${texts.say("story.steps")}</h3>
      <ol class="bare stack">
        ${steps.map((step) => this.step(step))}
      </ol>
      ${this.tools(row.words_kept)}
    `;
  }

  /** A way to the same message with other words, before or after they were changed. */
  private other(key: "replaces" | "replaced_by", request: string | null): TemplateResult | typeof nothing {
    const { texts } = this.home;
    if (request === null) return nothing;
    return html`<dt>${texts.say(`story.${key}`)}</dt>
      <dd><button @click=${() => this.open(request)}>${texts.say("story.other_words")}</button></dd>`;
  }

  private open(request: string): void {
    this.dispatchEvent(new CustomEvent("mg-open-request", { detail: request, bubbles: true, composed: true }));
  }

  private step(step: StoryStep): TemplateResult {
    const { texts, dates } = this.home;
    const who = actor(step, texts);
    const why = reasons(step.reasons, texts, this.story?.row);
    return html`<li class="step">
      <div class="line">
        <span class="badge ${stepTone(step.kind)}">${texts.known(`step.${step.kind}`) ?? step.kind}</span>
        <span class="grow">${who ?? nothing}</span>
        <span class="dim">${dates.timeWithSeconds(step.at)}</span>
      </div>
      <p>${texts.known(`story.${step.kind}`, { level: step.level === null ? "" : texts.say(`level.${step.level}`) })}</p>
      ${why.length ? html`<p>${why.join(" ")}</p>` : nothing}
      <details>
        <summary class="dim">${texts.say("story.entry", { number: step.sequence })}</summary>
        <p class="hash">${step.hash}</p>
      </details>
    </li>`;
  }

  private tools(wordsKept: boolean): TemplateResult {
    const { texts } = this.home;
    if (this.erasing) {
      return html`<div class="note warning stack">
        <p>${texts.say("erase.request_note")}</p>
        <div class="line">
          <button class="danger" ?disabled=${this.busy} @click=${this.erase}>${texts.say("erase.do")}</button>
          <button @click=${() => (this.erasing = false)}>${texts.say("erase.keep")}</button>
        </div>
      </div>`;
    }
    return html`<div class="line">
      <button ?disabled=${this.busy} @click=${this.keepProof}>${texts.say("story.evidence")}</button>
      ${wordsKept ? html`<button @click=${() => (this.erasing = true)}>${texts.say("erase.request")}</button>` : nothing}
    </div>`;
  }

  private readonly keepProof = (): Promise<void> =>
    this.work(async () => {
      const { path, name } = await this.home.ask<{ path: string; name: string }>("ledger/proof", {
        request_id: this.requestId,
      });
      download(path, name);
    });

  private readonly erase = (): Promise<void> =>
    this.work(async () => {
      await this.home.ask("ledger/erase", { scope: "request", request_id: this.requestId });
      await this.load();
      this.told = this.home.texts.say("erase.done");
    });

  private async work(task: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.trouble = this.told = "";
    try {
      await task();
    } catch (error) {
      this.trouble = troubleText(error, this.home.texts);
    } finally {
      this.busy = false;
    }
  }

  private closed(): void {
    this.open("");
  }
}
