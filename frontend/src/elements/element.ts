/** What all elements share. */
import { type CSSResultGroup, LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { Home } from "../services/reader";
import { base } from "./styles";

/**
 * Define an element, unless an older module on this page already has: its elements stay until the page is loaded again.
 */
export function element(name: string) {
  return (made: CustomElementConstructor): void => {
    if (customElements.get(name) === undefined) customElements.define(name, made);
  };
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
