import { setTimeout as sleep } from "node:timers/promises";
import { makeWorld } from "../../../adapters/operator/world";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { isAtGate } from "../../../cli/gates";
import { interruptible } from "../../../cli/long-tasks";
import { alignedTable, type Output, warnOfUnreadable } from "../../../cli/output";
import { localTime, momentFrom } from "../../../cli/typed";
import { operatorPlace, readTypedQuery } from "../../../cli/view";
import { readSource } from "../../../engine/operator/list";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { warnOfIssuer } from "../../access-list/verbs/list-file";
import { decisionFilters } from "../filters";
import { type DecisionStore, decisionStore, type ListedDecision } from "../store/decisions";
import { beginBefore, decisionsView, readIssuer } from "../views";
import { decisionWords, outcomeText } from "../words";

interface DecisionsOptions extends DeploymentOptions, JsonOption {
  readonly email?: string;
  readonly verdict?: DecisionRecord["verdict"];
  readonly domain?: string;
  readonly issuer?: string;
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
  const query = readTypedQuery(decisionFilters, options, now);
  const { issuer } = query;
  if (issuer !== undefined && readIssuer(issuer) === "") throw new CommandError(`--issuer ${issuer} names no provider: write google.com.`);
  warnOfIssuer(issuer, output);
  const to = options.until === undefined ? now : momentFrom(options.until, now, "--until", "end");
  const from = chooseStart(options, to, now);
  if (from > to) throw new CommandError(`--until ${options.until} is before --since ${options.since}.`);
  const deployment = await deploymentFor(options);
  const unreadable: string[] = [];
  const store = decisionStore(deployment.dynamodb, deployment.decisionsTable);
  const print = printer(options, { output, store, byGate: deployment.gates.length > 1 });
  // Policies take time to load, and only the outcome depends on them.
  const policiesAt = query.verdict && (await import("../../../cli/policy-folders")).createPoliciesAt(deployment);
  const world = makeWorld(decisionsView.uses, { ...operatorPlace(deployment), ...(policiesAt && { policiesAt }) });
  const between = async function* (start: Date, end: Date) {
    const source = await decisionsView.source({ ...query, from: start, to: end }, world);
    for await (const record of readSource(source, undefined, (ids) => unreadable.push(...ids))) if (fits(record, options)) yield record;
  };
  if (options.follow) {
    if (options.until !== undefined) throw new CommandError("--follow goes on until Ctrl-C: leave --until out.");
    await follow(between, { from, backlog: options.since === undefined ? 0 : options.limit, print });
    return;
  }
  let page: ListedDecision[] = [];
  let count = 0;
  for await (const record of between(from, to)) {
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

/** Everyone's list has one day, or the days before a typed end. That of a person or a domain begins at the earliest time, as on the page. */
function chooseStart({ since, until, email, domain, follow: following }: DecisionsOptions, to: Date, now: Date): Date {
  if (since !== undefined) return momentFrom(since, now);
  if (following) return now;
  if (email !== undefined || domain !== undefined) return new Date(0);
  return until === undefined ? momentFrom(DAY, now) : beginBefore(to);
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
  const formatCells = (decision: ListedDecision) => {
    const { at, step, gate = DEFAULT_GATE, rule = "", reasons, reference, email = "" } = decision;
    const outcome = outcomeText(decisionWords.en, decision);
    const cells = [localTime(at), step, outcome, rule, [...new Set(reasons)].join(", "), reference, email];
    return byGate ? [gate, ...cells] : cells;
  };
  const heading = byGate ? ["GATE", ...headings] : headings;
  const alignRows = alignedTable();
  let hasHeading = false;
  return async (records) => {
    if (records.length === 0) return;
    for (const line of alignRows([...(hasHeading ? [] : [heading]), ...records.map(formatCells)])) output.print(line);
    hasHeading = true;
  };
}

function fits(record: ListedDecision, { verdict, ...options }: DecisionsOptions): boolean {
  return (verdict ?? record.verdict) === record.verdict && isAtGate(record, options);
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
