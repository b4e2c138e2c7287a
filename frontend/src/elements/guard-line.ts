/** One line: is this house guarded, and if not, why and what to do. The switch stands here. */
import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Guard, You } from "../model";
import type { Tone } from "../services/describe";
import { keyOf, troubleText } from "../services/trouble";
import { HomeElement, OUR_SETTINGS, element, follow } from "./element";
import { base } from "./styles";

const TONES: Readonly<Record<Guard["state"], Tone>> = {
  guarding: "success",
  watching: "warning",
  off: "warning",
  not_running: "danger",
};

@element("mg-guard-line")
export class GuardLine extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .note {
        border-radius: var(--ha-card-border-radius, 12px);
        padding: 12px 16px;
      }
      strong {
        font-size: 1.1rem;
        font-weight: 500;
      }
      .switch {
        gap: 10px;
        padding: 4px 8px;
      }
      .track {
        width: 44px;
        height: 24px;
        border: 2px solid currentColor;
        border-radius: 12px;
        padding: 2px;
      }
      .thumb {
        display: block;
        width: 16px;
        height: 16px;
        border-radius: 50%;
        background: currentColor;
        opacity: 0.6;
        transition: transform 0.15s;
      }
      [aria-checked="true"] .thumb {
        transform: translateX(20px);
        opacity: 1;
      }
      [aria-checked="true"]:dir(rtl) .thumb {
        transform: translateX(-20px);
      }
      @media (prefers-reduced-motion: reduce) {
        .thumb {
          transition: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) guard!: Guard;
  @property({ attribute: false }) you!: You;
  @property({ type: Boolean }) offline = false;

  @state() private busy = false;
  @state() private trouble = "";
  @state() private asking = false;
  @state() private pin = "";

  protected override render(): TemplateResult {
    const { texts } = this.home;
    const { state } = this.guard;
    return html`
      <div class="note stack ${TONES[state]}" role=${state === "not_running" ? "alert" : "status"}>
        <div class="line">
          <div class="grow">
            <strong>${texts.say(`guard.${state}`)}</strong>
            <p>${this.explained()}</p>
          </div>
          ${state === "not_running" ? this.wayOut() : this.toggle()}
        </div>
        ${this.asking ? this.pinForm() : nothing}
      </div>
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
    `;
  }

  private explained(): string {
    const { texts, dates, clock } = this.home;
    const { state, off, not_running: why } = this.guard;
    if (state === "not_running") return texts.known(`not_running.${why}`) ?? texts.say("not_running.failed");
    if (state !== "off" || off === null) return texts.say(`guard.${state}_note`);
    const since = off.since === null ? undefined : dates.when(off.since, clock.read());
    const key = `off.${off.why}${off.by === null ? "" : "_by"}${since === undefined ? "" : "_since"}`;
    const values = { by: off.by ?? "", since: since ?? "" };
    return texts.known(key, values) ?? texts.known(`off.${off.why}`) ?? texts.say("off.unknown");
  }

  private wayOut(): TemplateResult | typeof nothing {
    if (this.you.role !== "administrator") return nothing;
    return html`<a class="button" href=${OUR_SETTINGS} @click=${follow}>${this.home.texts.say("not_running.open")}</a>`;
  }

  private toggle(): TemplateResult | typeof nothing {
    const { texts } = this.home;
    const allowed = this.guard.state !== "off";
    return html`<button
      class="plain switch"
      role="switch"
      aria-checked=${allowed}
      ?disabled=${this.busy || this.offline || (!allowed && !this.you.may_switch)}
      @click=${() => this.press(!allowed)}
    >
      ${texts.say("guard.switch")}<span class="track" aria-hidden="true"><span class="thumb"></span></span>
    </button>`;
  }

  private pinForm(): TemplateResult {
    const { texts } = this.home;
    return html`<form
      class="line"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        if (this.pin && !this.busy && !this.offline) void this.set(() => this.home.prove(this.pin, { allowed: true }));
      }}
    >
      <label class="grow"
        >${texts.say("waiting.pin")}<input
          type="password"
          inputmode="numeric"
          autocomplete="off"
          maxlength="10"
          .value=${this.pin}
          @input=${(event: InputEvent) => (this.pin = (event.target as HTMLInputElement).value)}
      /></label>
      <button ?disabled=${!this.pin || this.busy || this.offline}>${texts.say("guard.switch_on")}</button>
    </form>`;
  }

  private press(allowed: boolean): void {
    if (allowed && this.you.needs_pin) this.asking = true;
    else void this.set(() => this.home.ask("sending/set", { allowed }));
  }

  private async set(asking: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.trouble = "";
    try {
      await asking();
      this.asking = false;
    } catch (error) {
      this.trouble = troubleText(error, this.home.texts);
      if (keyOf(error) === "pin_needed") this.asking = true;
    } finally {
      this.busy = false;
      this.pin = "";
    }
  }
}
