import { randomBytes } from "node:crypto";
import type { Item } from "./item";
import type { PersonalRows, PersonNames } from "./row-kind";

/** Column with the set of people who have used something, such as a code. */
const PEOPLE = "people";

/**
 * Handles the personal data in rows of the usage table. If a row records who used something, an erasure replaces the person with a random
 * text, and the record of the use remains.
 */
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

/** Returns the person's own uses. The text of a holder begins with the person's id; a dot ends the id. */
function ownUses(item: Item, person: PersonNames): string[] {
  return (item[PEOPLE]?.SS ?? []).filter((holder) => isPersons(holder.split(".")[0] as string, person));
}

/** True if an id belongs to the person. If the person has no address, the id is the account's. */
export function isPersons(id: string, { personIds, accountIds }: Pick<PersonNames, "personIds" | "accountIds">): boolean {
  return personIds.has(id) || accountIds.has(id);
}
