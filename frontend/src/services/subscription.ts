/**
 * A subscription that outlives restarts.
 *
 * After a restart of Home Assistant the socket is back before our commands are. The library would subscribe again by
 * itself, be refused, and leave a dead subscription without a word. So it is told not to, and we ask until we are heard.
 */
import type { Connection } from "../home-assistant";

export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 15_000;

export interface Listener<Message> {
  /** What the server tells; the first after each subscription is the whole state. */
  heard(message: Message): void;
  /** Nothing is known for the moment: refused, or the line is cut. */
  lost(error: unknown): void;
}

export interface Timers {
  set(callback: () => void, milliseconds: number): unknown;
  clear(timer: unknown): void;
}

const REAL_TIMERS: Timers = {
  set: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clear: (timer) => clearTimeout(timer as number),
};

export class Subscription<Message> {
  private attempt = 0;
  private wait = FIRST_WAIT_MS;
  private timer: unknown;
  private unsubscribe: (() => Promise<void>) | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly command: { type: string; [field: string]: unknown },
    private readonly listener: Listener<Message>,
    private readonly timers: Timers = REAL_TIMERS,
  ) {}

  start(): void {
    this.connection.addEventListener("ready", this.ready);
    this.connection.addEventListener("disconnected", this.disconnected);
    void this.subscribe();
  }

  stop(): void {
    this.connection.removeEventListener("ready", this.ready);
    this.connection.removeEventListener("disconnected", this.disconnected);
    this.forget();
    void this.unsubscribe?.().catch(() => undefined);
    this.unsubscribe = undefined;
  }

  private readonly ready = (): void => {
    this.forget();
    this.unsubscribe = undefined;
    this.wait = FIRST_WAIT_MS;
    void this.subscribe();
  };

  private readonly disconnected = (): void => {
    this.forget();
    this.unsubscribe = undefined;
    this.listener.lost({ error: { code: 3 } });
  };

  /** Whatever is under way is nobody's any more. */
  private forget(): void {
    this.attempt += 1;
    this.timers.clear(this.timer);
  }

  private async subscribe(): Promise<void> {
    const attempt = this.attempt;
    try {
      const unsubscribe = await this.connection.subscribeMessage<Message>(
        (message) => {
          if (attempt === this.attempt) this.listener.heard(message);
        },
        this.command,
        { resubscribe: false },
      );
      if (attempt !== this.attempt) {
        void unsubscribe().catch(() => undefined);
        return;
      }
      this.unsubscribe = unsubscribe;
      this.wait = FIRST_WAIT_MS;
    } catch (error) {
      if (attempt !== this.attempt) return;
      this.listener.lost(error);
      this.timer = this.timers.set(() => void this.subscribe(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    }
  }
}
