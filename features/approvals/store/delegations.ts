import type { AwsClient } from "../../../adapters/aws/client";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { PersonNames, RowKind } from "../../../adapters/tables/row-kind";
import { type DynamoTable, equal, getItem, updateItem } from "../../../adapters/tables/table";
import { TASK_PREFIX, tables } from "../../../adapters/tables/tables";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { isPast } from "../../../engine/sign-up/time";
import { listPossibleEmails } from "../../../engine/unmatched";
import { type Delegation, listDelegationsTo } from "../delegation";

export const DELEGATIONS_ID = `${TASK_PREFIX}delegations`;

export interface DelegationStore {
  current(now: Date): Promise<readonly Delegation[]>;
  /** @param names the person's user names and addresses @param arn the person's name in AWS */
  of(
    names: readonly string[],
    now: Date,
    arn?: string,
  ): Promise<{ readonly given: readonly Delegation[]; readonly taken: readonly Delegation[] }>;
  /** Replaces the approver's earlier delegation. Removes all ended ones. @param isOwn true if the approver signed in to give it */
  give(names: readonly string[], to: string, until: Date, now: Date, isOwn?: boolean): Promise<void>;
  end(names: readonly string[]): Promise<void>;
}

/** One row has all delegations: a column for each, named by the approver's mailbox. */
const ROW = { id: DELEGATIONS_ID };

/** Backups omit delegations, so that a restore does not bring back an ended one. */
export const delegationKind: RowKind = {
  table: "ledger",
  under: DELEGATIONS_ID,
  backedUp: false,
  personal: {
    partOf(item, person) {
      const personColumns = selectColumns(item, person);
      return personColumns.length === 0 ? undefined : { ...toItem(ROW), ...Object.fromEntries(personColumns) };
    },
    restOf(item, person) {
      const personColumns = new Map(selectColumns(item, person));
      return Object.fromEntries(Object.entries(item).filter(([name]) => !personColumns.has(name)));
    },
  },
};

function selectColumns({ id: _, ...columns }: Item, { mailboxes }: PersonNames): readonly (readonly [string, Item[string]])[] {
  return Object.entries(columns).filter(([from, { M: cell }]) => mailboxes.has(from) || mailboxes.has(normaliseMailbox(cell?.to?.S ?? "")));
}

/** @param name the usage table's deployed name */
export function delegationStore(client: AwsClient, name: string): DelegationStore {
  const table: DynamoTable = { client, name, key: tables.ledger.key };

  async function all(): Promise<readonly Delegation[]> {
    const { id: _, ...columns } = toRow((await getItem(table, ROW)) ?? {});
    return Object.entries(columns).flatMap(([from, cell]) => {
      const { to, until, since, own } = (typeof cell === "object" && cell !== null ? cell : {}) as Record<string, unknown>;
      return typeof to === "string" && typeof until === "string"
        ? [{ from, to, until, ...(typeof since === "string" && { since }), ...(own === true && { own }) }]
        : [];
    });
  }

  async function current(now: Date): Promise<readonly Delegation[]> {
    return (await all()).filter(({ until }) => !isPast(until, now));
  }

  /** Removes no delegation if one of these was given again meanwhile. */
  async function forget(endedDelegations: readonly Delegation[]): Promise<void> {
    if (endedDelegations.length === 0) return;
    const cells = Object.fromEntries(endedDelegations.map(({ from, ...cell }) => [from, cell]));
    await updateItem(table, toItem(ROW), { remove: Object.keys(cells) }, equal(toItem(cells)));
  }

  return {
    current,
    async of(names, now, arn) {
      const ownMailboxes = new Set(toMailboxes(names));
      const delegations = await current(now);
      return {
        given: delegations.filter(({ from }) => ownMailboxes.has(from)),
        taken: listDelegationsTo(delegations, ownMailboxes, arn),
      };
    },
    async give(names, to, until, now, isOwn = false) {
      const cell = { to, until: until.toISOString(), since: now.toISOString(), ...(isOwn && { own: isOwn }) };
      const cellsToSet = Object.fromEntries(toMailboxes(names).map((from) => [from, cell]));
      await updateItem(table, toItem(ROW), { set: toItem(cellsToSet) });
      await forget((await all()).filter((each) => isPast(each.until, now)));
    },
    async end(names) {
      await updateItem(table, toItem(ROW), { remove: toMailboxes(names) });
    },
  };
}

function toMailboxes(names: readonly string[]): readonly string[] {
  return [...new Set(listPossibleEmails(names).map(normaliseMailbox))];
}
