import { type Item, toRow } from "../../../adapters/tables/item";
import { omit } from "../../../engine/collections";
import { computeEffect, readRow } from "../../access-list/row";
import type { AccessListStore } from "../../access-list/store/access-list";
import { commitRow } from "../../audit/store/audited-tables";
import type { AuditedChange, AuditStore } from "../../audit/store/trail";

export interface PartnerEntriesPorts {
  readonly list: Pick<AccessListStore, "ofPartner" | "writing">;
  readonly trail: Pick<AuditStore, "commit">;
}

/**
 * Maximum number of rounds in which a partner's entries are ended. Somebody may add entries during a round, so one round may not be enough.
 */
const MAX_ROUNDS = 3;

/** Ends the allows of a partner's contacts, because the domain is no longer proven. Their denies stay. Can be repeated. */
export async function endPartnerAllows(
  { list, trail }: PartnerEntriesPorts,
  domain: string,
  who: Pick<AuditedChange, "by" | "name" | "via">,
  now: Date,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const live = (await list.ofPartner(domain)).filter((item) => wouldLetIn(item, now));
    if (live.length === 0) return;
    for (const item of live) {
      const isDeny = readRow(toRow(item)).effect !== "allow";
      const endedItem: Item = isDeny ? omit(item, "allowedUntil") : { ...item, expiresAt: { S: now.toISOString() } };
      const write = list.writing({ before: item, after: endedItem });
      await commitRow(trail, "access-list", { before: toRow(item), after: toRow(endedItem), write }, who, now);
    }
  }
  throw new Error("Entries of a partner kept changing while they were ended.");
}

/** True for an allow, or a deny with `allowedUntil`, that lets in people now. Does not check the partner's domain or whether all cells are readable. */
export function wouldLetIn(item: Item, now: Date): boolean {
  const row = readRow(toRow(item));
  return computeEffect(row, now) === "allow" && (row.expiresAt === undefined || row.expiresAt > now.getTime());
}
