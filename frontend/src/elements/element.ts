/** What all elements share. */
import { type CSSResultGroup, LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { Home } from "../services/reader";
import { base } from "./styles";

const made: [string, CustomElementConstructor][] = [];

/** Name an element; `defineAll` defines it. */
export function element(name: string) {
  return (one: CustomElementConstructor): void => {
    made.push([name, one]);
  };
}

/**
 * Define what `element` has named, once Home Assistant's own elements are there.
 *
 * The page begins with this module as well, and Home Assistant's code puts a registry of its own in the place of the
 * browser's: a dashboard does not know what was defined before. An element of an older module on this page stays until
 * the page is loaded again.
 */
export async function defineAll(): Promise<void> {
  await customElements.whenDefined("home-assistant");
  for (const [name, one] of made) {
    if (customElements.get(name) === undefined) customElements.define(name, one);
  }
}

/** An element that is handed what it needs of Home Assistant. */
export class HomeElement extends LitElement {
  static override styles: CSSResultGroup = base;

  @property({ attribute: false }) home!: Home;
}

/** Go to another page of Home Assistant's, as its own links do. */
export function navigate(path: string, replace = false): void {
  if (replace) history.replaceState(history.state, "", path);
  else history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace } }));
}

/** For links to Home Assistant's own pages: no loading anew on a plain click. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  navigate((event.currentTarget as HTMLAnchorElement).getAttribute("href")!);
}

export const OUR_SETTINGS = "/config/integrations/integration/message_guard";
export const REPAIRS = "/config/repairs";
