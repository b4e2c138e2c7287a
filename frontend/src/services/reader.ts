/** What every element needs of Home Assistant: made anew only when the reader's choices change, not with every state. */
import type { HomeAssistant } from "../home-assistant";
import { ServerClock } from "./countdown";
import { type Dates, datesOf } from "./dates";
import { CATEGORIES, INTEGRATION, Texts } from "./texts";

export interface Home {
  readonly texts: Texts;
  readonly dates: Dates;
  readonly clock: ServerClock;
  readonly dark: boolean;
  /** What an entity is called, its id where it has no name. */
  entityName(id: string): string;
  ask<Result>(type: string, fields?: Record<string, unknown>): Promise<Result>;
  /** Prove it with the PIN. It is posted: what goes over the WebSocket may be written into Home Assistant's log. */
  prove<Result>(pin: string, what: { confirmation_id: string; bound: string } | { allowed: true }): Promise<Result>;
}

export class Reader {
  private hass: HomeAssistant | undefined;
  private texts: Texts | undefined;
  private loading: string | undefined;
  private chosen = "";
  private readonly clock = new ServerClock();

  /** @param changed called with what is now so; not before there are texts */
  constructor(private readonly changed: (home: Home) => void) {}

  /** Home Assistant has handed over its latest state, as it does with every change in the house. */
  set(hass: HomeAssistant): void {
    this.hass = hass;
    if (this.loading !== hass.language) void this.load(hass);
    else this.tell(hass);
  }

  /** Texts of another language are empty until they have been loaded again. */
  private async load(hass: HomeAssistant): Promise<void> {
    const { language } = hass;
    this.loading = language;
    try {
      let { localize } = hass;
      for (const category of CATEGORIES) {
        localize = await hass.loadBackendTranslation(category, INTEGRATION);
      }
      if (this.loading !== language) return;
      this.texts = new Texts(localize, language);
      this.chosen = "";
      if (this.hass) this.tell(this.hass);
    } catch {
      // The line was cut: the next state that Home Assistant hands over brings another try.
      if (this.loading === language) this.loading = undefined;
    }
  }

  private tell(hass: HomeAssistant): void {
    const chosen = JSON.stringify([hass.locale, hass.config.time_zone, hass.themes.darkMode]);
    if (this.texts === undefined || chosen === this.chosen) return;
    this.chosen = chosen;
    this.changed({
      texts: this.texts,
      dates: datesOf(hass),
      clock: this.clock,
      dark: hass.themes.darkMode,
      entityName: (id) => this.hass?.states[id]?.attributes.friendly_name ?? id,
      ask: async (type, fields) => {
        if (this.hass === undefined) throw { error: { code: 3 } };
        return this.hass.callWS({ type: `${INTEGRATION}/${type}`, ...fields });
      },
      prove: async (pin, what) => {
        if (this.hass === undefined) throw { error: { code: 3 } };
        return this.hass.callApi("POST", `${INTEGRATION}/pin`, { pin, ...what });
      },
    });
  }
}
