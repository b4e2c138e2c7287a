/**
 * Build the module that the integration serves, and name it by what is in it.
 *
 *   node build.mjs          write it, with its .gz sibling, built.json and the licences
 *   node build.mjs --check  build it again and compare with what is committed
 *
 * Browsers keep a file for a month and a service worker keeps it longer: only another name brings another version.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { build } from "vite";

const MOST_GZIPPED = 60_000;
const PREFIX = "message-guard-";
const SHIPPED_LIBRARIES = ["lit", "lit-html", "lit-element", "@lit/reactive-element", "uqr"];

const here = dirname(fileURLToPath(import.meta.url));
// The compiler looks for tsconfig.json from where it is called, and builds otherwise without it.
process.chdir(here);
const target = join(here, "../custom_components/message_guard/frontend");

async function bundled() {
  const result = await build({ root: here, build: { write: false } });
  const [output] = (Array.isArray(result) ? result[0] : result).output;
  return `/*! Licences of the libraries in this file: LICENSES.txt beside it. */\n${output.code}`;
}

function licences() {
  const texts = SHIPPED_LIBRARIES.map((name) => {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf-8"));
    return `${name} ${version}\n\n${readFileSync(join(folder, "LICENSE"), "utf-8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

const code = await bundled();
const hash = createHash("sha256").update(code).digest("hex").slice(0, 12);
const name = `${PREFIX}${hash}.js`;
const zipped = gzipSync(code, { level: 9 });
const built = { module: name, hash };
const files = {
  [name]: code,
  "built.json": `${JSON.stringify(built, null, 2)}\n`,
  "LICENSES.txt": licences(),
};

const size = `${name}: ${Buffer.byteLength(code)} bytes, ${zipped.length} gzipped of at most ${MOST_GZIPPED}`;
console.log(size);
const wrong = zipped.length > MOST_GZIPPED ? ["the module is too large"] : [];

if (process.argv.includes("--check")) {
  const read = (file) => {
    try {
      return readFileSync(join(target, file));
    } catch {
      return undefined;
    }
  };
  for (const [file, text] of Object.entries(files)) {
    if (read(file)?.toString("utf-8") !== text) wrong.push(`${file} is not what the source makes`);
  }
  // Another version of zlib may pack otherwise: what counts is what is in it.
  const packed = read(`${name}.gz`);
  if (!packed || gunzipSync(packed).toString("utf-8") !== code) wrong.push(`${name}.gz holds something else`);
  const known = new Set([...Object.keys(files), `${name}.gz`]);
  for (const file of readdirSync(target)) {
    if (!known.has(file)) wrong.push(`${file} is left over`);
  }
} else {
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(target)) {
    if (file.startsWith(PREFIX)) rmSync(join(target, file));
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(target, file), text);
  writeFileSync(join(target, `${name}.gz`), zipped);
}

for (const line of wrong) console.error(line);
process.exitCode = wrong.length ? 1 : 0;
