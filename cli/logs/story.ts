import { decisionStore } from "../../adapters/tables/decisions";
import { requestsMeant } from "../../engine/approvals/deciding";
import { decisionsBehind, isAskedBy } from "../../engine/approvals/decisions-behind";
import type { ApprovalRequest } from "../../engine/approvals/request";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Deployment } from "../deployment";
import { approvalsAt } from "../stores";
import type { ReadLine } from "./log-line";
import { inOrder, type LogSource } from "./log-source";

/** All that is known of one request of Entra's. */
export interface CallStory {
  /** Epoch milliseconds; the gateway's word for it if there is one. */
  readonly arrivedAt: number;
  readonly records: readonly DecisionRecord[];
  /** Requests for approval that it led to, or that have its code. */
  readonly requests: readonly ApprovalRequest[];
  /** The oldest first. */
  readonly lines: readonly ReadLine[];
}

/** A record bears the time at which its function began; clocks differ, and the gateway was before it. */
const BEFORE_MS = 60_000;
/** Nothing that answers a call writes later than that: Lambda gives it up. */
const AFTER_MS = 120_000;

/** The story of a reference code. @param back how far to look where no record says when it was, in milliseconds */
export async function storyOfCode(reference: string, deployment: Deployment, source: LogSource, back: number): Promise<CallStory> {
  const decisions = decisionStore(deployment.dynamodb, deployment.decisionsTable);
  const found = await decisions.byReference(reference);
  const requests = await requestsFor(reference, found, deployment);
  const codes = new Set([reference, ...requests.map((request) => request.reference)]);
  if (found.length === 0) {
    // By the code of a request: the decisions that led to it.
    for (const request of requests) for (const code of await decisionsBehind(request, decisions.byEmail(request.email))) codes.add(code);
  }
  const behind = await Promise.all([...codes].filter((code) => code !== reference).map((code) => decisions.byReference(code)));
  const records = [...found, ...behind.flat()].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const times = [...records.map(({ at }) => at), ...requests.map(({ requestedAt }) => requestedAt)].map((at) => Date.parse(at));
  const [from, to] = times.length === 0 ? [Date.now() - back, Date.now()] : [Math.min(...times) - BEFORE_MS, Math.max(...times) + AFTER_MS];
  const lines = await linesFor([...codes], source, { from, to });
  const arrived = lines.find(({ from: by }) => by === "gateway") ?? lines[0];
  return { arrivedAt: arrived?.at ?? times[0] ?? Date.now(), records, requests, lines };
}

/** The story of a gateway's request id, as pages bear it where no function answered. */
export async function storyOfRequestId(id: string, source: LogSource, back: number): Promise<CallStory> {
  const now = Date.now();
  const lines = await linesFor([id], source, { from: now - back, to: now });
  return { arrivedAt: lines[0]?.at ?? now, records: [], requests: [], lines };
}

/** Lines that bear the codes, those that bear what these bear, and what follows later. */
async function linesFor(codes: readonly string[], source: LogSource, { from, to }: { from: number; to: number }) {
  const first = await source.lines({ from, to, bearing: codes });
  const ids = [...new Set(first.flatMap((line) => line.ids))].filter((id) => !codes.includes(id));
  const more = ids.length === 0 ? [] : await source.lines({ from, to, bearing: ids });
  const later = await source.lines({ from: to, to: Date.now(), bearing: codes, followingUp: true });
  const own = inOrder([...first, ...more, ...later]);
  return inOrder([...own, ...(await meanwhile(own, source))]);
}

/** What stand-ins did while the call was being answered. */
async function meanwhile(own: readonly ReadLine[], source: LogSource): Promise<readonly ReadLine[]> {
  if (source.standIns.size === 0) return [];
  const calls = own.filter(({ from }) => from === "gateway");
  const found = await Promise.all(
    calls.map(({ at, line }) => source.lines({ from: at, to: at + Number((line as { latencyMs?: unknown }).latencyMs ?? 0) })),
  );
  return found.flat().filter(({ from }) => source.standIns.has(from));
}

async function requestsFor(
  reference: string,
  records: readonly DecisionRecord[],
  deployment: Deployment,
): Promise<readonly ApprovalRequest[]> {
  const store = approvalsAt(deployment);
  if (records.length === 0) return (await requestsMeant(store, reference)) ?? [];
  const asking = records.filter(({ reasons }) => reasons.includes("approval.requested"));
  const emails = [...new Set(asking.flatMap(({ email }) => email ?? []))];
  const requests = (await Promise.all(emails.map((email) => requestsMeant(store, email)))).flatMap((each) => each ?? []);
  return requests.filter((request) => asking.some((record) => isAskedBy(request, record)));
}
