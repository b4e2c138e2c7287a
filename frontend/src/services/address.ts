/**
 * The page's address holds what is looked at: after a restart of Home Assistant the page's element is made anew,
 * and whatever only it knew is gone.
 */

export const PAGES = ["now", "history", "people", "safety"] as const;
export type PageName = (typeof PAGES)[number];

export interface Filters {
  readonly contact_id?: string;
  readonly satellite_id?: string;
  readonly outcomes?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly text?: string;
}

export interface Address {
  readonly page: PageName;
  readonly filters: Filters;
  /** The request whose story is open. */
  readonly request?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** @param path what follows the panel's own part, such as `/history` */
export function read(path: string, search: string): Address {
  const name = path.split("/")[1];
  const page = PAGES.find((known) => known === name) ?? "now";
  const given = new URLSearchParams(search);
  const filters: Record<string, string | string[]> = {};
  for (const key of ["contact_id", "satellite_id", "text"]) {
    const value = given.get(key);
    if (value) filters[key] = value;
  }
  for (const key of ["since", "until"]) {
    const value = given.get(key);
    if (value && DAY.test(value)) filters[key] = value;
  }
  const outcomes = given.get("outcomes")?.split(",").filter(Boolean);
  if (outcomes?.length) filters["outcomes"] = outcomes;
  const request = given.get("request");
  return request ? { page, filters, request } : { page, filters };
}

/** @param prefix the panel's own part, such as `/message-guard` */
export function write(prefix: string, address: Address): string {
  const given = new URLSearchParams();
  const { outcomes, ...texts } = address.filters;
  for (const [key, value] of Object.entries(texts)) {
    if (value) given.set(key, value);
  }
  if (outcomes?.length) given.set("outcomes", outcomes.join(","));
  if (address.request) given.set("request", address.request);
  const search = given.toString();
  return `${prefix}/${address.page}${search && `?${search}`}`;
}

/** Return the filters with one changed; nothing, or an empty list, takes it away. */
export function filtered(filters: Filters, key: keyof Filters, value: string | readonly string[]): Filters {
  const { [key]: _, ...others } = filters;
  return value.length ? { ...others, [key]: value } : others;
}
