import { randomBytes } from "node:crypto";
import type { Item } from "./item";
import type { PersonalRows, PersonNames } from "./row-kind";

/** The set of those who have used something, such as a code. */
const PEOPLE = "people";

/** Rows that say by whom something was used, and whatever else the ledger holds. What was used stays so, by somebody who can no longer be named. */
export const usedRows: PersonalRows = {
  partOf(item, person, isTheirs) {
    const personUses = ownUses(item, person);
    if (!isTheirs && personUses.length === 0) return undefined;
    return item[PEOPLE] === undefined ? item : { ...item, [PEOPLE]: { SS: personUses } };
  },
  restOf(item, person) {
    const personUses = new Set(ownUses(item, person));
    if (personUses.size === 0) return undefined;
    const people = (item[PEOPLE]?.SS ?? []).map((holder) =>
      personUses.has(holder) ? `erased.${randomBytes(16).toString("base64url")}` : holder,
    );
    return { ...item, [PEOPLE]: { SS: people } };
  },
};

/** Each begins with the person that holds it. */
function ownUses(item: Item, person: PersonNames): string[] {
  return (item[PEOPLE]?.SS ?? []).filter((holder) => isPersons(holder.split(".")[0] as string, person));
}

/** The account is the id of a person without an address. */
export function isPersons(id: string, { personIds, accountIds }: Pick<PersonNames, "personIds" | "accountIds">): boolean {
  return personIds.has(id) || accountIds.has(id);
}
