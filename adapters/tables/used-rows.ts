import { randomBytes } from "node:crypto";
import type { Item } from "./item";
import type { PersonalRows, PersonNames } from "./row-kind";

const PEOPLE = "people";

/** Rows that record uses. An erasure replaces the person by a random text, so the use stays recorded. */
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

/** A holder's text begins with the person's id; a dot ends the id. */
function ownUses(item: Item, person: PersonNames): string[] {
  return (item[PEOPLE]?.SS ?? []).filter((holder) => isPersons(holder.split(".")[0] as string, person));
}

/** True if the id is a hash of one of the person's addresses or accounts. */
export function isPersons(id: string, { personIds, accountIds }: Pick<PersonNames, "personIds" | "accountIds">): boolean {
  return personIds.has(id) || accountIds.has(id);
}
