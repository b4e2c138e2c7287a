import { expect, test } from "vitest";
import type { Connection } from "../home-assistant";
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, Subscription, type Timers } from "./subscription";

class Line implements Connection {
  connected = true;
  refusing = false;
  asked = 0;
  ended = 0;
  callbacks: ((message: unknown) => void)[] = [];
  private readonly listeners = new Map<string, Set<() => void>>();

  async subscribeMessage<Message>(
    callback: (message: Message) => void,
    _command: { type: string },
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>> {
    this.asked += 1;
    expect(options).toEqual({ resubscribe: false });
    if (this.refusing) throw { code: "unknown_command" };
    this.callbacks.push(callback as (message: unknown) => void);
    return async () => {
      this.ended += 1;
    };
  }

  addEventListener(event: string, listener: () => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  }

  removeEventListener(event: string, listener: () => void): void {
    this.listeners.get(event)?.delete(listener);
  }

  fire(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }

  tell(message: unknown): void {
    for (const callback of this.callbacks) callback(message);
  }
}

class Clock implements Timers {
  waits: number[] = [];
  private next: (() => void) | undefined;

  set(callback: () => void, milliseconds: number): unknown {
    this.waits.push(milliseconds);
    this.next = callback;
    return callback;
  }

  clear(timer: unknown): void {
    if (this.next === timer) this.next = undefined;
  }

  async pass(): Promise<void> {
    const { next } = this;
    this.next = undefined;
    next?.();
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

function follow(line: Line): {
  heard: unknown[];
  lost: unknown[];
  clock: Clock;
  subscription: Subscription<unknown>;
} {
  const heard: unknown[] = [];
  const lost: unknown[] = [];
  const clock = new Clock();
  const listener = { heard: (message: unknown) => heard.push(message), lost: (error: unknown) => lost.push(error) };
  const subscription = new Subscription(line, { type: "ours" }, listener, clock);
  subscription.start();
  return { heard, lost, clock, subscription };
}

test("what is told is heard", async () => {
  const line = new Line();
  const { heard, lost } = follow(line);
  await settled();
  line.tell("state");
  expect(heard).toEqual(["state"]);
  expect(lost).toEqual([]);
});

test("who is refused asks again, later and later, until heard", async () => {
  const line = new Line();
  line.refusing = true;
  const { lost, heard, clock } = follow(line);
  await settled();
  for (let turn = 0; turn < 8; turn += 1) await clock.pass();
  expect(lost).toHaveLength(9);
  expect(clock.waits.slice(0, 3)).toEqual([FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS]);
  expect(Math.max(...clock.waits)).toBe(LONGEST_WAIT_MS);
  line.refusing = false;
  await clock.pass();
  line.tell("back");
  expect(heard).toEqual(["back"]);
});

test("after a cut line it subscribes once, at once, and the old one is not heard", async () => {
  const line = new Line();
  const { heard, lost } = follow(line);
  await settled();
  line.fire("disconnected");
  expect(lost).toHaveLength(1);
  line.tell("from the dead");
  expect(heard).toEqual([]);
  line.fire("ready");
  await settled();
  expect(line.asked).toBe(2);
  line.tell("alive");
  expect(heard).toEqual(["alive"]);
});

test("a line that comes back while we wait ends the waiting", async () => {
  const line = new Line();
  line.refusing = true;
  const { clock, heard } = follow(line);
  await settled();
  line.refusing = false;
  line.fire("ready");
  await settled();
  await clock.pass();
  expect(line.asked).toBe(2);
  line.tell("once");
  expect(heard).toEqual(["once"]);
});

test("who stops is told nothing more, also if the answer was under way", async () => {
  const line = new Line();
  const { heard, subscription } = follow(line);
  subscription.stop();
  await settled();
  line.tell("late");
  line.fire("ready");
  await settled();
  expect(heard).toEqual([]);
  expect(line.asked).toBe(1);
  expect(line.ended).toBe(1);
});
