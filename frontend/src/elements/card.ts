/** The dashboard card: what waits, with its buttons, and what nobody has read; small when there is neither. */
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { HomeAssistant, Localize } from "../home-assistant";
import { type CardConfig, FORM_SCHEMA, checked } from "../services/card-config";
import { conversationMark } from "../services/conversation";
import { Following } from "../services/following";
import { type Home, Reader } from "../services/reader";
import { Texts } from "../services/texts";
import { troubleText } from "../services/trouble";
import { element, navigate } from "./element";
import "./last-messages";
import { requestLine, requestLineStyles } from "./request-line";
import { base } from "./styles";
import "./unread-list";
import "./waiting-list";

@element("message-guard-card")
export class Card extends LitElement {
  static override styles = [
    base,
    requestLineStyles,
    css`
      :host {
        display: block;
      }
      .card {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
        padding: 12px 16px;
        background: var(--ha-card-background, var(--card-background-color, #fff));
        border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
        border-radius: var(--ha-card-border-radius, 12px);
      }
      .request {
        grid-template-columns: minmax(0, 1fr) auto;
        grid-template-rows: 22px 22px;
        align-content: center;
        line-height: 22px;
      }
      .request .at {
        order: 4;
        justify-self: end;
      }
      .request .body {
        order: 3;
      }
      .request .from {
        display: none;
      }
    `,
  ];

  /** Whether the card is shown in an editor, where it must be seen. */
  @property({ type: Boolean }) preview = false;

  @state() private config: CardConfig | undefined;
  @state() private home: Home | undefined;

  private house: HomeAssistant | undefined;
  private following: Following | undefined;
  private readonly reader = new Reader((home) => {
    this.home = home;
    this.style.colorScheme = home.dark ? "dark" : "light";
    this.follow();
  });

  static getStubConfig(): Omit<CardConfig, "type"> {
    return { hide_when_empty: false, last: 0, conversation: 0 };
  }

  static getConfigForm(): unknown {
    const label = (key: string) => (field: { name: string }, localize: Localize) =>
      new Texts(localize, "en").known(`card.${field.name}${key}`) ?? (key ? "" : field.name);
    return { schema: FORM_SCHEMA, computeLabel: label(""), computeHelper: label("_help"), assertConfig: checked };
  }

  @property({ attribute: false, noAccessor: true })
  set hass(hass: HomeAssistant) {
    this.house = hass;
    this.reader.set(hass);
  }

  setConfig(config: unknown): void {
    this.config = checked(config);
    this.restart();
  }

  getCardSize(): number {
    const { pending, unread } = this.following?.view.now ?? {};
    const { last = 0, conversation = 0 } = this.config ?? {};
    return 1 + 4 * (pending?.length ?? 0) + 2 * (unread?.length ?? 0) + last + 2 * conversation;
  }

  getGridOptions(): Record<string, number | string> {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.following?.stop();
    this.following = undefined;
  }

  private restart(): void {
    this.following?.stop();
    this.following = undefined;
    this.follow();
  }

  private follow(): void {
    if (this.following || !this.isConnected || !this.house || !this.home || !this.config) return;
    const withPast = (this.config.last ?? 0) > 0 || (this.config.conversation ?? 0) > 0;
    this.following = new Following(this.house.connection, this.home.clock, withPast, () => this.requestUpdate());
    this.following.start();
  }

  protected override updated(): void {
    const { now, trouble } = this.following?.view ?? {};
    const empty = !now?.pending.length && !now?.decided.length && !now?.unread.length && trouble === undefined;
    const hidden = empty && now?.guard?.state !== "not_running" && this.config?.hide_when_empty === true && !this.preview;
    if (hidden === this.hidden) return;
    this.hidden = hidden;
    // Home Assistant closes the gap that a hidden card would leave.
    this.dispatchEvent(new CustomEvent("card-visibility-changed", { detail: { value: !hidden }, bubbles: true, composed: true }));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { home, config } = this;
    if (!home || !config) return nothing;
    const { texts } = home;
    const { now, trouble } = this.following?.view ?? {};
    return html`<div class="card">
      ${config.title ? html`<h2>${config.title}</h2>` : nothing}
      ${trouble === undefined ? nothing : html`<p role="alert" class="warning note">${troubleText(trouble, texts)}</p>`}
      ${now ? this.content(home) : nothing}
    </div>`;
  }

  private content(home: Home): TemplateResult {
    const { texts } = home;
    const { now, overview, trouble } = this.following!.view;
    const { last = 0, conversation = 0 } = this.config!;
    if (now!.you.role === "nobody") return html`<p class="dim">${texts.say("page.nothing_for_you")}</p>`;
    const state = now!.guard?.state;
    return html`
      ${state === "off" || state === "not_running"
        ? html`<p class="${state === "off" ? "warning" : "danger"} note">${texts.say(`guard.${state}`)}</p>`
        : nothing}
      <mg-waiting-list
        ?hidden=${!now!.pending.length && !now!.decided.length}
        .home=${home}
        .now=${now}
        .decided=${1}
        ?offline=${trouble !== undefined}
      ></mg-waiting-list>
      ${now!.pending.length ? nothing : html`<p class="dim">${texts.say("now.nothing_waits")}</p>`}
      <mg-unread-list .home=${home} .unread=${now!.unread} ?offline=${trouble !== undefined}></mg-unread-list>
      ${overview && last
        ? html`<ul class="bare">
            ${overview.last.slice(0, last).map((row) => html`<li>${requestLine(row, home, open)}</li>`)}
          </ul>`
        : nothing}
      ${overview?.running && conversation
        ? html`<mg-last-messages
            .home=${home}
            .count=${conversation}
            .waiting=${now!.pending.flatMap(({ request_ids: ids }) => ids).join(" ")}
            .latest=${conversationMark(now!, overview)}
            .story=${story}
          ></mg-last-messages>`
        : nothing}
    `;
  }
}

function open({ request_id: request }: { readonly request_id: string }): void {
  story(request);
}

function story(request: string): void {
  navigate(`/message-guard/history?request=${encodeURIComponent(request)}`);
}
