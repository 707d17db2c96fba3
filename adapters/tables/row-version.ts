import { createHash } from "node:crypto";
import type { Item } from "./item";

/** A form sends this version of the row that it showed, so that an edit of a row that has changed since is noticed. */
export function computeRowVersion(item: Item): string {
  const cells = Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1));
  return versionOfAll(cells);
}

export function versionOfAll(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);
}
