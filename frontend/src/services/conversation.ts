/** Messages of a conversation in words: who wrote, and what became of it. */
import type { Correspondence, NowState, Overview, Received } from "../model";
import { type Tone, outcomeTone, recipient } from "./describe";
import type { Texts } from "./texts";

/** Who wrote it, or to whom it was. */
export function heading(message: Correspondence, texts: Texts): string {
  if (message.direction === "out") return texts.say("talk.to", { contact: recipient(message, texts) });
  return texts.say("talk.from", { contact: writer(message, texts) });
}

/** A contact, somebody who was one, or what the channel calls somebody who is on no list. */
function writer({ contact, sender }: Received, texts: Texts): string {
  if (contact !== null) return contact.name ?? texts.say("who.removed");
  return sender === null ? texts.say("who.unknown") : texts.say("talk.stranger", { sender });
}

export interface Standing {
  readonly text: string;
  readonly tone: Tone;
}

/** What became of it. */
export function standing(message: Correspondence, texts: Texts): Standing {
  if (message.direction === "out") {
    const { outcome } = message;
    return { text: texts.known(`outcome.${outcome}`) ?? outcome, tone: outcomeTone(outcome) };
  }
  const { state, place, reasons } = message;
  if (state === "read") {
    const text = place === null ? texts.say("talk.read") : texts.say("talk.read_at", { place });
    return { text, tone: "success" };
  }
  if (state === "dropped") {
    return { text: texts.say(reasons.includes("forgotten") ? "talk.forgotten" : "talk.dropped"), tone: "neutral" };
  }
  return { text: texts.say(`talk.${state}`), tone: "warning" };
}

/** For whose screen it is; undefined where it is for the room. */
export function forWhom({ for_somebody: somebody, for_whom: who }: Received, texts: Texts): string | undefined {
  if (!somebody) return undefined;
  return who === null ? texts.say("talk.for_somebody") : texts.say("talk.for_whom", { who });
}

/** What has ended, of what was sent, and all that came in. */
export function ended(messages: readonly Correspondence[], waiting: readonly string[]): readonly Correspondence[] {
  return messages.filter((message) => message.direction === "in" || !waiting.includes(message.request_id));
}

/** Changes whenever anything has been sent, has come in, has been read, or has lost its words. */
export function conversationMark({ unread }: Pick<NowState, "unread">, { last, erased }: Pick<Overview, "last" | "erased">): string {
  const [newest] = last;
  return [newest?.request_id, newest?.kind, erased, ...unread.map(({ message_id: id }) => id)].join(" ");
}
