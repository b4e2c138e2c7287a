// The household beside the browser: what is said and done in it (panel_home.py).

export const given = JSON.parse(process.env.PANEL);

/** Have something done, and return what came of it. */
export async function house(deed, more = {}) {
  const answer = await fetch(given.door, { method: "POST", body: JSON.stringify({ do: deed, ...more }) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(`${deed}: ${told.error ?? answer.status}`);
  return told;
}

/** Wait until something is as it has to be. */
export async function until(happened, what, patience = 15_000) {
  const end = Date.now() + patience;
  let last;
  do {
    last = await happened();
    if (last) return last;
    await new Promise((again) => setTimeout(again, 25));
  } while (Date.now() < end);
  throw new Error(`it has not happened: ${what}`);
}
