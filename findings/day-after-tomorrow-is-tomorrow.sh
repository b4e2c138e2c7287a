#!/usr/bin/env bash
# "The day after tomorrow" is tomorrow in French, Spanish and Portuguese, and today in Swedish.
#
# Seen with chrono-node 2.10.3, which reminders, notes and calendars in JavaScript find dates with. It looks for dates within a text, and where it has no word for the
# whole ("après-demain", "pasado mañana", "depois de amanhã") it finds "demain" in the middle of it. isCertain("day") is true of that, and nothing tells that half of
# the expression was left over. "Avant-hier" (the day before yesterday) is yesterday, and in Swedish "i övermorgon" is this very moment, which is at least no certain
# day. Its page calls French supported and the others partly so. Comparing `text` with what was said shows it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund chrono-node@2.10.3
cat >seen.mjs <<'JAVASCRIPT'
import assert from "node:assert";
import * as chrono from "chrono-node";

const MONDAY = new Date(2026, 4, 4, 12);
const SAID = {
  en: ["the day after tomorrow at 8 am"],
  de: ["übermorgen um 8 Uhr"],
  it: ["dopodomani alle 8"],
  fi: ["ylihuomenna kello 8"],
  ru: ["послезавтра в 8:00"],
  fr: ["après-demain à 8h", "avant-hier"],
  es: ["pasado mañana a las 8"],
  pt: ["depois de amanhã às 8"],
  sv: ["i övermorgon"],
};

const seen = {};
for (const [language, sentences] of Object.entries(SAID)) {
  for (const said of sentences) {
    const [found] = chrono[language].parse(said, MONDAY);
    const days = found.start.get("day") - MONDAY.getDate();
    const certain = found.start.isCertain("day");
    (seen[language] ??= []).push(certain ? days : `perhaps ${days}`);
    console.log(`${language}: "${said}" is ${days} day(s) from now${certain ? "" : ", perhaps"}; found in "${found.text}"`);
  }
}
assert.deepEqual(
  seen,
  { en: [2], de: [2], it: [2], fi: [2], ru: [2], fr: [1, -1], es: [1], pt: [1], sv: ["perhaps 0"] },
  "this has changed",
);
JAVASCRIPT
node seen.mjs
