/** A chart of stacked bars, as rectangles in a box of 100 × 100. */

export interface Series {
  readonly key: string;
  readonly values: readonly number[];
}

export interface Bar {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How much of a column stays empty on each side of its bar. */
const EDGE = 0.1;

/** Return the next number that is easy to read on an axis: 1, 2, 5, 10, 20 … */
export function niceTop(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10;
  return step * power;
}

export function highest(series: readonly Series[]): number {
  const columns = series[0]?.values.length ?? 0;
  let most = 0;
  for (let column = 0; column < columns; column += 1) {
    most = Math.max(
      most,
      series.reduce((sum, { values }) => sum + (values[column] ?? 0), 0),
    );
  }
  return most;
}

export function bars(series: readonly Series[]): Bar[] {
  const columns = series[0]?.values.length ?? 0;
  const top = niceTop(highest(series));
  const slot = 100 / Math.max(columns, 1);
  const found: Bar[] = [];
  for (let column = 0; column < columns; column += 1) {
    let below = 0;
    for (const { key, values } of series) {
      const height = (100 * (values[column] ?? 0)) / top;
      if (height === 0) continue;
      below += height;
      found.push({
        key,
        x: slot * column + slot * EDGE,
        y: 100 - below,
        width: slot - 2 * EDGE * slot,
        height,
      });
    }
  }
  return found;
}
