/** The past: one row for each request, filtered, counted, and each with its story. */
import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { FilterChoices, RequestPage, RequestRow, Statistics } from "../model";
import type { Filters } from "../services/address";
import { isBack } from "../services/following";
import { Pages } from "../services/pages";
import "./bar-chart";
import "./conversations";
import { HomeElement, element } from "./element";
import "./history-filters";
import "./ledger-tools";
import "./request-list";
import { base } from "./styles";

const PAGE_ROWS = 100;
const DAYS = 30;

@element("mg-history-page")
export class HistoryPage extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
      .charts {
        display: grid;
        gap: 16px 32px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr));
      }
    `,
  ];

  @property({ attribute: false }) filters: Filters = {};
  /** Changes whenever a request has taken a step. */
  @property() latest = "";
  /** Changes whenever a message has come in, or has been read. */
  @property() came = "";
  /** Changes whenever words have been erased elsewhere. */
  @property({ type: Number }) erased = 0;
  /** Whether there is a guard to ask; undefined before that is known. */
  @property({ attribute: false }) ready: boolean | undefined;
  @property({ type: Boolean }) narrow = false;

  @state() private pages!: Pages<RequestRow>;
  @state() private revision = 0;
  @state() private choices: FilterChoices | undefined;
  @state() private statistics: Statistics | undefined;
  @state() private newer = false;

  constructor() {
    super();
    this.addEventListener("mg-erased", this.anew);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const back = changed.has("ready") && isBack(this.ready, changed.get("ready"));
    if (back || (this.hasUpdated && changed.has("erased"))) this.anew();
    else if (changed.has("filters")) this.begin();
    else if (changed.get("latest")) this.newer = true;
  }

  protected override firstUpdated(): void {
    void this.count();
  }

  /** All of it once more: the rows, and how many there are. */
  private readonly anew = (): void => {
    this.begin();
    void this.count();
  };

  private begin(): void {
    this.newer = false;
    const pages: Pages<RequestRow> = new Pages<RequestRow>(
      (before) =>
        this.home.ask<RequestPage>("requests/page", {
          ...this.filters,
          limit: PAGE_ROWS,
          ...(before === null ? {} : { before }),
        }),
      () => {
        if (pages === this.pages) this.revision += 1;
      },
    );
    this.pages = pages;
    this.revision += 1;
  }

  /** The charts and the choices are no reason to keep anybody waiting for the rows. */
  private async count(): Promise<void> {
    try {
      this.choices = await this.home.ask<FilterChoices>("requests/filters");
      this.statistics = await this.home.ask<Statistics>("requests/statistics", { days: DAYS });
    } catch {
      // The list tells what is wrong.
    }
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    return html`
      <section>
        <details ?open=${!this.narrow}>
          <summary><h2>${texts.say("history.charts")}</h2></summary>
          ${this.statistics ? this.charts(this.statistics) : nothing}
        </details>
      </section>
      <mg-conversations
        .home=${this.home}
        .contacts=${this.choices?.contacts ?? []}
        .latest=${`${this.latest} ${this.came} ${this.erased}`}
      ></mg-conversations>
      <mg-ledger-tools .home=${this.home} .choices=${this.choices}></mg-ledger-tools>
      <section class="stack" aria-labelledby="requests">
        <div class="line">
          <h2 id="requests" class="grow">${texts.say("history.requests")}</h2>
          ${this.choices ? html`<span class="dim">${texts.count("history.total", this.choices.total)}</span>` : nothing}
        </div>
        <mg-history-filters
          .home=${this.home}
          .filters=${this.filters}
          .choices=${this.choices}
        ></mg-history-filters>
        ${this.newer ? html`<button @click=${this.anew}>${texts.say("history.newer")}</button>` : nothing}
        <mg-request-list .home=${this.home} .pages=${this.pages} .revision=${this.revision}></mg-request-list>
      </section>
    `;
  }

  private charts({ days, hours }: Statistics): TemplateResult {
    const { texts, dates } = this.home;
    return html`<div class="charts">
      <mg-bar-chart
        .home=${this.home}
        .rows=${days}
        .names=${days.map(({ day }) => dates.day(day))}
        .heading=${texts.count("history.by_day", days.length)}
      ></mg-bar-chart>
      <mg-bar-chart
        .home=${this.home}
        .rows=${hours}
        .names=${hours.map(({ hour }) => String(hour))}
        .heading=${texts.say("history.by_hour")}
      ></mg-bar-chart>
    </div>`;
  }
}
