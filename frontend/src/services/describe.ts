/** Requests in words: to whom, from where, through what, why, and how it ended. */
import type { Decision, Named, Pending, Place, RequestRow, Source, You } from "../model";
import type { Home } from "./reader";
import type { Texts, Values } from "./texts";

export type Tone = "success" | "danger" | "warning" | "neutral";

export const OUTCOMES = [
  "waiting",
  "on_its_way",
  "sent",
  "unknown",
  "failed",
  "declined",
  "expired",
  "refused",
  "wrong_proof",
  "replaced",
  "observed",
] as const;

const OUTCOME_TONES: Readonly<Record<string, Tone>> = {
  sent: "success",
  unknown: "warning",
  failed: "danger",
  refused: "danger",
  wrong_proof: "danger",
  waiting: "warning",
};

const STEP_TONES: Readonly<Record<string, Tone>> = {
  authorised: "success",
  delivered: "success",
  handed_over: "success",
  arrived: "success",
  failed_later: "danger",
  failed: "danger",
  unknown: "warning",
  interrupted: "warning",
  refused: "danger",
  proof_failed: "danger",
};

/** Source of what was approved with a PIN, by whoever stood at the screen. */
const PIN = "pin";

export function outcomeTone(outcome: string): Tone {
  return OUTCOME_TONES[outcome] ?? "neutral";
}

export function stepTone(step: string): Tone {
  return STEP_TONES[step] ?? "neutral";
}

/** Return the names of several contacts, as a sentence lists them. */
export function names(contacts: readonly Named[], texts: Texts): string {
  const known = contacts.map((contact) => contact.name ?? texts.say("who.removed"));
  return new Intl.ListFormat(texts.language, { type: "conjunction" }).format(known);
}

/** To whom a request of the past was: a contact, somebody who is on no list, or somebody whose name is erased. */
export function recipient(row: Pick<RequestRow, "contact" | "recipient">, texts: Texts): string {
  return row.contact?.name ?? row.recipient ?? texts.say(row.contact ? "who.removed" : "who.unknown");
}

/** Whether an automation or a script has asked, and nobody spoke: no call was held, and nobody and no place is known. */
function isByItself({ route, by_model: model, held_call: held, typed, who, place }: Source): boolean {
  return route === "action" && !model && !typed && held === null && who === null && place === null;
}

/** Who said or typed it, and where, as far as anybody knows. */
export function origin(source: Source, texts: Texts): string {
  if (isByItself(source)) return texts.say("from.itself");
  const known: Values = {};
  let key = source.typed ? "from.typed" : "from.said";
  if (source.who !== null) {
    key += "_by";
    known["who"] = source.who;
  }
  if (source.place !== null) {
    key += "_at";
    known["place"] = source.place;
  }
  return texts.say(key, known);
}

/** By which kind of way it came, with the name of what it came through where that has one. */
export function way(source: Source, texts: Texts): string {
  const kind = texts.known(`route.${source.by_model ? "llm_tool" : source.route}`) ?? source.route;
  const name = source.what ?? source.held_call;
  return name === null ? kind : texts.say("route.through", { kind, name });
}

export function reason(id: string, texts: Texts): string {
  return texts.known(`reason.${id}`) ?? texts.say("reason.other", { id });
}

/** Each reason in words; what asked by itself was said nowhere, so it is not told that nobody knows where. */
export function reasons(ids: readonly string[], texts: Texts, source?: Source): string[] {
  const itself = source !== undefined && isByItself(source);
  return ids.map((id) => (itself && id === "unknown_origin" ? texts.say("from.nobody") : reason(id, texts)));
}

/** What a sentence would need, in a word or two. */
export function decided(decision: Decision, texts: Texts): string {
  if (decision.outcome === "refuse") return texts.say("level.block");
  return texts.say(`level.${decision.outcome === "send" ? "none" : decision.level}`);
}

/** How it was proved and by whom; undefined if it never was. */
export function proved(row: Pick<RequestRow, "proved_by" | "approver" | "source">, texts: Texts): string | undefined {
  if (row.proved_by === null) return undefined;
  const withPin = row.source === PIN;
  const means = withPin ? texts.say("proved.pin") : (texts.known(`proved.${row.proved_by}`) ?? row.proved_by);
  if (row.approver !== null) return texts.say("proved.by_person", { means, who: row.approver });
  return row.source === null || withPin ? means : texts.say("proved.by_person", { means, who: row.source });
}

/** Who took a step, and from where: "Ben, on this page"; undefined where nobody did. */
export function actor(step: { readonly by: string | null; readonly via: string | null }, texts: Texts): string | undefined {
  const via = step.via === null ? undefined : (texts.known(`via.${step.via}`) ?? step.via);
  if (step.by === null) return via;
  return via === undefined ? step.by : texts.say("via.person", { who: step.by, via });
}

/** Why this screen cannot approve this message, undefined where it can: by who looks, or by what the message needs. */
export function whyNot(you: Pick<You, "why_not">, message: Pick<Pending, "why_not">, texts: Texts): string | undefined {
  const key = you.why_not ?? message.why_not;
  return key === null ? undefined : (texts.known(`waiting.${key}`) ?? key);
}

/** Which PIN is asked for: the household's, or a contact's own. */
export function whichPin({ pin_of: [contact] }: Pick<Pending, "pin_of">, texts: Texts): string {
  return contact === undefined ? texts.say("waiting.pin") : texts.say("waiting.pin_of", { contact: names([contact], texts) });
}

/** What a place is called; where several are called the same, with the name of the satellite. */
export function placeName(place: Place, all: readonly Place[], home: Pick<Home, "texts" | "entityName">): string {
  const { name, satellite_id: id } = place;
  if (id === null) return name ?? home.texts.say("people.elsewhere");
  if (name === null) return home.entityName(id);
  return all.filter((other) => other.name === name).length > 1 ? `${name} (${home.entityName(id)})` : name;
}
