/**
 * Texts in the reader's language, from the integration's translations (section `config_panel`).
 *
 * Home Assistant drops plural forms from an integration's translations, so a number has two keys, `…_one` and `…_other`.
 */
import type { Localize } from "../home-assistant";

export const INTEGRATION = "message_guard";
/** What else is read of the translations: notices in Repairs, and what errors say. */
export const CATEGORIES = ["config_panel", "issues", "exceptions"] as const;

export type Values = Record<string, string | number>;

export class Texts {
  private readonly plurals: Intl.PluralRules;
  private readonly numbers: Intl.NumberFormat;

  constructor(
    private readonly localize: Localize,
    readonly language: string,
  ) {
    this.plurals = new Intl.PluralRules(language);
    this.numbers = new Intl.NumberFormat(language);
  }

  /** Return a text of ours; its key where there is none, so that a gap is seen. */
  say(key: string, values?: Values): string {
    return this.known(key, values) ?? key;
  }

  /** Return a text that depends on a number, which is its placeholder `count`. */
  count(key: string, count: number, values?: Values): string {
    const form = this.plurals.select(count) === "one" ? "one" : "other";
    return this.say(`${key}_${form}`, { ...values, count: this.numbers.format(count) });
  }

  number(number: number): string {
    return this.numbers.format(number);
  }

  /** Return a text of ours, undefined where there is none. */
  known(key: string, values?: Values): string | undefined {
    return this.found(`config_panel.${key}`, values);
  }

  /** Return the title of a notice in Repairs. */
  issue(key: string, placeholders: Values): string {
    return this.found(`issues.${key}.title`, placeholders) ?? key;
  }

  /** Return what an error of ours says, undefined where it has no text. */
  exception(key: string, placeholders: Values): string | undefined {
    return this.found(`exceptions.${key}.message`, placeholders);
  }

  private found(path: string, values: Values | undefined): string | undefined {
    return this.localize(`component.${INTEGRATION}.${path}`, values) || undefined;
  }
}
