import { expect, test } from "vitest";
import type { Connection } from "../home-assistant";
import type { NowState, Overview, Role } from "../model";
import { ServerClock } from "./countdown";
import { Following, isBack, isReady } from "./following";

class House implements Connection {
  connected = true;
  refusing: unknown;
  readonly told = new Map<string, (message: unknown) => void>();
  readonly ended: string[] = [];

  async subscribeMessage<Message>(
    callback: (message: Message) => void,
    { type }: { type: string },
  ): Promise<() => Promise<void>> {
    if (this.refusing) throw this.refusing;
    this.told.set(type, callback as (message: unknown) => void);
    return async () => {
      this.ended.push(type);
      this.told.delete(type);
    };
  }

  private readonly listeners = new Map<string, (() => void)[]>();

  addEventListener(event: string, listener: () => void): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  removeEventListener(event: string, listener: () => void): void {
    this.listeners.set(
      event,
      (this.listeners.get(event) ?? []).filter((other) => other !== listener),
    );
  }

  fire(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }
}

const NOW = "message_guard/now/subscribe";
const OVERVIEW = "message_guard/overview/subscribe";

function state(role: Role, body?: string): NowState {
  const pending = body === undefined ? [] : [{ confirmation_id: "V", body }];
  return {
    now: "2026-11-28T10:00:00+00:00",
    module: null,
    you: { role },
    guard: null,
    pending,
    decided: [],
  } as unknown as NowState;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

async function follow(withOverview = true): Promise<{ house: House; following: Following; changes: () => number }> {
  const house = new House();
  let changed = 0;
  const following = new Following(house, new ServerClock(() => 0), withOverview, () => (changed += 1));
  following.start();
  await settled();
  return { house, following, changes: () => changed };
}

test("an administrator gets what waits and the overview", async () => {
  const { house, following } = await follow();
  house.told.get(NOW)!(state("administrator", "hello"));
  await settled();
  house.told.get(OVERVIEW)!({ role: "administrator", running: true });
  expect(following.view.now?.pending).toHaveLength(1);
  expect(following.view.overview?.running).toBe(true);
  house.told.get(NOW)!(state("administrator"));
  expect(following.view.overview?.running).toBe(true);
});

test("an approver is not even asked for the overview", async () => {
  const { house } = await follow();
  house.told.get(NOW)!(state("approver", "hello"));
  await settled();
  expect(house.told.has(OVERVIEW)).toBe(false);
});

test("who wants only what waits asks for nothing else", async () => {
  const { house } = await follow(false);
  house.told.get(NOW)!(state("administrator"));
  await settled();
  expect(house.told.has(OVERVIEW)).toBe(false);
});

test.each<Role>(["approver", "nobody"])("who was an administrator and is %s keeps nothing of the overview", async (role) => {
  const { house, following } = await follow();
  house.told.get(NOW)!(state("administrator", "hello"));
  await settled();
  const late = house.told.get(OVERVIEW)!;
  late({ role: "administrator", running: true });
  house.told.get(NOW)!(state(role));
  expect(following.view.overview).toBeUndefined();
  expect(following.view.now?.pending).toEqual([]);
  expect(house.ended).toEqual([OVERVIEW]);
  late({ role: "administrator", running: true });
  expect(following.view.overview).toBeUndefined();
});

test("the overview that ends by itself is gone at once", async () => {
  const { house, following } = await follow();
  house.told.get(NOW)!(state("administrator"));
  await settled();
  house.told.get(OVERVIEW)!({ role: "administrator", running: true });
  house.told.get(OVERVIEW)!({ role: "nobody" });
  expect(following.view.overview).toBeUndefined();
});

test("a cut line keeps what was shown, as old, until the server tells anew", async () => {
  const { house, following, changes } = await follow();
  house.told.get(NOW)!(state("administrator", "hello"));
  await settled();
  house.fire("disconnected");
  expect(following.view.trouble).toBeDefined();
  expect(following.view.now?.pending).toHaveLength(1);
  house.fire("ready");
  await settled();
  house.told.get(NOW)!(state("administrator"));
  expect(following.view.trouble).toBeUndefined();
  expect(following.view.now?.pending).toEqual([]);
  expect(changes()).toBeGreaterThan(2);
});

test("who is not allowed any more sees nothing", async () => {
  const { house, following } = await follow();
  house.told.get(NOW)!(state("administrator", "hello"));
  await settled();
  house.told.get(OVERVIEW)!({ role: "administrator", running: true });
  house.refusing = { code: "unauthorized" };
  house.fire("ready");
  await settled();
  expect(following.view.now).toBeUndefined();
  expect(following.view.overview).toBeUndefined();
  following.stop();
});

test("pages that ask once ask again when there is a guard again", () => {
  const overview = { running: true } as Overview;
  expect(isReady({})).toBeUndefined();
  expect(isReady({ overview })).toBe(true);
  expect(isReady({ overview, trouble: { error: { code: 3 } } })).toBe(false);
  expect(isReady({ overview: { ...overview, running: false } })).toBe(false);
  expect(isBack(true, false)).toBe(true);
  expect([isBack(true, undefined), isBack(false, true), isBack(undefined, false)]).toEqual([false, false, false]);
});
