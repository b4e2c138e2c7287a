/**
 * What a page sees of the house, as the server tells it: everything for an administrator, what waits for an approver,
 * nothing for anybody else. Whoever loses a right keeps nothing of what it showed.
 */
import type { Connection } from "../home-assistant";
import type { NowState, Overview } from "../model";
import type { ServerClock } from "./countdown";
import { Subscription, type Timers } from "./subscription";
import { INTEGRATION } from "./texts";
import { isForbidden } from "./trouble";

export interface View {
  readonly now?: NowState;
  readonly overview?: Overview;
  /** Why nothing new is heard. What is shown may be old, and nothing can be decided. */
  readonly trouble?: unknown;
}

/** Whether there is a guard to ask about what is not told by itself; undefined before that is known. */
export function isReady({ overview, trouble }: View): boolean | undefined {
  return overview === undefined ? undefined : overview.running && trouble === undefined;
}

/** Whether what was asked may have failed, or be from before: there is a guard again, and there was none. */
export function isBack(ready: boolean | undefined, before: boolean | undefined): boolean {
  return ready === true && before === false;
}

type OverviewTold = (Overview & { readonly role: "administrator" }) | { readonly role: "nobody" };

export class Following {
  view: View = {};
  private readonly now: Subscription<NowState>;
  private overview: Subscription<OverviewTold> | undefined;

  /**
   * @param withOverview whether more than what waits is wanted
   * @param changed called whenever the view has
   */
  constructor(
    private readonly connection: Connection,
    private readonly clock: ServerClock,
    private readonly withOverview: boolean,
    private readonly changed: () => void,
    private readonly timers?: Timers,
  ) {
    this.now = new Subscription<NowState>(
      connection,
      { type: `${INTEGRATION}/now/subscribe` },
      { heard: (now) => this.heard(now), lost: (error) => this.lost(error) },
      timers,
    );
  }

  start(): void {
    this.now.start();
  }

  stop(): void {
    this.now.stop();
    this.endOverview();
  }

  private set(view: View): void {
    this.view = view;
    this.changed();
  }

  private heard(now: NowState): void {
    this.clock.set(now.now);
    if (now.you.role === "administrator") this.beginOverview();
    else this.endOverview();
    const { overview } = this.view;
    const keeps = now.you.role === "administrator" && overview !== undefined;
    this.set(keeps ? { now, overview } : { now });
  }

  private lost(error: unknown): void {
    if (!isForbidden(error)) {
      this.set({ ...this.view, trouble: error });
      return;
    }
    this.endOverview();
    this.set({ trouble: error });
  }

  private beginOverview(): void {
    if (!this.withOverview || this.overview) return;
    this.overview = new Subscription<OverviewTold>(
      this.connection,
      { type: `${INTEGRATION}/overview/subscribe` },
      { heard: (told) => this.heardOverview(told), lost: (error) => this.lostOverview(error) },
      this.timers,
    );
    this.overview.start();
  }

  private endOverview(): void {
    this.overview?.stop();
    this.overview = undefined;
  }

  private heardOverview(told: OverviewTold): void {
    if (told.role === "nobody") this.lostOverview({ code: "unauthorized" });
    else this.set({ ...this.view, overview: told });
  }

  private lostOverview(error: unknown): void {
    if (!isForbidden(error)) return;
    const { overview: _, ...others } = this.view;
    this.set(others);
  }
}
