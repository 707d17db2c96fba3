import * as v from "valibot";
import type { AwsClient } from "../../adapters/aws/client";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { isPersons, type PersonNames, type RowKind } from "../../adapters/tables/row-kind";
import { absent, type DynamoTable, equal, getItem, putting } from "../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../adapters/tables/tables";
import { transact } from "../../adapters/tables/transaction";
import { createListSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { Changed } from "../approvals/change";
import type { ApprovalRequest } from "../approvals/request";
import { stateAt } from "../approvals/state-at";
import type { ApprovalStore } from "../approvals/store/approvals";
import { KEPT_MS } from "../approvals/transitions";
import { type Asked, MONTH_MS } from "./ask";

/** Key prefix of the usage table's rows that list what was asked for. */
export const ASKS_PREFIX = "asks/";
const ASKER_PREFIX = `${ASKS_PREFIX}by/`;
/** Id of the row that lists the tenant's open asks. */
const OPEN_ID = `${ASKS_PREFIX}open`;
/** An asker sees what they asked for in this time, and what is open longer. */
const SHOWN_MS = 90 * MS_PER_DAY;
/** Limit of answered asks that stay in the list of open ones, because an Undo opens them again. */
const MOST_ANSWERED = 200;

const listed = v.object({
  turn: wholeNumber(),
  asks: createListSchema(v.object({ id: createTextSchema(), at: time() })),
  people: v.optional(createListSchema(createTextSchema()), []),
});
type Listed = Readonly<v.InferOutput<typeof listed>>;

/** The rows name requests by their ids alone, and the asker by a hash in the key. */
export const askListKind: RowKind = {
  table: "ledger",
  under: ASKS_PREFIX,
  backedUp: false,
  personal: {
    partOf: (item, person) => (isAskers(item, person) ? item : undefined),
    restOf: (item, person) => (isAskers(item, person) ? undefined : item),
  },
};

function isAskers({ id, people }: Item, person: PersonNames): boolean {
  if (id?.S?.startsWith(ASKER_PREFIX) !== true) return false;
  return [id.S.slice(ASKER_PREFIX.length), ...(people?.SS ?? [])].some((each) => isPersons(each, person));
}

export interface AskStanding extends Asked {
  /** The lists as they were read. */
  readonly lists: { readonly own: Listed; readonly all: Listed };
}

export interface AskStore {
  /** Strongly consistent. @param ids the asker's ids, the current one first. The others find lists of earlier keys and versions */
  standing(ids: readonly [string, ...string[]], now: Date): Promise<AskStanding>;
  /** Writes the request and both lists, or nothing. @param ids as above. @returns false if a row has changed since it was read */
  ask(change: Changed, ids: readonly [string, ...string[]], standing: AskStanding, now: Date): Promise<boolean>;
}

function toStanding(own: Listed, all: Listed, rows: ReadonlyMap<string, ApprovalRequest>, now: Date): AskStanding {
  const isOpen = ({ id }: { readonly id: string }) => {
    const row = rows.get(id);
    return row !== undefined && stateAt(row, now) === "pending";
  };
  const mayReopen = ({ id }: { readonly id: string }) => rows.has(id) && rows.get(id)?.strippedAt === undefined;
  const isShown = (each: Listed["asks"][number]) => now.getTime() - Date.parse(each.at) < SHOWN_MS || isOpen(each);
  const asks = own.asks.filter(isShown);
  const requests = [...new Set(asks.map(({ id }) => id))].flatMap((id) => rows.get(id) ?? []);
  // Who asks again has one row for both.
  const allAsks = [...new Map(all.asks.map((each) => [each.id, each])).values()];
  const open = allAsks.filter(isOpen);
  const answered = allAsks.filter((each) => !isOpen(each) && mayReopen(each)).slice(-MOST_ANSWERED);
  return {
    requests: requests.toSorted((one, other) => (one.requestedAt > other.requestedAt ? -1 : 1)),
    open: requests.filter(isOpen).length,
    month: asks.filter(({ at }) => now.getTime() - Date.parse(at) < MONTH_MS).length,
    openOfAll: open.length,
    lists: {
      own: { ...own, asks: own.asks.filter((each) => isShown(each) || mayReopen(each)) },
      all: { ...all, asks: [...answered, ...open] },
    },
  };
}

const none: Listed = { turn: 0, asks: [], people: [] };

export function askStore(
  client: AwsClient,
  names: { readonly ledger: string; readonly approvals: string },
  store: Pick<ApprovalStore, "getAll">,
): AskStore {
  const ledger: DynamoTable = { client, name: names.ledger, key: tables.ledger.key };
  const approvals: DynamoTable = { client, name: names.approvals, key: tables.approvals.key };

  async function readList(id: string): Promise<Listed> {
    const item = await getItem(ledger, { id });
    const read = v.safeParse(listed, item && toRow(item));
    return read.success ? read.output : none;
  }

  return {
    async standing([id, ...earlier], now) {
      const [own, all, ...olds] = await Promise.all([
        readList(`${ASKER_PREFIX}${id}`),
        readList(OPEN_ID),
        ...earlier.map((each) => readList(`${ASKER_PREFIX}${each}`)),
      ]);
      // What was copied from an older list stands in both.
      const listedAsks = [...new Map([own, ...olds].flatMap((list) => list.asks.map((each) => [`${each.id}/${each.at}`, each]))).values()];
      const people = [own, ...olds].flatMap((each) => each.people);
      const ids = [...new Set([...listedAsks, ...all.asks].map((each) => each.id))];
      const rows = new Map((ids.length === 0 ? [] : await store.getAll(ids)).map((request) => [request.id, request]));
      return toStanding({ turn: own.turn, asks: listedAsks, people }, all, rows, now);
    },
    async ask({ request, condition }, ids, { requests, lists: { own, all } }, now) {
      const entry = { id: request.id, at: request.requestedAt };
      const put = (key: string, list: Listed, more: Readonly<Record<string, number | Set<string>>>) =>
        putting(
          ledger,
          toItem({ id: key, turn: list.turn + 1, asks: [...list.asks, entry], ...more }),
          list.turn === 0 ? absent("id") : equal(toItem({ turn: list.turn })),
        );
      const row = putting(approvals, toItem({ ...request }), condition === "absent" ? absent("id") : equal(toItem(condition)));
      // An answered request can be opened again until it is stripped, and then waits as long again.
      const findLastAnswer = ({ answerBy, answerWithinDays }: ApprovalRequest) =>
        Date.parse(answerBy) + KEPT_MS + answerWithinDays * MS_PER_DAY;
      const lastAnswer = Math.max(...[request, ...requests].map(findLastAnswer));
      const expires = { [EXPIRY_ATTRIBUTE]: Math.ceil(Math.max(now.getTime() + SHOWN_MS, lastAnswer) / 1_000) };
      // An export and an erasure find the list by each address, also by one that this session does not name.
      const people = new Set([...own.people, ...ids]);
      return (await transact(client, [row, put(`${ASKER_PREFIX}${ids[0]}`, own, { ...expires, people }), put(OPEN_ID, all, {})])).written;
    },
  };
}
