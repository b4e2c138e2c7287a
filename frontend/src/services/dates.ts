/** Times and days as the reader writes them, in the zone that the reader has chosen. */
import type { HomeAssistant } from "../home-assistant";

export class Dates {
  private readonly clock: Intl.DateTimeFormat;
  private readonly clockSeconds: Intl.DateTimeFormat;
  private readonly shortDay: Intl.DateTimeFormat;
  private readonly longDay: Intl.DateTimeFormat;
  private readonly sortable: Intl.DateTimeFormat;
  private readonly plainDay: Intl.DateTimeFormat;

  /**
   * @param language such as `de`
   * @param zone such as `Europe/Berlin`; undefined for the browser's own
   * @param hour12 whether the day has twice twelve hours; undefined for what is usual in the language
   */
  constructor(language: string, zone?: string, hour12?: boolean) {
    const zoned: Intl.DateTimeFormatOptions = zone === undefined ? {} : { timeZone: zone };
    const hours: Intl.DateTimeFormatOptions = hour12 === undefined ? {} : { hour12 };
    const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat(language, { ...zoned, ...options });
    this.clock = format({ hour: "numeric", minute: "2-digit", ...hours });
    this.clockSeconds = format({ hour: "numeric", minute: "2-digit", second: "2-digit", ...hours });
    this.shortDay = format({ day: "numeric", month: "short" });
    this.longDay = format({ day: "numeric", month: "long", year: "numeric" });
    this.sortable = new Intl.DateTimeFormat("en-CA", { ...zoned, dateStyle: "short" });
    this.plainDay = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  }

  time(iso: string): string {
    return this.clock.format(new Date(iso));
  }

  timeWithSeconds(iso: string): string {
    return this.clockSeconds.format(new Date(iso));
  }

  /** The time, with the day before it if that is not the day of `now`. */
  when(iso: string, now: number): string {
    const moment = new Date(iso);
    const today = this.sortable.format(now);
    if (this.sortable.format(moment) === today) return this.clock.format(moment);
    return `${this.shortDay.format(moment)}, ${this.clock.format(moment)}`;
  }

  /** The day in full, and the time. */
  full(iso: string): string {
    const moment = new Date(iso);
    return `${this.longDay.format(moment)}, ${this.clock.format(moment)}`;
  }

  /** A day that the server has named, such as `2026-11-28`: it has no zone. */
  day(day: string): string {
    return this.plainDay.format(new Date(`${day}T00:00:00Z`));
  }
}

export function datesOf(hass: HomeAssistant): Dates {
  const { language, time_format: format, time_zone: zone } = hass.locale;
  const hour12 = format === "12" ? true : format === "24" ? false : undefined;
  return new Dates(language, zone === "server" ? hass.config.time_zone : undefined, hour12);
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** How long it was from one moment to another, in the largest unit of which there was one; at least a second. */
export function lasting(since: string, until: string, language: string): string {
  const seconds = Math.max(1, Math.round((Date.parse(until) - Date.parse(since)) / 1000));
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? UNITS[3];
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.round(seconds / length));
}
