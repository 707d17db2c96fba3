import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, backoff } from "../../../adapters/aws/client";
import { all, among, present, under } from "../../../adapters/tables/conditions";
import { toItem, toRow } from "../../../adapters/tables/item";
import type { TableIndex } from "../../../adapters/tables/row-kind";
import { getPage, readPages } from "../../../adapters/tables/search";
import {
  absent,
  batchGet,
  below,
  type DynamoTable,
  deleteItem,
  equal,
  getItem,
  putting,
  updateItem,
  writeAlone,
} from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { applyToRow, type ChangeOptions } from "../../../adapters/tables/transaction";
import type { Row } from "../../../engine/sign-up/rule";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../../engine/table-keys";
import { type AccountRow, type AccountState, NEVER, readAccount, UNSET, UnreadableAccountError } from "../account";
import { type AccessResult, isNewSignIn } from "../change";

export const accountIndexes = {
  /** Sorted by the end of access; accounts without an end last. */
  state: { name: "by-state", partitionKey: "state", sortKey: "endsAt", holds: "all" },
  /** A person's accounts, in the order of arrival. */
  person: { name: "by-person", partitionKey: "personId", sortKey: "arrivedAt", holds: "all" },
  sponsor: { name: "by-sponsor", partitionKey: "sponsor", sortKey: "endsAt", holds: "all" },
  /** Guests that sponsors offer to a colleague. */
  offer: { name: "by-offer", partitionKey: "offeredTo", sortKey: "endsAt", holds: "all" },
} as const satisfies Readonly<Record<string, TableIndex>>;

export const renewalLinkColumns: readonly string[] = ["id", "turn", "renewalLink"];
export const signInColumns: readonly string[] = ["id", "turn", "seenAt", "seenBy"];

const PAGE_ROWS = 100;
/** More tries are never needed, because only the worker and a few people write an account's row. */
const MAX_TRIES = 8;

export type AccountPosition = Pick<AccountRow, "id" | "endsAt">;

export interface AccountStore {
  /** Strongly consistent. */
  get(id: string): Promise<AccountRow | undefined>;
  /** Strongly consistent. Absent: accounts without a row. */
  getAll(ids: readonly string[]): Promise<ReadonlyMap<string, AccountRow>>;
  /** The index lags a moment behind. @param before only accounts whose access ends before this time */
  inState(state: AccountState, before?: Date): AsyncIterable<readonly AccountRow[]>;
  unset(): AsyncIterable<readonly AccountRow[]>;
  /** @param after `next` of the previous page */
  pageInState(
    state: AccountState,
    order: "soonest-first" | "latest-first",
    after?: AccountPosition,
    limit?: number,
  ): Promise<{ readonly items: readonly AccountRow[]; readonly next?: AccountPosition }>;
  /** Newest first. */
  byPerson(personId: string): AsyncIterable<readonly AccountRow[]>;
  /** Sorted by the end of access, without deleted accounts. @param before only accounts whose access ends before this time */
  bySponsor(sponsor: string, before: Date): AsyncIterable<readonly AccountRow[]>;
  /** Accounts offered to a colleague, sorted by the end of access. Some offers may have lapsed. */
  offeredTo(address: string): AsyncIterable<readonly AccountRow[]>;
  /** Accounts of all people that are offered to somebody. */
  offered(): AsyncIterable<readonly AccountRow[]>;
  /** All accounts of a sponsor, sorted by the end of access. @param after `next` of the previous page */
  pageOfSponsor(
    sponsor: string,
    after?: AccountPosition,
    limit?: number,
  ): Promise<{ readonly items: readonly AccountRow[]; readonly next?: AccountPosition }>;
  /** Starts again if somebody else wrote the row meanwhile. */
  change(
    id: string,
    transition: (row: AccountRow | undefined) => AccessResult,
    options?: Omit<ChangeOptions<AccountRow>, "signal">,
  ): Promise<AccessResult>;
  /** Counts the write in `turn`. Resolves to false, and writes nothing, if the row has changed since it was read. */
  keepRenewalLink(row: AccountRow, renewalLink: NonNullable<AccountRow["renewalLink"]>): Promise<boolean>;
  /** Notes a token as a sign-in, and counts the write in `turn`. Leaves no entry in the history. Omits unreadable rows. */
  noteToken(id: string, at: string, now: Date): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Undefined if there is no account, or if its row is unreadable. */
export async function readableAccount(store: Pick<AccountStore, "get">, id: string): Promise<AccountRow | undefined> {
  return await store.get(id).catch((error: unknown) => {
    if (error instanceof UnreadableAccountError) return undefined;
    throw error;
  });
}

/** @param onUnreadable called with each unreadable row, which a search then omits. Without `onUnreadable`, a search throws at such a row */
export function accountStore(client: AwsClient, name: string, onUnreadable?: (error: UnreadableAccountError) => void): AccountStore {
  const table = { client, name, key: tables.accounts.key };

  async function get(id: string): Promise<AccountRow | undefined> {
    if (!canBeKey(id, MAX_SORT_KEY_BYTES)) return undefined;
    const item = await getItem(table, { id });
    return item && readAccount(toRow(item));
  }

  return {
    ...accountSearches(table, onUnreadable),
    get,
    async getAll(ids) {
      const keys = [...new Set(ids)].filter((id) => canBeKey(id, MAX_SORT_KEY_BYTES)).map((id) => toItem({ id }));
      const addresses = keys.map((key) => ({ tableName: name, key }));
      const rows = (await batchGet(client, addresses)).map(([, item]) => readAccount(toRow(item)));
      return new Map(rows.map((row) => [row.id, row]));
    },
    async change(id, transition, { write, ...source } = {}) {
      for (let count = 1; count <= MAX_TRIES; count++) {
        const outcome = await applyToRow(source, () => get(id), transition);
        if (!outcome.ok) return outcome;
        const condition = outcome.condition === "absent" ? absent("id") : equal(toItem(outcome.condition));
        const put = putting(table, toItem(outcome.row), condition);
        if ((await (write?.([put]) ?? writeAlone(put))).written) return outcome;
        await sleep(backoff(count));
      }
      throw changedByOthers();
    },
    async keepRenewalLink({ id, turn }, renewalLink) {
      const update = { set: toItem({ renewalLink, turn: turn + 1 }) };
      return (await updateItem(table, toItem({ id }), update, equal(toItem({ turn })))).written;
    },
    async noteToken(id, at, now) {
      for (let count = 1; count <= MAX_TRIES; count++) {
        // The worker that ends access reports an unreadable row.
        const row = await readableAccount({ get }, id);
        if (row === undefined || !isNewSignIn(row, at, now)) return;
        const update = { set: toItem({ seenAt: at, seenBy: "token", turn: row.turn + 1 }) };
        if ((await updateItem(table, toItem({ id }), update, equal(toItem({ turn: row.turn })))).written) return;
        await sleep(backoff(count));
      }
      throw changedByOthers();
    },
    async remove(id) {
      await deleteItem(table, toItem({ id }));
    },
  };
}

function changedByOthers(): Error {
  return new Error(`An account's row was changed by others ${MAX_TRIES} times in a row.`);
}

type Searches = Pick<
  AccountStore,
  "inState" | "unset" | "pageInState" | "pageOfSponsor" | "byPerson" | "bySponsor" | "offeredTo" | "offered"
>;

function accountSearches(table: DynamoTable, onUnreadable?: (error: UnreadableAccountError) => void): Searches {
  const byState = accountIndexes.state;

  function readable(row: Row): readonly AccountRow[] {
    try {
      return [readAccount(row)];
    } catch (error) {
      if (onUnreadable === undefined || !(error instanceof UnreadableAccountError)) throw error;
      onUnreadable(error);
      return [];
    }
  }

  function toPage({ items, next }: Awaited<ReturnType<typeof getPage>>) {
    const last = next && toRow(next);
    return {
      items: items.map(toRow).flatMap(readable),
      ...(last && { next: { id: String(last.id), endsAt: String(last.endsAt ?? NEVER) } }),
    };
  }

  return {
    async *inState(state, before) {
      const where = under(byState, state);
      const pages = readPages(table, {
        index: byState.name,
        where: before === undefined ? where : all(where, below(byState.sortKey, { S: before.toISOString() })),
        limit: PAGE_ROWS,
      });
      for await (const page of pages) yield page.map(toRow).flatMap(readable);
    },
    async *unset() {
      const where = all(under(byState, "in"), equal({ [byState.sortKey]: { S: UNSET } }));
      for await (const page of readPages(table, { index: byState.name, where, limit: PAGE_ROWS })) yield page.map(toRow).flatMap(readable);
    },
    async pageInState(state, order, after, limit = PAGE_ROWS) {
      const search = {
        index: byState.name,
        where: under(byState, state),
        order: order === "soonest-first" ? ("ascending" as const) : ("descending" as const),
        limit,
      };
      return toPage(await getPage(table, search, after && toItem({ id: after.id, state, endsAt: after.endsAt })));
    },
    async pageOfSponsor(sponsor, after, limit = PAGE_ROWS) {
      const search = { index: accountIndexes.sponsor.name, where: under(accountIndexes.sponsor, sponsor), limit };
      return toPage(await getPage(table, search, after && toItem({ id: after.id, sponsor, endsAt: after.endsAt })));
    },
    async *byPerson(personId) {
      const by = accountIndexes.person;
      for await (const page of readPages(table, { index: by.name, where: under(by, personId), order: "descending", limit: PAGE_ROWS })) {
        yield page.map(toRow).flatMap(readable);
      }
    },
    async *offeredTo(address) {
      const by = accountIndexes.offer;
      for await (const page of readPages(table, { index: by.name, where: under(by, address), limit: PAGE_ROWS }))
        yield page.map(toRow).flatMap(readable);
    },
    async *offered() {
      for (const state of ["in", "disabled"] satisfies readonly AccountState[]) {
        const search = { index: byState.name, where: under(byState, state), filter: present("offeredTo"), limit: PAGE_ROWS };
        for await (const page of readPages(table, search)) yield page.map(toRow).flatMap(readable);
      }
    },
    async *bySponsor(sponsor, before) {
      const by = accountIndexes.sponsor;
      const pages = readPages(table, {
        index: by.name,
        where: all(under(by, sponsor), below(by.sortKey, { S: before.toISOString() })),
        filter: among("state", ["in", "disabled"] satisfies readonly AccountState[]),
        limit: PAGE_ROWS,
      });
      for await (const page of pages) yield page.map(toRow).flatMap(readable);
    },
  };
}
