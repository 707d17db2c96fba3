import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type AwsClient, backoff } from "../../../adapters/aws/client";
import { all, between, containing, either, present, under } from "../../../adapters/tables/conditions";
import { toItem, toRow } from "../../../adapters/tables/item";
import type { PersonNames, TableIndex } from "../../../adapters/tables/row-kind";
import { rows } from "../../../adapters/tables/rows";
import { getPage, readEveryPage, readPages, type Search } from "../../../adapters/tables/search";
import { absent, below, type DynamoTable, deleteItem, equal, putting, updateItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { applyToRow, type ChangeOptions, transact, type WriteTogether } from "../../../adapters/tables/transaction";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { readMailbox } from "../../../engine/sign-up/spellings";
import { isWaitingRequest, type WaitingRequest, waitColumns } from "../account-wait";
import type { Changed, Refused, TransitionResult } from "../change";
import type { RequestTable } from "../deciding";
import { briefColumns, type RequestBrief, type RequestOrder, type RequestPages, type RequestPosition, readBrief } from "../in-state";
import {
  type ApprovalRequest,
  type ApprovalState,
  type Ask,
  type MailSecret,
  readRequest,
  requestKey,
  requestWrite,
  states,
  UnreadableRequestError,
} from "../request";

export const approvalIndexes = {
  state: { name: "by-state", partitionKey: "state", sortKey: "changedAt", holds: "all" },
  /** Address -> its requests: one for each provider and account. */
  email: { name: "by-email", partitionKey: "email", sortKey: "changedAt", holds: "all" },
  /** Person -> their requests, for every spelling of the address. */
  person: { name: "by-person", partitionKey: "personId", sortKey: "changedAt", holds: "all" },
  reference: { name: "by-reference", partitionKey: "reference", sortKey: "changedAt", holds: "all" },
} as const satisfies Readonly<Record<string, TableIndex>>;

export const mailSecretColumns: readonly string[] = ["id", "turn", "mailSecrets"];

const byState = approvalIndexes.state;
/** Sorts after every time in ISO 8601. */
const LAST_TIME = "9999";
const PAGE_ROWS = 100;
/** Limit of lately decided requests, so that an act on hundreds of people is counted whole. */
const MOST_DECIDED = 1_000;
/** Limit of rows in a page. A page may have fewer, because DynamoDB reads at most 1 MB for it. */
const BRIEF_ROWS = 2_000;
const WAITING_PAGES = 2;
/** Limit of tries. Only a worker and a few approvers write a request, so more tries are never needed. */
const MAX_TRIES = 8;

const orders = { "oldest-first": "ascending", "newest-first": "descending" } as const;

export interface RequestName {
  readonly id: string;
  /** Absent from a row made by hand. */
  readonly reference?: string;
}

export interface ApprovalStore extends RequestPages {
  /** Reads the request with strong consistency. */
  get(id: string): Promise<ApprovalRequest | undefined>;
  /** Reads several current requests, in the given order. */
  getAll(ids: readonly string[]): Promise<readonly ApprovalRequest[]>;
  /** A page at a time, from an index that lags a moment behind. A pending request may have expired since: see `stateAt`. */
  byState(state: ApprovalState, order?: RequestOrder): AsyncIterable<readonly ApprovalRequest[]>;
  /**
   * At most 1,000, newest first. Omits requests that nobody can have decided on: they have neither a decision nor stages. `whole` is false if
   * there may be more.
   */
  newestDecidedSince(state: ApprovalState, moment: Date): Promise<{ readonly items: readonly ApprovalRequest[]; readonly whole: boolean }>;
  /**
   * Reads only the sorting columns, in large pages, oldest first.
   * @param domain leaves out most requests of other domains, but not all. Yields empty pages too, so that the caller can stop sooner
   */
  briefsByState(state: ApprovalState, domain?: string): AsyncIterable<readonly RequestBrief[]>;
  /**
   * Approved requests whose account is not made, changed last first. `whole` is false if there are more pages.
   * @param pages limit for each state. @default 2
   */
  withoutAccount(pages?: number): Promise<{ readonly items: readonly WaitingRequest[]; readonly whole: boolean }>;
  /** Oldest first, a page at a time, without stripped requests. Includes unreadable rows, so that they do not block the others. */
  changedBefore(state: ApprovalState, moment: Date): AsyncIterable<readonly RequestName[]>;
  toEscalate(moment: Date): AsyncIterable<readonly RequestName[]>;
  /** Reads requests by the exact normalised address, newest first. */
  byEmail(email: string): AsyncIterable<readonly ApprovalRequest[]>;
  byPerson(personId: string): AsyncIterable<readonly ApprovalRequest[]>;
  /** Reads what a colleague asked for, by keyed hashes of their mailboxes. Reads the whole index, for an export or an erasure. */
  asksBy(asker: Pick<PersonNames, "personIds" | "mailboxes">): AsyncIterable<readonly ApprovalRequest[]>;
  /** Finds requests by code. Two people have the same code once in tens of billions. */
  byReference(reference: string): AsyncIterable<readonly ApprovalRequest[]>;
  /**
   * Reads the request, applies the transition and writes the result. If somebody else has written meanwhile, starts again, so two votes at
   * once both count.
   */
  change(
    id: string,
    transition: (request: ApprovalRequest | undefined) => TransitionResult,
    options?: ChangeOptions<ApprovalRequest>,
  ): Promise<TransitionResult>;
  /** Writes only the secrets, and only if the request is unchanged. */
  keepMailSecrets(request: ApprovalRequest, mailSecrets: readonly MailSecret[]): Promise<boolean>;
  /** Returns false if the request has changed since it was read. */
  remove(request: Pick<ApprovalRequest, "id" | "turn">): Promise<boolean>;
}

/** Returns a table whose changes begin with the request as it was read. */
export function takeAsRead(store: Pick<ApprovalStore, "change">, row: ApprovalRequest | undefined, write?: WriteTogether): RequestTable {
  return { change: (id, transition, options) => store.change(id, transition, { ...options, read: { row }, write }) };
}

type OnUnreadable = (error: UnreadableRequestError) => void;

/** @param onUnreadable called with each unreadable row, and searches omit the row; if absent, searches throw */
export function approvalStore(client: AwsClient, name: string, onUnreadable?: OnUnreadable): ApprovalStore {
  const table = { client, name, key: tables.approvals.key };
  const { read, write } = rows(client, () => name);

  async function get(id: string, signal?: AbortSignal): Promise<ApprovalRequest | undefined> {
    const key = requestKey(id);
    const row = (await read([key], signal)).get(recordId(key));
    return row && readRequest(row);
  }

  /** Returns false if a row has changed since it was read. */
  async function writeChange(
    { request, condition, beside }: Changed,
    { signal, write: writeTogether }: ChangeOptions<ApprovalRequest>,
  ): Promise<boolean | Refused> {
    const other = beside?.transition(await get(beside.id, signal));
    if (beside?.isRequired && other?.ok === false) return other;
    if (!other?.ok && writeTogether === undefined) return await write(requestWrite(request, condition), signal);
    const changes = [{ request, condition }, ...(other?.ok ? [other] : [])];
    const items = changes.map((each) => toItem(each.request as unknown as Row));
    const conditions = changes.map((each) => (each.condition === "absent" ? absent("id") : equal(toItem(each.condition))));
    const writes = items.map((item, index) => putting(table, item, conditions[index]));
    const result = await (writeTogether?.(writes) ?? transact(client, writes));
    // An earlier attempt may have written the rows and lost its answer: the conditions then fail.
    return result.written || items.every((item, index) => isDeepStrictEqual(result.refused.get(index), item));
  }

  return {
    get,
    async getAll(ids) {
      const keys = ids.map(requestKey);
      const foundRows = await read(keys);
      const there = keys.map((key) => foundRows.get(recordId(key))).filter((row) => row !== undefined);
      return readable(there, onUnreadable);
    },
    ...searches(table, onUnreadable),
    ...namesOfOverdue(table),
    async change(id, transition, options = {}) {
      const { signal, read } = options;
      const source = { read };
      for (let count = 1; count <= MAX_TRIES; count++) {
        const outcome = await applyToRow(source, () => get(id, signal), transition);
        const written = outcome.ok ? await writeChange(outcome, options) : true;
        if (written !== false) return written === true ? outcome : written;
        await sleep(backoff(count), undefined, { signal });
      }
      throw new Error(`A request was changed by others ${MAX_TRIES} times in a row.`);
    },
    async keepMailSecrets({ id, turn }, mailSecrets) {
      const update = { set: toItem({ mailSecrets, turn: turn + 1 }) };
      return (await updateItem(table, toItem({ id }), update, equal(toItem({ turn })))).written;
    },
    remove: async ({ id, turn }) => (await deleteItem(table, toItem({ id }), equal(toItem({ turn })))).written,
  };
}

function readable(foundRows: readonly Row[], onUnreadable: OnUnreadable | undefined): readonly ApprovalRequest[] {
  return foundRows.flatMap((row) => {
    try {
      return [readRequest(row)];
    } catch (error) {
      if (onUnreadable === undefined || !(error instanceof UnreadableRequestError)) throw error;
      onUnreadable(error);
      return [];
    }
  });
}

type Searches = Pick<
  ApprovalStore,
  "asksBy" | "pageByState" | "byState" | "newestDecidedSince" | "briefsByState" | "withoutAccount" | "byEmail" | "byPerson" | "byReference"
>;

function searches(table: DynamoTable, onUnreadable: OnUnreadable | undefined): Searches {
  async function* query(index: keyof typeof approvalIndexes, value: string, order: "ascending" | "descending" = "descending") {
    const by = approvalIndexes[index];
    const pages = readPages(table, { index: by.name, where: under(by, value), order, limit: PAGE_ROWS });
    for await (const page of pages) yield readable(page.map(toRow), onUnreadable);
  }

  return {
    byState: (state, order = "oldest-first") => query("state", state, orders[order]),
    async pageByState(state, order, after) {
      const search = { index: byState.name, where: under(byState, state), order: orders[order], limit: PAGE_ROWS };
      const { items, next } = await getPage(table, search, after && toItem({ id: after.id, state, changedAt: after.changedAt }));
      const last = next && (toRow(next) as unknown as RequestPosition);
      return { items: readable(items.map(toRow), onUnreadable), next: last && { id: last.id, changedAt: last.changedAt } };
    },
    async newestDecidedSince(state, moment) {
      const where = all(under(byState, state), between(byState.sortKey, { S: moment.toISOString() }, { S: LAST_TIME }));
      const filter = either(present("decision"), present("stages"));
      const search = { index: byState.name, where, filter, order: "descending", limit: MOST_DECIDED } as const;
      const items: ApprovalRequest[] = [];
      for await (const page of readPages(table, search)) {
        items.push(...readable(page.map(toRow), onUnreadable));
        if (items.length >= MOST_DECIDED) return { items, whole: false };
      }
      return { items, whole: true };
    },
    async *briefsByState(state, domain) {
      const filter = domain === undefined ? undefined : containing("email", [`@${domain}`]);
      const search = { index: byState.name, where: under(byState, state), filter, columns: briefColumns, limit: BRIEF_ROWS };
      for await (const page of readEveryPage(table, search)) yield page.flatMap((item) => readBrief(toRow(item)) ?? []);
    },
    async withoutAccount(pages = WAITING_PAGES) {
      const items: WaitingRequest[] = [];
      let whole = true;
      for (const state of ["approved", "provisioning"] as const) {
        const filter = equal(toItem({ onApproval: "provision" }));
        const search = { index: byState.name, where: under(byState, state), filter, order: "descending", limit: BRIEF_ROWS } as const;
        let read = 0;
        for await (const page of readEveryPage(table, { ...search, columns: waitColumns })) {
          read += 1;
          if (read > pages) {
            whole = false;
            break;
          }
          items.push(...(page.map(toRow).filter(isWaitingRequest) as unknown as readonly WaitingRequest[]));
        }
      }
      return { items, whole };
    },
    async *asksBy({ personIds, mailboxes }) {
      const isTheirs = ({ personId, addresses }: Ask) =>
        personIds.has(personId) || addresses.some((address) => mailboxes.has(readMailbox(address)));
      for (const state of states) {
        const search = { index: byState.name, where: under(byState, state), filter: present("ask"), limit: BRIEF_ROWS };
        for await (const page of readEveryPage(table, search))
          yield readable(page.map(toRow), onUnreadable).filter(({ ask }) => ask !== undefined && isTheirs(ask));
      }
    },
    byEmail: (email) => query("email", email),
    byPerson: (personId) => query("person", personId),
    byReference: (reference) => query("reference", reference),
  };
}

function namesOfOverdue(table: DynamoTable): Pick<ApprovalStore, "changedBefore" | "toEscalate"> {
  async function* names(search: Pick<Search, "where" | "filter">) {
    const pages = readPages(table, { index: byState.name, ...search, columns: ["id", "reference"] });
    for await (const page of pages) yield page.map(toRow) as unknown as readonly RequestName[];
  }

  return {
    changedBefore: (state, moment) =>
      names({ where: all(under(byState, state), below(byState.sortKey, { S: moment.toISOString() })), filter: absent("strippedAt") }),
    toEscalate: (moment) => names({ where: under(byState, "pending"), filter: below("escalatesAt", { S: moment.toISOString() }) }),
  };
}
