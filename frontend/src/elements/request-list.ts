/**
 * An endless list of requests. Only the rows on the screen and some beyond are painted: 5,000 rows as a plain list take
 * seconds, a window of them milliseconds.
 */
import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import type { RequestRow } from "../model";
import type { Pages } from "../services/pages";
import { ROW_HEIGHT, type RowWindow, nearEnd, rowWindow } from "../services/row-window";
import { troubleText } from "../services/trouble";
import { HomeElement, element } from "./element";
import { requestLine, requestLineStyles } from "./request-line";
import { scrollerOf } from "./scroller";
import { base } from "./styles";

@element("mg-request-list")
export class RequestList extends HomeElement {
  static override styles = [
    base,
    requestLineStyles,
    css`
      :host {
        display: block;
      }
      .all {
        position: relative;
        overflow-anchor: none;
      }
      .row {
        position: absolute;
        inset-inline: 0;
        height: 48px;
        contain: strict;
      }
    `,
  ];

  @property({ attribute: false }) pages!: Pages<RequestRow>;
  /** Changes whenever the pages have. */
  @property({ type: Number }) revision = 0;

  @state() private shown: RowWindow = { first: 0, end: 0 };

  private scroller: HTMLElement | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.scroller = scrollerOf(this);
    this.scroller.addEventListener("scroll", this.look, { passive: true });
    window.addEventListener("resize", this.look);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.scroller?.removeEventListener("scroll", this.look);
    window.removeEventListener("resize", this.look);
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    const { rows, trouble, loading, begun } = this.pages;
    return html`
      <div
        class="all"
        role="list"
        aria-label=${texts.say("history.requests")}
        aria-busy=${loading}
        style=${styleMap({ height: `${rows.length * ROW_HEIGHT}px` })}
      >
        ${repeat(
          rows.slice(this.shown.first, this.shown.end),
          ({ request_id: id }) => id,
          (row, index) => this.row(row, this.shown.first + index),
        )}
      </div>
      ${begun && !loading && !rows.length && !trouble
        ? html`<p class="dim">${texts.say("history.nothing")}</p>`
        : nothing}
      ${loading ? html`<p class="dim" role="status">${texts.say("history.loading")}</p>` : nothing}
      ${trouble
        ? html`<p role="alert" class="danger note line">
            <span class="grow">${troubleText(trouble, texts)}</span>
            <button @click=${() => this.more()}>${texts.say("history.again")}</button>
          </p>`
        : nothing}
    `;
  }

  private row(row: RequestRow, index: number): TemplateResult {
    const size = this.pages.complete ? this.pages.rows.length : -1;
    return html`<div
      class="row"
      role="listitem"
      aria-posinset=${index + 1}
      aria-setsize=${size}
      style=${styleMap({ top: `${index * ROW_HEIGHT}px` })}
    >
      ${guard([row, this.home], () => requestLine(row, this.home, this.open))}
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("pages") || changed.has("revision")) this.look();
  }

  private readonly look = (): void => {
    const { scroller } = this;
    if (scroller === undefined) return;
    const visible = scroller.clientHeight;
    const top = scroller.getBoundingClientRect().top - this.getBoundingClientRect().top;
    const { length } = this.pages.rows;
    const shown = rowWindow(top, visible, length);
    if (shown.first !== this.shown.first || shown.end !== this.shown.end) this.shown = shown;
    const { complete, loading, trouble } = this.pages;
    if (!complete && !loading && trouble === undefined && nearEnd(shown, length)) this.more();
  };

  private more(): void {
    void this.pages.more();
    this.requestUpdate();
  }

  private readonly open = (row: RequestRow): void => {
    this.dispatchEvent(new CustomEvent("mg-open-request", { detail: row.request_id, bubbles: true, composed: true }));
  };
}
