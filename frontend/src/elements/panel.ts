/** The panel: its head, its four pages, and who may see which of them. */
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { HomeAssistant, PanelInfo, Route } from "../home-assistant";
import { type Address, type Filters, PAGES, type PageName, read, write } from "../services/address";
import { Following, isReady } from "../services/following";
import { isNewer } from "../services/module";
import { type Home, Reader } from "../services/reader";
import { troubleText } from "../services/trouble";
import { element, navigate } from "./element";
import "./history-page";
import "./now-page";
import "./people-page";
import "./request-story";
import "./safety-page";
import { base } from "./styles";

@element("message-guard-panel")
export class Panel extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100vh;
        height: 100dvh;
        background: var(--primary-background-color);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 16px;
        padding: env(safe-area-inset-top) 16px 0;
        background: var(--ha-card-background, var(--card-background-color, #fff));
        border-block-end: 1px solid var(--divider-color, #e0e0e0);
      }
      h1 {
        font-size: 1.25rem;
        font-weight: 400;
        margin: 0;
        line-height: 56px;
      }
      .menu {
        width: 48px;
        min-height: 48px;
        padding: 0;
        margin-inline-start: -12px;
      }
      .menu svg {
        width: 24px;
        height: 24px;
      }
      nav {
        display: flex;
        overflow-x: auto;
      }
      nav a {
        display: block;
        padding: 0 12px;
        line-height: 48px;
        text-decoration: none;
        white-space: nowrap;
        border-block-end: 3px solid transparent;
      }
      nav a[aria-current] {
        font-weight: 500;
        border-color: var(--primary-text-color);
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      main {
        flex: 1;
        overflow: auto;
        padding: 16px;
        padding-block-end: calc(16px + env(safe-area-inset-bottom));
      }
      .content {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
        max-width: 1100px;
        margin: 0 auto;
      }
      @media (max-width: 600px) {
        header {
          padding-inline: 12px;
        }
        nav {
          margin: 0 -12px;
          width: calc(100% + 24px);
        }
        main {
          padding-inline: 8px;
        }
      }
    `,
  ];

  @property({ type: Boolean }) narrow = false;
  @property({ attribute: false }) route: Route | undefined;
  @property({ attribute: false }) panel: PanelInfo | undefined;

  @state() private home: Home | undefined;

  private house: HomeAssistant | undefined;
  private following: Following | undefined;
  private address: Address = { page: "now", filters: {} };
  private readonly reader = new Reader((home) => {
    this.home = home;
    this.style.colorScheme = home.dark ? "dark" : "light";
    this.follow();
  });

  /**
   * Set with every state that changes in the house; next to none of them matter here. Declared, so that what was set before
   * the element was defined is not lost.
   */
  @property({ attribute: false, noAccessor: true })
  set hass(hass: HomeAssistant) {
    this.house = hass;
    this.reader.set(hass);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("location-changed", this.moved);
    window.addEventListener("popstate", this.moved);
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("location-changed", this.moved);
    window.removeEventListener("popstate", this.moved);
    this.following?.stop();
    this.following = undefined;
  }

  private readonly moved = (): void => this.requestUpdate();

  private follow(): void {
    if (this.following || !this.isConnected || !this.house || !this.home) return;
    this.following = new Following(this.house.connection, this.home.clock, true, () => this.requestUpdate());
    this.following.start();
  }

  private get root(): string {
    return this.route?.prefix ?? "/message-guard";
  }

  protected override willUpdate(): void {
    const { pathname, search } = window.location;
    if (!pathname.startsWith(this.root)) return;
    const address = read(pathname.slice(this.root.length), search);
    // The same filters stay the same object: another one begins the list anew.
    const same = JSON.stringify(address.filters) === JSON.stringify(this.address.filters);
    this.address = same ? { ...address, filters: this.address.filters } : address;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.home) return nothing;
    const { texts } = this.home;
    const { now, trouble } = this.following?.view ?? {};
    const all = now?.you.role === "administrator";
    return html`
      <header>
        ${this.narrow ? this.menu() : nothing}
        <h1>${texts.say("page.title")}</h1>
        ${all ? this.tabs() : nothing}
      </header>
      <main>
        <div class="content">
          ${trouble === undefined
            ? nothing
            : html`<p role="alert" class="warning note">${troubleText(trouble, texts)}</p>`}
          ${isNewer(now?.module, import.meta.url) ? this.reload() : nothing} ${this.page()}
        </div>
      </main>
      ${all && this.address.request
        ? html`<mg-request-story
            .home=${this.home}
            .requestId=${this.address.request}
            .erased=${this.following?.view.overview?.erased ?? 0}
            @mg-open-request=${this.openRequest}
          ></mg-request-story>`
        : nothing}
    `;
  }

  private menu(): TemplateResult {
    return html`<button
      class="plain menu"
      aria-label=${this.home!.texts.say("page.menu")}
      @click=${() => this.dispatchEvent(new CustomEvent("hass-toggle-menu", { bubbles: true, composed: true }))}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path fill="currentColor" d="M3 6h18v2H3V6m0 5h18v2H3v-2m0 5h18v2H3v-2Z"></path>
      </svg>
    </button>`;
  }

  private tabs(): TemplateResult {
    const { texts } = this.home!;
    return html`<nav aria-label=${texts.say("page.pages")}>
      ${PAGES.map((page) => {
        const href = write(this.root, { page, filters: {} });
        const current = page === this.address.page;
        return html`<a href=${href} aria-current=${current ? "page" : nothing} @click=${this.turn(page)}
          >${texts.say(`page.${page}`)}</a
        >`;
      })}
    </nav>`;
  }

  private reload(): TemplateResult {
    const { texts } = this.home!;
    return html`<p role="status" class="neutral note line">
      <span class="grow">${texts.say("page.newer")}</span>
      <button @click=${() => window.location.reload()}>${texts.say("page.reload")}</button>
    </p>`;
  }

  private page(): TemplateResult | typeof nothing {
    const { home } = this;
    const { now, overview, trouble } = this.following?.view ?? {};
    if (!home || !now) return nothing;
    if (now.you.role === "nobody") return html`<p role="status">${home.texts.say("page.nothing_for_you")}</p>`;
    const { page, filters } = this.address;
    if (now.you.role !== "administrator" || page === "now") {
      return html`<mg-now-page
        .home=${home}
        .now=${now}
        .overview=${overview}
        ?offline=${trouble !== undefined}
        @mg-open-request=${this.openRequest}
      ></mg-now-page>`;
    }
    if (page === "people") return html`<mg-people-page .home=${home}></mg-people-page>`;
    const ready = isReady(this.following?.view ?? {});
    if (page === "safety") return html`<mg-safety-page .home=${home} .ready=${ready}></mg-safety-page>`;
    const last = overview?.last[0];
    return html`<mg-history-page
      .home=${home}
      .filters=${filters}
      .latest=${last ? `${last.request_id} ${last.kind}` : ""}
      .came=${now.unread.map(({ message_id: id }) => id).join()}
      .erased=${overview?.erased ?? 0}
      .ready=${ready}
      .narrow=${this.narrow}
      @mg-filters=${(event: CustomEvent<Filters>) => this.go({ page: "history", filters: event.detail })}
      @mg-open-request=${this.openRequest}
    ></mg-history-page>`;
  }

  private turn(page: PageName): (event: MouseEvent) => void {
    return (event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      navigate(write(this.root, { page, filters: {} }));
      this.renderRoot.querySelector("main")?.scrollTo(0, 0);
    };
  }

  private go(address: Address): void {
    navigate(write(this.root, address), true);
  }

  private readonly openRequest = (event: CustomEvent<string>): void => {
    event.stopPropagation();
    const { page, filters } = this.address;
    this.go(event.detail ? { page, filters, request: event.detail } : { page, filters });
  };
}
