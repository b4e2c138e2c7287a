/** What the server tells, as docs/websocket-api.md describes it. Times are ISO 8601, days `2026-11-28`. */

export type Level = "none" | "phrase" | "code" | "pin" | "device" | "block";
export type Role = "administrator" | "approver" | "nobody";

export interface Named {
  readonly id: string;
  readonly name: string | null;
}

export interface You {
  readonly user_id: string;
  readonly name: string | null;
  readonly role: Role;
  readonly may_approve: boolean;
  readonly needs_pin: boolean;
  readonly can_edit: boolean;
  readonly may_switch: boolean;
  readonly why_not: string | null;
}

export interface Guard {
  readonly state: "guarding" | "watching" | "off" | "not_running";
  readonly off: { readonly why: string; readonly by: string | null; readonly since: string | null } | null;
  readonly not_running: string | null;
  readonly reason_key?: string | null;
}

/** Where something came from; requests that wait and those of the past tell it alike. */
export interface Source {
  readonly place: string | null;
  readonly who: string | null;
  readonly typed: boolean;
  readonly route: string;
  readonly by_model: boolean;
  readonly what: string | null;
  readonly held_call: string | null;
}

export interface Pending extends Source {
  readonly confirmation_id: string;
  readonly request_ids: readonly string[];
  /** What it was when it was shown; a decision is about that. */
  readonly bound: string;
  readonly contacts: readonly Named[];
  readonly body: string;
  readonly extras: readonly string[];
  readonly title: string | null;
  readonly level: Level;
  readonly usual_level: Level;
  readonly reasons: readonly string[];
  readonly expires_at: string;
  readonly editable: boolean;
  /** The contacts whose own PIN it takes; empty where it is the household's. */
  readonly pin_of: readonly Named[];
  /** Why this screen cannot approve this one, where that is about the message. */
  readonly why_not: string | null;
}

export interface Decided {
  readonly confirmation_id: string;
  readonly contacts: readonly Named[];
  readonly step: string;
  readonly by: string | null;
  readonly via: string | null;
  readonly reasons: readonly string[];
  readonly at: string;
}

/** A message that somebody has written to the house and nobody has read yet. */
export interface Unread {
  readonly message_id: string;
  readonly contact: Named;
  readonly body: string;
  readonly at: string;
}

export interface NowState {
  readonly now: string;
  readonly module: string | null;
  readonly you: You;
  readonly guard: Guard | null;
  readonly pending: readonly Pending[];
  readonly decided: readonly Decided[];
  readonly unread: readonly Unread[];
}

export interface Answered {
  readonly kind: string;
  readonly text: string;
}

export type Counts = Readonly<Record<string, number>>;

export interface Todo {
  readonly id: string;
  readonly kind: string;
  readonly can: readonly string[];
  readonly key?: string;
  readonly placeholders?: Readonly<Record<string, string>> | null;
  readonly severity?: string;
  readonly name?: string;
  readonly times?: number;
  readonly place?: string | null;
  readonly like?: readonly Named[];
  readonly target?: string;
}

export interface Overview {
  readonly running: boolean;
  readonly contacts: number;
  readonly phones: number;
  readonly has_pin: boolean;
  readonly assistants: number;
  readonly todo: readonly Todo[];
  readonly today: Counts;
  readonly last: readonly RequestRow[];
  /** Grows whenever words are erased. */
  readonly erased: number;
}

export interface RequestRow extends Source {
  readonly request_id: string;
  readonly at: string;
  readonly ended_at: string | null;
  readonly contact: Named | null;
  readonly recipient: string | null;
  readonly body: string | null;
  readonly utterance: string | null;
  readonly words_kept: boolean;
  readonly outcome: string;
  readonly kind: string;
  readonly level: Level | null;
  readonly reasons: readonly string[];
  readonly proved_by: string | null;
  readonly approver: string | null;
  readonly source: string | null;
}

export interface RequestPage {
  readonly rows: readonly RequestRow[];
  readonly before: number | null;
}

export interface Received {
  readonly direction: "in";
  readonly message_id: string;
  readonly at: string;
  readonly contact: Named | null;
  readonly sender: string | null;
  readonly body: string | null;
  readonly for_somebody: boolean;
  readonly for_whom: string | null;
  readonly state: "unread" | "told" | "read" | "dropped";
  readonly reasons: readonly string[];
  readonly place: string | null;
}

export type Correspondence = Received | (RequestRow & { readonly direction: "out" });

export interface CorrespondencePage {
  readonly rows: readonly Correspondence[];
  readonly before: number | null;
}

export interface FilterChoices {
  readonly contacts: readonly Named[];
  readonly places: readonly { readonly satellite_id: string; readonly name: string | null }[];
  readonly first_day: string | null;
  readonly today: string;
  readonly total: number;
}

export interface StoryStep {
  readonly sequence: number;
  readonly at: string;
  readonly kind: string;
  readonly reasons: readonly string[];
  readonly level: Level | null;
  readonly by: string | null;
  readonly via: string | null;
  readonly hash: string;
}

export interface Story {
  readonly row: RequestRow;
  readonly steps: readonly StoryStep[];
  /** Ids of the requests with the words before and after somebody has changed them. */
  readonly replaces: string | null;
  readonly replaced_by: string | null;
}

export interface Statistics {
  readonly days: readonly ({ readonly day: string } & Counted)[];
  readonly hours: readonly ({ readonly hour: number } & Counted)[];
}

export interface Counted {
  readonly sent: number;
  readonly declined: number;
  readonly refused: number;
  readonly expired: number;
  readonly failed: number;
}

export interface Verified {
  readonly sound: boolean;
  readonly entries: number;
  readonly signed: number;
  readonly problem: { readonly sequence: number; readonly code: string; readonly meaning: string } | null;
  readonly gaps: readonly Gap[];
}

export interface Gap {
  readonly since: string;
  readonly until: string;
  readonly announced: boolean;
}

export interface Decision {
  readonly outcome: "send" | "confirm" | "refuse";
  readonly level: Level;
  readonly reasons: readonly string[];
}

export interface Place {
  readonly satellite_id: string | null;
  readonly name: string | null;
}

export interface Levels {
  readonly places: readonly Place[];
  readonly contacts: readonly {
    readonly id: string;
    readonly name: string;
    readonly aliases: readonly string[];
    readonly levels: readonly Decision[];
  }[];
}

export interface Tried {
  readonly language: string | null;
  readonly understood: string | null;
  readonly body?: string | null;
  readonly recipients: readonly (Decision & {
    readonly said: string;
    readonly contact: string | null;
    readonly question: string | null;
  })[];
}

export interface EarsState {
  readonly engines: readonly { readonly engine: string; readonly name: string; readonly cloud: boolean }[];
  readonly running: boolean;
  /** From 0 to 1. */
  readonly progress: number;
  readonly failed: boolean;
  readonly checked: readonly CheckedEar[] | null;
}

export interface CheckedEar {
  readonly name: string;
  readonly language: string;
  readonly made_up: "nothing" | "no" | "request" | "phrase" | "code" | "unknown";
  readonly texts: readonly string[];
}

export interface SafetyState {
  readonly running_since: string | null;
  readonly observe: boolean;
  readonly pipelines: readonly {
    readonly id: string;
    readonly name: string;
    readonly language: string | null;
    readonly guarded: boolean;
  }[];
  readonly actions: readonly string[];
  readonly intents: readonly string[];
  readonly can_pass: readonly {
    readonly id: string;
    readonly key: string;
    readonly placeholders: Readonly<Record<string, string>> | null;
    readonly severity: string;
    readonly ignored: boolean;
  }[];
  readonly ignored: number;
  readonly gaps: readonly Gap[];
  readonly ledger: {
    readonly sound: boolean | null;
    readonly entries: number;
    readonly signed: number;
    readonly checked_at: string | null;
    readonly verifier_key: string | null;
    readonly retention_days: number | null;
  };
  readonly copies: readonly { readonly kind: string; readonly name: string; readonly failed: boolean }[];
  readonly witnesses: readonly { readonly name: string }[];
  readonly forwarding: readonly {
    readonly host: string;
    readonly fields: "hashes" | "events" | "words";
    readonly verdict: string | null;
    readonly failing_since: string | null;
  }[];
  readonly numbers: {
    readonly phrase: { readonly set: boolean; readonly words: number };
    readonly code: {
      readonly one_in: number;
      readonly tries: number;
      readonly per_hours: number;
      readonly lucky_in_a_day: number;
    };
    readonly pin: {
      readonly set: boolean;
      readonly one_in_at_least: number;
      readonly tries: number;
      readonly locks_minutes: readonly number[];
      readonly guesses_first_day: number;
      readonly lucky_first_day: number;
      readonly guesses_in_a_year: number;
      readonly lucky_in_a_year: number;
    };
    readonly device: { readonly approvers: number; readonly phones: number; readonly buttons: number };
  };
}
