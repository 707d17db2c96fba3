import { type DecisionStore, decisionStore, type ListedDecision } from "../../adapters/tables/decisions";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Step } from "../../engine/sign-up/sign-up";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { localTime, momentFrom } from "../moments";
import { alignedTable, type Output } from "../output";
import { warnOfUnreadable } from "../unreadable-rows";
import { follow } from "./follow";
import { emailFrom, newestFirst } from "./newest-first";

export interface DecisionsOptions extends DeploymentOptions, JsonOption {
  readonly email?: string;
  readonly verdict?: DecisionRecord["verdict"];
  readonly step?: Step;
  readonly since?: string;
  readonly limit: number;
  readonly follow?: boolean;
}

const DAY = "24h";
/** Rows printed together, so that columns align. */
const PAGE_ROWS = 100;
const headings = ["TIME", "STEP", "VERDICT", "RULE", "REASON", "REFERENCE", "E-MAIL"];

/** `entra-gatehouse decisions`. */
export async function decisions(options: DecisionsOptions, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const filter = { ...options, email: options.email === undefined ? undefined : emailFrom(options.email) };
  const from = fromFor(options, now);
  const { dynamodb, decisionsTable, gates } = await deploymentFor(options);
  const unreadable: string[] = [];
  const store = decisionStore(dynamodb, decisionsTable, ({ id }) => unreadable.push(id));
  const print = printer(options, { output, store, byGate: gates.length > 1 });
  if (options.follow) {
    const between = (start: Date, end: Date) => newestFirst(store, filter, start, end);
    await follow(between, { from, backlog: options.since === undefined ? 0 : options.limit, print });
    return;
  }
  let page: ListedDecision[] = [];
  let count = 0;
  for await (const record of newestFirst(store, filter, from, now)) {
    if (count === options.limit) {
      output.warn(`There are more than ${options.limit}: see --limit.`);
      break;
    }
    count += 1;
    page.push(record);
    if (page.length < PAGE_ROWS) continue;
    await print(page);
    page = [];
  }
  await print(page);
  warnOfUnreadable(output, unreadable);
  if (count === 0) output.warn("No decision fits.");
}

/** One person's decisions are few: all of them are shown. Of everyone's, those of a day; followed, those to come. */
function fromFor({ since, email, follow: following }: DecisionsOptions, now: Date): Date {
  if (since !== undefined) return momentFrom(since, now);
  if (following) return now;
  return email === undefined ? momentFrom(DAY, now) : new Date(0);
}

interface Printing {
  readonly output: Output;
  readonly store: DecisionStore;
  /** Whether there is more than one gate to tell apart. */
  readonly byGate: boolean;
}

function printer(
  { json, email }: DecisionsOptions,
  { output, store, byGate }: Printing,
): (records: readonly ListedDecision[]) => Promise<void> {
  if (json) {
    return async (records) => {
      // One person's come whole already.
      for (const record of email === undefined ? await store.whole(records) : records) output.json(record);
    };
  }
  const cellsOf = (record: ListedDecision) => [...(byGate ? [record.gate ?? DEFAULT_GATE] : []), ...cells(record)];
  const heading = byGate ? ["GATE", ...headings] : headings;
  const aligned = alignedTable();
  let headed = false;
  return async (records) => {
    if (records.length === 0) return;
    for (const line of aligned([...(headed ? [] : [heading]), ...records.map(cellsOf)])) output.print(line);
    headed = true;
  };
}

function cells({ at, step, verdict, rule = "", reasons, reference, email = "" }: ListedDecision): readonly string[] {
  return [localTime(at), step, verdict, rule, [...new Set(reasons)].join(", "), reference, email];
}
