/** What is guarded, what can still pass, and how sure one can be. */
import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { SafetyState } from "../model";
import { lasting } from "../services/dates";
import { isBack } from "../services/following";
import { odds } from "../services/odds";
import { troubleText } from "../services/trouble";
import "./copy-text";
import "./ears-check";
import { HomeElement, REPAIRS, element, follow } from "./element";
import "./qr-code";
import { base } from "./styles";

/** Gaps that are listed; older ones are counted. */
const MOST_GAPS = 10;

/** What of the log goes out, as it is told. */
const GOES_OUT = {
  hashes: "safety.forwards_hashes",
  events: "safety.forwards_events",
  words: "safety.forwards_words",
} as const;

@element("mg-safety-page")
export class SafetyPage extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
      code {
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Whether there is a guard to ask; undefined before that is known. */
  @property({ attribute: false }) ready: boolean | undefined;

  @state() private safety: SafetyState | undefined;
  @state() private trouble = "";

  protected override firstUpdated(): void {
    void this.load();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("ready") && isBack(this.ready, changed.get("ready"))) void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.safety = await this.home.ask<SafetyState>("safety/state");
      this.trouble = "";
    } catch (error) {
      this.trouble = troubleText(error, this.home.texts);
    }
  }

  protected override render(): TemplateResult {
    return html`
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
      ${this.safety ? this.content(this.safety) : nothing}
    `;
  }

  private content(safety: SafetyState): TemplateResult {
    return html`${this.canPass(safety)} ${this.guarded(safety)}
      <mg-ears-check .home=${this.home}></mg-ears-check>
      ${this.running(safety)} ${this.numbers(safety)}
    ${this.log(safety)}`;
  }

  private section(key: string, content: TemplateResult): TemplateResult {
    return html`<section class="stack" aria-labelledby=${key}>
      <h2 id=${key}>${this.home.texts.say(`safety.${key}`)}</h2>
      ${content}
    </section>`;
  }

  private canPass({ can_pass: found, ignored, observe }: SafetyState): TemplateResult {
    const { texts } = this.home;
    const open = found.filter((issue) => !issue.ignored);
    return this.section(
      "can_pass",
      html`
        ${observe ? html`<p class="warning note">${texts.say("safety.observe")}</p>` : nothing}
        ${open.length
          ? html`<ul>
              ${open.map((issue) => html`<li>${texts.issue(issue.key, issue.placeholders ?? {})}</li>`)}
            </ul>`
          : html`<p>${texts.say("safety.nothing_passes")}</p>`}
        ${ignored ? html`<p class="dim">${texts.count("safety.ignored", ignored)}</p>` : nothing}
        <p class="dim">${texts.say("safety.limits")}</p>
        <div class="line">
          <a class="button" href=${REPAIRS} @click=${follow}>${texts.say("todo.repairs")}</a>
        </div>
      `,
    );
  }

  private guarded({ pipelines, actions, intents }: SafetyState): TemplateResult {
    const { texts } = this.home;
    return this.section(
      "guarded",
      html`
        <ul class="bare stack">
          ${pipelines.map(
            ({ name, guarded }) => html`<li class="line">
              <span class="badge ${guarded ? "success" : "warning"}"
                >${texts.say(guarded ? "safety.is_guarded" : "safety.not_guarded")}</span
              ><span>${name}</span>
            </li>`,
          )}
        </ul>
        ${this.list("safety.actions", actions)} ${this.list("safety.intents", intents)}
      `,
    );
  }

  private list(key: string, names: readonly string[]): TemplateResult | typeof nothing {
    if (!names.length) return nothing;
    return html`<details>
      <summary>${this.home.texts.count(key, names.length)}</summary>
      <ul>
        ${names.map((name) => html`<li><code>${name}</code></li>`)}
      </ul>
    </details>`;
  }

  private running({ running_since: since, gaps }: SafetyState): TemplateResult {
    const { texts, dates } = this.home;
    return this.section(
      "running",
      html`
        <p>${since === null ? texts.say("safety.not_running") : texts.say("safety.since", { since: dates.full(since) })}</p>
        <p>${gaps.length ? texts.count("safety.gaps", gaps.length) : texts.say("safety.no_gaps")}</p>
        ${gaps.length
          ? html`<ul>
              ${gaps
                .slice(-MOST_GAPS)
                .reverse()
                .map(
                  (gap) => html`<li>
                    ${texts.say(gap.announced ? "safety.gap_announced" : "safety.gap", {
                      since: dates.full(gap.since),
                      duration: lasting(gap.since, gap.until, texts.language),
                    })}
                  </li>`,
                )}
            </ul>`
          : nothing}
      `,
    );
  }

  private numbers({ numbers: { phrase, code, pin, device } }: SafetyState): TemplateResult {
    const { texts } = this.home;
    const said: readonly (readonly [string, string])[] = [
      ["phrase", phrase.set ? texts.count("safety.phrase_words", phrase.words) : texts.say("safety.not_set")],
      ["code", texts.say("safety.code_odds", { one_in: texts.number(code.one_in), day: odds(code.lucky_in_a_day, texts) })],
      [
        "pin",
        pin.set
          ? texts.say("safety.pin_odds", {
              one_in: texts.number(pin.one_in_at_least),
              tries: pin.tries,
              minutes: pin.locks_minutes[0] ?? 0,
              day: odds(pin.lucky_first_day, texts),
              year: odds(pin.lucky_in_a_year, texts),
            })
          : texts.say("safety.not_set"),
      ],
      ["device", texts.say("safety.device_odds", { ...device })],
    ];
    return this.section(
      "numbers",
      html`<p class="dim">${texts.say("safety.numbers_note")}</p>
        <dl>
          ${said.map(
            ([level, text]) =>
              html`<dt>${texts.say(`level.${level}`)}</dt>
                <dd>${text}</dd>`,
          )}
        </dl>`,
    );
  }

  private forwarding({ forwarding }: SafetyState): TemplateResult | typeof nothing {
    const { texts, dates } = this.home;
    if (!forwarding.length) return nothing;
    return html`<h3>${texts.say("safety.forwarding")}</h3>
      <ul>
        ${forwarding.map(
          ({ host, fields, failing_since: since }) => html`<li>
            ${texts.say(GOES_OUT[fields], { host })}
            ${since === null ? nothing : texts.say("safety.forwarding_fails", { since: dates.full(since) })}
          </li>`,
        )}
      </ul>`;
  }

  private log(safety: SafetyState): TemplateResult {
    const { texts } = this.home;
    const { ledger, copies, witnesses } = safety;
    const { sound, verifier_key: key } = ledger;
    const state = sound === null ? "unchecked" : sound ? "intact" : "damaged";
    return this.section(
      "log",
      html`
        <p>
          <span class="badge ${sound === false ? "danger" : sound ? "success" : "neutral"}"
            >${texts.say(`safety.${state}`)}</span
          >
          ${texts.count("safety.entries", ledger.entries, { signed: ledger.signed })}
        </p>
        ${ledger.retention_days === null
          ? nothing
          : html`<p>${texts.count("safety.kept", ledger.retention_days)}</p>`}
        <h3>${texts.say("safety.copies")}</h3>
        ${copies.length + witnesses.length
          ? html`<ul>
              ${copies.map(
                ({ name, failed }) => html`<li>${failed ? texts.say("safety.copy_failed", { name }) : name}</li>`,
              )}
              ${witnesses.map(({ name }) => html`<li>${texts.say("safety.witness", { name })}</li>`)}
            </ul>`
          : html`<p>${texts.say("safety.no_copies")}</p>`}
        ${this.forwarding(safety)}
        ${key === null
          ? nothing
          : html`<p class="dim">${texts.say("safety.key_note")}</p>
              <div class="line">
                <mg-qr-code .home=${this.home} .text=${key} .name=${texts.say("safety.key_code")}></mg-qr-code>
                <mg-copy-text
                  class="grow"
                  .home=${this.home}
                  .text=${key}
                  .name=${texts.say("safety.key")}
                  .lines=${3}
                ></mg-copy-text>
              </div>`}
      `,
    );
  }
}
