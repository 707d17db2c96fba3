import { type Item, toRow } from "../../../adapters/tables/item";
import { readRow } from "../../access-list/row";
import type { AccessListStore } from "../../access-list/store/access-list";
import { commitRow } from "../../audit/store/audited-tables";
import type { AuditedChange, AuditStore } from "../../audit/store/trail";

export interface PartnerEntriesPorts {
  readonly list: Pick<AccessListStore, "ofPartner" | "writing">;
  readonly trail: Pick<AuditStore, "commit">;
}

/**
 * Limit of the rounds in which a partner's entries are ended. More than one round may be needed, because somebody may add entries while
 * others are ended.
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
      const endedItem: Item = { ...item, expiresAt: { S: now.toISOString() } };
      const write = list.writing({ before: item, after: endedItem });
      await commitRow(trail, "access-list", { before: toRow(item), after: toRow(endedItem), write }, who, now);
    }
  }
  throw new Error("Entries of a partner kept changing while they were ended.");
}

/** True if a row would let somebody in, provided that its domain is a partner's and all its columns are readable. */
export function wouldLetIn(item: Item, now: Date): boolean {
  const { effect, expiresAt } = readRow(toRow(item));
  return effect === "allow" && (expiresAt === undefined || expiresAt > now.getTime());
}
