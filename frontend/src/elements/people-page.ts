/** Who may write to whom, from where, and with how much proof. */
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { Levels } from "../model";
import { troubleText } from "../services/trouble";
import { HomeElement, OUR_SETTINGS, element, follow } from "./element";
import "./levels-table";
import { base } from "./styles";
import "./try-sentence";

@element("mg-people-page")
export class PeoplePage extends HomeElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
    `,
  ];

  @state() private levels: Levels | undefined;
  @state() private trouble = "";

  protected override firstUpdated(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    this.trouble = "";
    try {
      this.levels = await this.home.ask<Levels>("rules/levels");
    } catch (error) {
      this.trouble = troubleText(error, this.home.texts);
    }
  }

  protected override render(): TemplateResult {
    const { texts } = this.home;
    return html`
      <section class="stack" aria-labelledby="heading">
        <h2 id="heading">${texts.say("people.levels")}</h2>
        <p class="dim">${texts.say("people.note")}</p>
        ${this.levels?.contacts.length === 0 ? html`<p>${texts.say("people.nobody")}</p>` : nothing}
        ${this.levels?.contacts.length
          ? html`<mg-levels-table .home=${this.home} .levels=${this.levels}></mg-levels-table>`
          : nothing}
        <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
        <div class="line">
          <a class="button" href=${OUR_SETTINGS} @click=${follow}>${texts.say("people.change")}</a>
          <button @click=${this.load}>${texts.say("people.reload")}</button>
        </div>
      </section>
      <mg-try-sentence .home=${this.home} .places=${this.levels?.places ?? []}></mg-try-sentence>
    `;
  }
}
