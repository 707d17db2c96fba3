import { setTimeout as sleep } from "node:timers/promises";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { isAtGate } from "../../../cli/gates";
import { interruptible } from "../../../cli/long-tasks";
import { alignedTable, type Output, warnOfUnreadable } from "../../../cli/output";
import { emailFrom, localTime, momentFrom } from "../../../cli/typed";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Step } from "../../../engine/sign-up/sign-up";
import { type DecisionStore, decisionStore, type ListedDecision } from "../store/decisions";
import { decisionWords, outcomeText } from "../words";

interface DecisionsOptions extends DeploymentOptions, JsonOption {
  readonly email?: string;
  readonly verdict?: DecisionRecord["verdict"];
  readonly step?: Step;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly follow?: boolean;
}

const DAY = "24h";
/** Number of rows that are printed together, so that their columns align. */
const PAGE_ROWS = 100;
const headings = ["TIME", "STEP", "OUTCOME", "RULE", "REASON", "REFERENCE", "E-MAIL"];

export async function decisions(options: DecisionsOptions, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const filter = { ...options, email: options.email === undefined ? undefined : emailFrom(options.email) };
  const to = options.until === undefined ? now : momentFrom(options.until, now, "--until", "end");
  const from = fromFor(options, options.until === undefined ? now : to, now);
  if (from > to) throw new CommandError(`--until ${options.until} is before --since ${options.since}.`);
  const { dynamodb, decisionsTable, gates } = await deploymentFor(options);
  const unreadable: string[] = [];
  const store = decisionStore(dynamodb, decisionsTable, ({ id }) => unreadable.push(id));
  const print = printer(options, { output, store, byGate: gates.length > 1 });
  if (options.follow) {
    if (options.until !== undefined) throw new CommandError("--follow goes on until Ctrl-C: leave --until out.");
    const between = (start: Date, end: Date) => newestFirst(store, filter, start, end);
    await follow(between, { from, backlog: options.since === undefined ? 0 : options.limit, print });
    return;
  }
  let page: ListedDecision[] = [];
  let count = 0;
  for await (const record of newestFirst(store, filter, from, to)) {
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

/** Everyone's list has one day. One person's list begins at the earliest time, because one person has few decisions. */
function fromFor({ since, email, follow: following }: DecisionsOptions, to: Date, now: Date): Date {
  if (since !== undefined) return momentFrom(since, now);
  if (following) return now;
  return email === undefined ? momentFrom(DAY, to) : new Date(0);
}

interface Printing {
  readonly output: Output;
  readonly store: DecisionStore;
  readonly byGate: boolean;
}

function printer(
  { json, email }: DecisionsOptions,
  { output, store, byGate }: Printing,
): (records: readonly ListedDecision[]) => Promise<void> {
  if (json) {
    return async (records) => {
      // If the list is of one person, the decisions were read as whole records.
      for (const record of email === undefined ? await store.whole(records) : records) output.json(record);
    };
  }
  const formatCells = (record: ListedDecision) => [...(byGate ? [record.gate ?? DEFAULT_GATE] : []), ...cells(record)];
  const heading = byGate ? ["GATE", ...headings] : headings;
  const alignRows = alignedTable();
  let hasHeading = false;
  return async (records) => {
    if (records.length === 0) return;
    for (const line of alignRows([...(hasHeading ? [] : [heading]), ...records.map(formatCells)])) output.print(line);
    hasHeading = true;
  };
}

function cells(decision: ListedDecision): readonly string[] {
  const { at, step, rule = "", reasons, reference, email = "" } = decision;
  return [localTime(at), step, outcomeText(decisionWords.en, decision), rule, [...new Set(reasons)].join(", "), reference, email];
}

interface DecisionFilter {
  /** Normalised. */
  readonly email?: string;
  readonly verdict?: string;
  readonly step?: string;
  readonly gate?: string;
}

/** One page in memory at a time. */
async function* newestFirst(store: DecisionStore, filter: DecisionFilter, from: Date, to: Date): AsyncGenerator<ListedDecision> {
  const [first, last] = [from.toISOString(), to.toISOString()];
  for await (const page of filter.email === undefined ? store.between(from, to) : store.byEmail(filter.email)) {
    for (const record of page) {
      if (record.at < first) return;
      if (record.at <= last && fits(record, filter)) yield record;
    }
  }
}

function fits(record: ListedDecision, filter: DecisionFilter): boolean {
  const { verdict, step } = record;
  return (filter.verdict ?? verdict) === verdict && (filter.step ?? step) === step && isAtGate(record, filter);
}

const EVERY_MS = 2_000;
/**
 * Each read overlaps the previous one: a record appears up to 20 s after its time, and this machine's clock may be wrong by about a minute.
 */
const OVERLAP_MS = 90_000;

interface Following {
  /** Limit of earlier records that are shown first. Records before `from` are not shown. */
  readonly backlog: number;
  readonly from: Date;
  print(records: readonly ListedDecision[]): Promise<void>;
}

/** Shows decisions as they arrive, oldest first, until Ctrl-C. @param between returns decisions, newest first */
async function follow(
  between: (from: Date, to: Date) => AsyncIterable<ListedDecision>,
  { backlog, from, print }: Following,
): Promise<void> {
  const seenTimes = new Map<string, number>();

  async function look(first: boolean): Promise<readonly ListedDecision[]> {
    const now = Date.now();
    const recent = now - OVERLAP_MS;
    const start = first ? Math.min(from.getTime(), recent) : recent;
    const fresh: ListedDecision[] = [];
    for await (const record of between(new Date(start), new Date(now + OVERLAP_MS))) {
      const at = Date.parse(record.at);
      if (first && fresh.length >= backlog && at < recent) break;
      const key = `${record.id}.${record.revision}`;
      const isWanted = first ? fresh.length < backlog && at >= from.getTime() : !seenTimes.has(key);
      if (isWanted) fresh.push(record);
      seenTimes.set(key, at);
    }
    for (const [key, at] of seenTimes) if (at < recent - OVERLAP_MS) seenTimes.delete(key);
    return fresh.reverse();
  }

  await interruptible(async ({ signal }) => {
    for (let first = true; !signal.aborted; first = false) {
      await print(await look(first));
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  });
}
