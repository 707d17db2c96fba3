import { randomBytes } from "node:crypto";
import type { EditedRows } from "../tables/edited-rows";
import type { Item } from "../tables/item";
import { LOOKED_AT_ROWS, type OwnRows, type PersonFound } from "./person";

/** The set of those who have used a code. */
const PEOPLE = "people";

/** The rows of the ledger that count something of the person: looked for in the whole table. */
export async function ledgerRowsOf(
  person: Pick<PersonFound, "personIds">,
  ledger: Pick<EditedRows, "page">,
  from?: Item,
): Promise<OwnRows> {
  const { items, next } = await ledger.page({ from, rows: LOOKED_AT_ROWS });
  const own = items.filter((item) => person.personIds.has(String(item.personId?.S)) || ownUses(item, person).length > 0);
  return { items: own, ...(next && { next }) };
}

/** A row as far as it is about the person: who else has used a code is not theirs to know. */
export function ownPart(item: Item, person: Pick<PersonFound, "personIds">): Item {
  return item[PEOPLE] === undefined ? item : { ...item, [PEOPLE]: { SS: ownUses(item, person) } };
}

/** Forgets the person in a row. A code stays used: somebody whom nobody can name has used it. False if the row changed meanwhile. */
export async function eraseFrom(
  item: Item,
  person: Pick<PersonFound, "personIds">,
  ledger: Pick<EditedRows, "change" | "remove">,
): Promise<boolean> {
  const own = new Set(ownUses(item, person));
  if (own.size === 0) return await ledger.remove(item);
  const people = (item[PEOPLE]?.SS ?? []).map((holder) => (own.has(holder) ? `erased.${randomBytes(16).toString("base64url")}` : holder));
  return await ledger.change(item, { ...item, [PEOPLE]: { SS: people } });
}

/** Each begins with the person that holds it. */
function ownUses(item: Item, { personIds }: Pick<PersonFound, "personIds">): string[] {
  return (item[PEOPLE]?.SS ?? []).filter((holder) => personIds.has(holder.split(".")[0] as string));
}
