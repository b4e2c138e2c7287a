/** What a household should do, each with its buttons. */
import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Named, Todo } from "../model";
import { troubleText } from "../services/trouble";
import { HomeElement, OUR_SETTINGS, REPAIRS, element, follow } from "./element";

@element("mg-todo-list")
export class TodoList extends HomeElement {
  @property({ attribute: false }) todo: readonly Todo[] = [];
  @property({ type: Boolean }) offline = false;

  @state() private busy = "";
  @state() private trouble = "";

  protected override render(): TemplateResult | typeof nothing {
    if (!this.todo.length) return nothing;
    const { texts } = this.home;
    return html`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${texts.say("todo.title")}</h2>
      <ul class="bare stack">
        ${repeat(
          this.todo,
          (item) => item.id,
          (item) => html`<li class="line">
            <div class="grow">${this.told(item)}</div>
            ${this.buttons(item)}
          </li>`,
        )}
      </ul>
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
    </section>`;
  }

  private told(item: Todo): string {
    const { texts } = this.home;
    switch (item.kind) {
      case "issue":
        return texts.issue(item.key ?? "", item.placeholders ?? {});
      case "name_heard":
        return texts.count("todo.name_heard", item.times ?? 0, { name: item.name ?? "" });
      case "unlisted":
        return texts.count("todo.unlisted", item.times ?? 0, { target: item.target ?? "" });
      default:
        return texts.known(`todo.${item.kind}`) ?? item.kind;
    }
  }

  private buttons(item: Todo): TemplateResult {
    const { texts } = this.home;
    const can = new Set(item.can);
    return html`
      ${can.has("alias") ? (item.like ?? []).map((contact) => this.alias(item, contact)) : nothing}
      ${can.has("fix") ? this.button(item, texts.say("todo.fix"), "todo/fix", { todo_id: item.id }) : nothing}
      ${can.has("ignore") ? this.button(item, texts.say("todo.ignore"), "todo/ignore", { todo_id: item.id }) : nothing}
      ${can.has("dismiss") ? this.button(item, texts.say("todo.dismiss"), "names/dismiss", { name: item.name }) : nothing}
      ${can.has("contact") ? this.link("todo.contact", OUR_SETTINGS) : nothing}
      ${can.has("configure") ? this.link("todo.configure", OUR_SETTINGS) : nothing}
      ${can.has("repairs") ? this.link("todo.repairs", REPAIRS) : nothing}
    `;
  }

  private alias(item: Todo, contact: Named): TemplateResult {
    const label = this.home.texts.say("todo.alias", { contact: contact.name ?? "" });
    return this.button(item, label, "names/make_alias", { contact_id: contact.id, alias: item.name });
  }

  private link(key: string, href: string): TemplateResult {
    return html`<a class="button" href=${href} @click=${follow}>${this.home.texts.say(key)}</a>`;
  }

  private button(item: Todo, label: string, type: string, fields: Record<string, unknown>): TemplateResult {
    return html`<button
      ?disabled=${this.offline || this.busy === item.id}
      aria-label="${label}: ${this.told(item)}"
      @click=${() => this.press(item, type, fields)}
    >
      ${label}
    </button>`;
  }

  /** The list itself comes anew from the server. */
  private async press(item: Todo, type: string, fields: Record<string, unknown>): Promise<void> {
    this.busy = item.id;
    this.trouble = "";
    try {
      await this.home.ask(type, fields);
    } catch (error) {
      this.trouble = troubleText(error, this.home.texts);
    } finally {
      this.busy = "";
    }
  }
}
