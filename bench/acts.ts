import { packageRoot } from "../lib/app-root";
import type { Calls } from "./acts-calls";
import { type Report, tellProgress } from "./report";
import { runChild } from "./workers";

const DEFAULT_ROWS = 100;

/** Counts the calls of acts on many rows. @param size the number of rows */
export async function actCalls(size = DEFAULT_ROWS, older?: string): Promise<Report> {
  tellProgress("acts: counting calls");
  const counted = (older === undefined ? [packageRoot] : [packageRoot, older]).map(
    (root) => runChild(root, "acts-child.ts", [String(size)]) as Readonly<Record<string, Calls | null>>,
  );
  const hasOther = counted.length > 1;
  const heading = ["", "reads", "writes", ...(hasOther ? ["other reads", "other writes"] : [])];
  const lines = Object.keys(counted[0] ?? {}).map((name) => [name, ...counted.flatMap((calls) => describeCalls(calls[name]))]);
  return {
    title: `Acts on many rows: calls of DynamoDB for ${size} rows`,
    tables: [[heading, ...lines]],
    notes: ["With the page that answers. An edit of the list has 100 rows more, because a shorter one is a single transaction."],
  };
}

function describeCalls(calls: Calls | null | undefined): readonly string[] {
  if (!calls) return ["-", "-"];
  const isRead = ([operation]: readonly [string, number]) => /^(BatchGet|Get|Query|Scan)/.test(operation);
  const sum = (entries: readonly (readonly [string, number])[]) => String(entries.reduce((total, [, count]) => total + count, 0));
  const entries = Object.entries(calls);
  return [sum(entries.filter(isRead)), sum(entries.filter((each) => !isRead(each)))];
}
