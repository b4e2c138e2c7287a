/** Which rows of an endless list are on the screen. All rows have one height, so this is arithmetic. */

export const ROW_HEIGHT = 48;
/** Rows painted above and below what is visible, so that a quick finger finds no hole. */
export const BEYOND = 12;

export interface RowWindow {
  /** The first row that is painted. */
  readonly first: number;
  /** The one after the last. */
  readonly end: number;
}

/**
 * @param top how far the list's first row is above the visible part, in pixels; negative if it is below its edge
 * @param visible the height of the visible part, in pixels
 * @param count how many rows there are
 */
export function rowWindow(top: number, visible: number, count: number): RowWindow {
  const first = Math.floor(top / ROW_HEIGHT) - BEYOND;
  const end = Math.ceil((top + visible) / ROW_HEIGHT) + BEYOND;
  const clampedFirst = Math.min(Math.max(first, 0), count);
  return { first: clampedFirst, end: Math.min(Math.max(end, clampedFirst), count) };
}

/** Whether the end comes so near that more should be fetched. */
export function nearEnd(shown: RowWindow, count: number): boolean {
  return shown.end + 2 * BEYOND >= count;
}
