import { randomBytes } from "node:crypto";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../engine/sign-up/key-limits";
import type { AwsClient } from "../aws/client";
import { all, below, equal } from "./expressions";
import { type Item, toItem, toRow } from "./item";
import { getPage, putItem } from "./table";
import { tables } from "./tables";

/** One change that an operator made, or tried to make, in the console. */
export interface AuditEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who: the account's own id at the tenant, and the name it went by. */
  readonly by: string;
  readonly name: string;
  /** What was done: "access-list.changed". */
  readonly action: string;
  /** To which row. */
  readonly subject: string;
  /** The row before and after; absent where there was none. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** "begun" stands where the console was cut off: the change may have been made or not. */
  readonly outcome: "begun" | "done" | "conflict" | "failed";
}

export interface AuditStore {
  /**
   * Makes a change and keeps who made it. The entry is written before the change, so that none goes without; a second
   * write says what came of it.
   * @param change false where somebody else was quicker
   */
  audited(entry: Omit<AuditEntry, "at" | "outcome">, now: Date, change: () => Promise<boolean>): Promise<boolean>;
  /** Of one day in UTC, newest first, a page at a time. @param before where the page begins, as the one before it said */
  ofDay(day: string, before?: string): Promise<AuditPage>;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Where older ones of the day begin; undefined if there are none. */
  readonly next?: string | undefined;
}

/** Values longer than that are cut in the trail: a row of DynamoDB holds 400 KB. In characters. */
const LONGEST_VALUE = 2_000;
/** Entries a page. One of many long values may have fewer: DynamoDB answers with 1 MB at most. */
const SHOWN = 200;

export function auditStore(client: AwsClient, name: string): AuditStore {
  const table = { client, name, key: tables.audit.key };
  return {
    async audited(entry, now, change) {
      const at = now.toISOString();
      const key = { day: at.slice(0, 10), at: `${at}#${randomBytes(6).toString("base64url")}` };
      const put = (outcome: AuditEntry["outcome"]) => putItem(table, toItem({ ...key, ...cut(entry), outcome }));
      await put("begun");
      let done: boolean;
      try {
        done = await change();
      } catch (error) {
        // Whether it was made is not known: "begun" is the truth if this write fails too.
        await put("failed").catch(() => undefined);
        throw error;
      }
      await put(done ? "done" : "conflict").catch(() => undefined);
      return done;
    },
    async ofDay(day, before) {
      const from = before !== undefined && canBeKey(before, MAX_SORT_KEY_BYTES) ? before : undefined;
      const onDay = equal({ day: { S: day } });
      const where = from === undefined ? onDay : all(onDay, below("at", { S: from }));
      const { items, next } = await getPage(table, { where, order: "descending", limit: SHOWN });
      return { entries: items.map(toEntry), next: next?.at?.S };
    },
  };
}

function toEntry(item: Item): AuditEntry {
  const { day: _, at, ...entry } = toRow(item);
  return { ...entry, at: String(at).split("#")[0] } as AuditEntry;
}

/** With long texts cut, and with numbers as text that are too large for a number here. */
function cut<T>(value: T): T {
  const shorten = (_: string, each: unknown) => {
    if (typeof each === "number" && Math.abs(each) > Number.MAX_SAFE_INTEGER) return String(each);
    return typeof each === "string" && each.length > LONGEST_VALUE ? `${each.slice(0, LONGEST_VALUE)}…` : each;
  };
  return JSON.parse(JSON.stringify(value, shorten)) as T;
}
