/** What went wrong, in words that say what to do. Errors come in three shapes: a command's, a post's, and the library's own. */
import { INTEGRATION, type Texts, type Values } from "./texts";

interface Told {
  readonly code?: string | number;
  readonly message?: string;
  readonly translation_domain?: string;
  readonly translation_key?: string;
  readonly translation_placeholders?: Values;
  readonly error?: { readonly code?: number } | string;
  readonly status_code?: number;
  readonly body?: unknown;
}

/** The connection is lost, as Home Assistant's library numbers it. */
const LOST = 3;
const UNAUTHORIZED = 401;

function told(error: unknown): Told {
  if (error === LOST) return { error: { code: LOST } };
  if (typeof error !== "object" || error === null) return {};
  const { body, status_code: status } = error as Told;
  if (status === UNAUTHORIZED) return { code: "unauthorized" };
  return typeof body === "object" && body !== null ? body : error;
}

export function isOffline(error: unknown): boolean {
  const { error: inner, code } = told(error);
  return (typeof inner === "object" && inner.code === LOST) || code === LOST;
}

/** Home Assistant runs, and our commands are not there, or not there yet. */
export function isNotReady(error: unknown): boolean {
  return told(error).code === "unknown_command";
}

export function isForbidden(error: unknown): boolean {
  return told(error).code === "unauthorized";
}

export function keyOf(error: unknown): string | undefined {
  return told(error).translation_key;
}

export function troubleText(error: unknown, texts: Texts): string {
  if (isOffline(error)) return texts.say("error.offline");
  if (isNotReady(error)) return texts.say("error.starting");
  if (isForbidden(error)) return texts.say("error.forbidden");
  const { translation_key: key, translation_domain: domain, translation_placeholders: values, message } = told(error);
  const ours = key !== undefined && domain === INTEGRATION ? texts.exception(key, values ?? {}) : undefined;
  return ours || message || texts.say("error.other");
}
