/** How long something still waits, by the server's clock: a tablet's is often wrong. */

export class ServerClock {
  private ahead = 0;

  /** @param now the browser's clock, in milliseconds */
  constructor(private readonly now: () => number = Date.now) {}

  /** The server has just said what time it is. */
  set(iso: string): void {
    this.ahead = Date.parse(iso) - this.now();
  }

  /** The server's time, in milliseconds. */
  read(): number {
    return this.now() + this.ahead;
  }

  /** Whole seconds until then; never negative. */
  until(iso: string): number {
    return Math.max(0, Math.ceil((Date.parse(iso) - this.read()) / 1000));
  }
}

/** Seconds as `4:05`. */
export function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
