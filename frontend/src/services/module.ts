/** Which version of the page this is: its file is named by what is in it. */

/**
 * @param served the file that is on the server now, if it tells
 * @param own the address that this code was loaded from
 */
export function isNewer(served: string | null | undefined, own: string): boolean {
  if (!served) return false;
  return new URL(own).pathname.split("/").at(-1) !== served;
}
