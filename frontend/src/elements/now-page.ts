/** The first page: the guard's state, what waits, what is to be done, and today. */
import { type TemplateResult, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { NowState, Overview, RequestRow } from "../model";
import { HomeElement, OUR_SETTINGS, element, follow } from "./element";
import "./guard-line";
import { requestLine, requestLineStyles } from "./request-line";
import { base } from "./styles";
import "./todo-list";
import "./unread-list";
import "./waiting-list";

const COUNTED = ["sent", "declined", "refused", "expired", "failed", "observed"] as const;

@element("mg-now-page")
export class NowPage extends HomeElement {
  static override styles = [
    base,
    requestLineStyles,
    css`
      :host {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
      .counts {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 24px;
      }
      .counts b {
        font-size: 1.25rem;
        font-weight: 500;
        margin-inline-end: 4px;
      }
    `,
  ];

  @property({ attribute: false }) now!: NowState;
  @property({ attribute: false }) overview: Overview | undefined;
  @property({ type: Boolean }) offline = false;

  protected override render(): TemplateResult {
    const { now, overview, home } = this;
    const begins = overview?.running === true && overview.contacts === 0;
    return html`
      ${now.guard === null
        ? nothing
        : html`<mg-guard-line .home=${home} .guard=${now.guard} .you=${now.you} ?offline=${this.offline}></mg-guard-line>`}
      ${begins && !now.pending.length
        ? this.firstSteps(overview)
        : html`<mg-waiting-list .home=${home} .now=${now} ?offline=${this.offline}></mg-waiting-list>
            ${now.pending.length || now.guard?.state === "not_running"
              ? nothing
              : html`<p class="dim">${home.texts.say("now.nothing_waits")}</p>`}
            <mg-unread-list .home=${home} .unread=${now.unread} ?offline=${this.offline}></mg-unread-list>
            ${overview?.running ? this.rest(overview) : nothing}`}
    `;
  }

  private rest(overview: Overview): TemplateResult {
    return html`
      <mg-todo-list .home=${this.home} .todo=${overview.todo} ?offline=${this.offline}></mg-todo-list>
      ${this.today(overview)}
    `;
  }

  private today(overview: Overview): TemplateResult {
    const { texts } = this.home;
    const counted = COUNTED.filter((key) => overview.today[key]);
    return html`<section class="stack" aria-labelledby="today">
      <h2 id="today">${texts.say("now.today")}</h2>
      ${counted.length
        ? html`<p class="counts">
            ${counted.map((key) => html`<span><b>${overview.today[key]}</b>${texts.say(`counted.${key}`)}</span>`)}
          </p>`
        : html`<p class="dim">${texts.say("now.nothing_today")}</p>`}
      ${overview.last.length
        ? html`<h3>${texts.say("now.last")}</h3>
            <ul class="bare">
              ${overview.last.map((row) => html`<li>${requestLine(row, this.home, this.open)}</li>`)}
            </ul>`
        : nothing}
    </section>`;
  }

  private firstSteps(overview: Overview): TemplateResult {
    const { texts } = this.home;
    const link = html`<a class="button" href=${OUR_SETTINGS} @click=${follow}>${texts.say("first.open")}</a>`;
    return html`<section class="stack" aria-labelledby="first">
      <h2 id="first">${texts.say("first.title")}</h2>
      <ol class="stack">
        <li>${texts.say("first.contact")}</li>
        <li>${texts.say(overview.assistants ? "first.assistant_done" : "first.assistant")}</li>
        <li>${texts.say("first.say")}</li>
      </ol>
      <div class="line">${link}</div>
    </section>`;
  }

  private readonly open = (row: RequestRow): void => {
    this.dispatchEvent(new CustomEvent("mg-open-request", { detail: row.request_id, bubbles: true, composed: true }));
  };
}
