import { createHash } from "node:crypto";
import type { Item } from "../../adapters/tables/item";

/** Tells one state of a row from any other: forms carry it, so that an edit of a stale page is noticed. */
export function versionOf(item: Item): string {
  const cells = Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(cells)).digest("base64url").slice(0, 22);
}
