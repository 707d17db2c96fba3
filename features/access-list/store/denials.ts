import { requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import { type Rows, rows } from "../../../adapters/tables/rows";
import { tables } from "../../../adapters/tables/tables";
import type { World } from "../../../adapters/world";
import { recordId } from "../../../engine/sign-up/records";
import { type AskedLists, denialKeys, denyingEntry, type JudgedPerson } from "../asked-lists";

export interface Denials {
  /** Returns, for each denied person, the entry that denies. */
  findDenials<P extends JudgedPerson>(people: readonly P[], now: Date, signal?: AbortSignal): Promise<ReadonlyMap<P, string>>;
}

/** Each person has about twenty keys. */
const PEOPLE_AT_ONCE = 100;

export function denials({ read }: Pick<Rows, "read">, lists: AskedLists): Denials {
  return {
    async findDenials<P extends JudgedPerson>(people: readonly P[], now: Date, signal?: AbortSignal) {
      const entries = new Map<P, string>();
      for (let first = 0; first < people.length; first += PEOPLE_AT_ONCE) {
        const group = people.slice(first, first + PEOPLE_AT_ONCE);
        const keys = group.flatMap((person) => denialKeys(person, lists));
        const rows = keys.length === 0 ? new Map() : await read(keys, signal);
        for (const person of group) {
          const entry = denyingEntry(person, lists, (key) => rows.get(recordId(key)), now);
          if (entry !== undefined) entries.set(person, entry);
        }
      }
      return entries;
    },
  };
}

/** Returns the `Denials` for a function that may read the list: see `grantDenials`. */
export function denialsInStack({ settings, tables: client }: Pick<World, "settings" | "tables">): Denials {
  const all = rows(client, (table) => requireVariable(tables[table].variable, settings));
  return {
    findDenials: (...args) =>
      denials(all, JSON.parse(requireVariable(workerEnvironment.askedLists, settings)) as AskedLists).findDenials(...args),
  };
}
