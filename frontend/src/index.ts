/** What Home Assistant imports, for the panel and for every dashboard. */
import "./elements/card";
import { defineAll } from "./elements/element";
import "./elements/panel";

interface CardOffer {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly preview: boolean;
}

declare global {
  interface Window {
    customCards?: CardOffer[];
  }
}

const CARD = "message-guard-card";

// This list is read before anybody has said in which language; Home Assistant offers no other way to name a card.
window.customCards ??= [];
if (!window.customCards.some(({ type }) => type === CARD)) {
  window.customCards.push({
    type: CARD,
    name: "Message Guard",
    description: document.documentElement.lang.startsWith("de")
      ? "Was auf eine Bestätigung wartet, mit Senden und Nicht senden"
      : "What waits for a confirmation, with Send and Don't send",
    preview: false,
  });
}

await defineAll();
