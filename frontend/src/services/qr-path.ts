/** A QR code as the path of an SVG: one square of 1 × 1 for each dark module, with the quiet edge that readers need. */
import { encode } from "uqr";

export interface QrPath {
  readonly size: number;
  readonly path: string;
}

const QUIET = 4;

export function qrPath(text: string): QrPath {
  const { data } = encode(text, { ecc: "M", border: QUIET });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size: data.length, path: squares.join("") };
}
