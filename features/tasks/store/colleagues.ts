import type { AwsClient } from "../../../adapters/aws/client";
import { toItem, toRow } from "../../../adapters/tables/item";
import { type DynamoTable, getItem, updateItem } from "../../../adapters/tables/table";
import { TASK_PREFIX, tables } from "../../../adapters/tables/tables";
import type { Operator } from "../../../engine/tasks/task";

export interface Colleague extends Operator {
  readonly role: string;
  /** The address for mail about assigned tasks; undefined if Entra has none. */
  readonly email?: string | undefined;
}

export interface ColleagueStore {
  /** Sorted by name. Omits people who have not signed in for three months. */
  all(now: Date): Promise<readonly Colleague[]>;
  signedIn(colleague: Colleague, now: Date): Promise<void>;
}

/** The only row has one column for each colleague, named by the object id of the colleague's account. */
const ROW = { id: `${TASK_PREFIX}colleagues` };
const LONGEST_AWAY_MS = 90 * 86_400_000;

export function colleagueStore(client: AwsClient, name: string): ColleagueStore {
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  return {
    async all(now) {
      const { id: _, ...columns } = toRow((await getItem(table, ROW)) ?? {});
      const since = new Date(now.getTime() - LONGEST_AWAY_MS).toISOString();
      return Object.entries(columns)
        .flatMap(([id, cell]) => {
          const { name, role, email, at } = (typeof cell === "object" && cell !== null ? cell : {}) as Record<string, unknown>;
          if (typeof name !== "string" || typeof role !== "string" || typeof at !== "string" || at < since) return [];
          return [{ id, name, role, ...(typeof email === "string" && { email }) }];
        })
        .sort((one, other) => one.name.localeCompare(other.name));
    },
    async signedIn({ id, name, role, email }, now) {
      await updateItem(table, toItem(ROW), {
        set: toItem({ [id]: { name, role, at: now.toISOString(), ...(email !== undefined && { email }) } }),
      });
    },
  };
}
