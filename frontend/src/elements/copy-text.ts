/** A text to keep elsewhere, with a button that copies it. */
import { type TemplateResult, css, html } from "lit";
import { property, query, state } from "lit/decorators.js";
import { HomeElement, element } from "./element";
import { base } from "./styles";

const TOLD_MS = 3000;

@element("mg-copy-text")
export class CopyText extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      textarea {
        font-family: var(--ha-font-family-code, monospace);
        font-size: 13px;
        word-break: break-all;
      }
    `,
  ];

  @property() text = "";
  @property() name = "";
  @property({ type: Number }) lines = 2;

  @state() private copied = false;
  @query("textarea") private readonly area!: HTMLTextAreaElement;

  protected override render(): TemplateResult {
    const { texts } = this.home;
    return html`<div class="stack">
      <label>${this.name}<textarea readonly rows=${this.lines} .value=${this.text}></textarea></label>
      <div class="line">
        <button @click=${this.copy}>${texts.say("copy.copy")}</button>
        <span role="status" class="dim">${this.copied ? texts.say("copy.copied") : ""}</span>
      </div>
    </div>`;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      // Without https a page may not use the clipboard: what is marked can still be copied.
      this.area.select();
      document.execCommand("copy");
    }
    this.copied = true;
    setTimeout(() => (this.copied = false), TOLD_MS);
  }
}
