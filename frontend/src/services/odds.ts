/** What a guess is worth, in numbers that can be imagined. */

/** Return a probability as "1 in so many", rounded to two digits; "0" for what cannot happen. */
export function oneIn(probability: number, language: string): string {
  if (probability <= 0) return "0";
  const many = Math.max(1, Number((1 / probability).toPrecision(2)));
  const digits = many < 10 ? 1 : 0;
  return `1 : ${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(many)}`;
}
