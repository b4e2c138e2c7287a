/** What a household may choose of the card, in its editor or in YAML. */

export interface CardConfig {
  readonly type: string;
  readonly title?: string;
  readonly hide_when_empty?: boolean;
  readonly last?: number;
  readonly conversation?: number;
}

export const MOST_LAST = 5;
export const MOST_CONVERSATION = 10;

/**
 * Return what was written, or say what is wrong with it: Home Assistant shows that in the card's place.
 *
 * @throws Error
 */
export function checked(config: unknown): CardConfig {
  if (typeof config !== "object" || config === null) throw new Error("The card needs a configuration.");
  const { title, hide_when_empty: hide, last, conversation } = config as Record<string, unknown>;
  if (title !== undefined && typeof title !== "string") throw new Error("title: write a text.");
  if (hide !== undefined && typeof hide !== "boolean") throw new Error("hide_when_empty: write true or false.");
  checkCount("last", last, MOST_LAST);
  checkCount("conversation", conversation, MOST_CONVERSATION);
  return config as CardConfig;
}

function checkCount(name: string, count: unknown, most: number): void {
  if (count === undefined || (Number.isInteger(count) && Number(count) >= 0 && Number(count) <= most)) return;
  throw new Error(`${name}: write a whole number from 0 to ${most}.`);
}

/** The editor's form, in Home Assistant's own schema for forms. */
export const FORM_SCHEMA = [
  { name: "title", selector: { text: {} } },
  { name: "hide_when_empty", selector: { boolean: {} } },
  { name: "last", selector: { number: { min: 0, max: MOST_LAST, mode: "box" } } },
  { name: "conversation", selector: { number: { min: 0, max: MOST_CONVERSATION, mode: "box" } } },
] as const;
