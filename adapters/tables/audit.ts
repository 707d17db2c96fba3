import { randomBytes } from "node:crypto";
import { anyObject, anyText, object, oneOf, optional, type TypeOf } from "../../engine/schema";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../engine/sign-up/key-limits";
import type { Row } from "../../engine/sign-up/rule";
import type { AwsClient } from "../aws/client";
import { all, below, equal } from "./expressions";
import { type Item, toItem, toRow } from "./item";
import { getPage, putItem } from "./table";
import { tables } from "./tables";

/** One change that an operator made, or tried to make, in the console: a row of the table. */
export const auditRow = object({
  day: anyText("`2026-11-20`, in UTC."),
  at: anyText("When: ISO 8601, UTC, `#`, and a random end that keeps two entries of one moment apart."),
  by: anyText("Who: the account's object id at the tenant."),
  name: anyText("The name that the account went by at that time."),
  action: anyText("What was done, such as `access-list.changed`."),
  subject: anyText("To which row."),
  before: optional(anyObject<Row>("The row before, values cut at 2,000 characters; absent where there was none.")),
  after: optional(anyObject<Row>("The row after, in the same way.")),
  outcome: oneOf(
    ["begun", "done", "conflict", "failed"],
    "`conflict`: somebody else was quicker. `begun` stands where the console was cut off: whether the change was made is then not known.",
  ),
});
/** An entry as it is read: `at` without its end. */
export type AuditEntry = Omit<TypeOf<typeof auditRow>, "day">;

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
