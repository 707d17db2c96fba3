import type { GraphClient } from "../../../adapters/graph/graph";
import { IDS_A_CALL, orUnknown, readRedemptions, readSignIns } from "../../../adapters/graph/sign-ins";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { isPast } from "../../../engine/sign-up/time";
import type { AccountRow } from "../../accounts/account";
import { type Evidence, noteEvidence } from "../../accounts/change";
import type { AccountStore } from "../../accounts/store/accounts";
import {
  type EarlierEnd,
  type Judgement,
  judgeRedemption,
  judgeSignIns,
  needsLook,
  planEarlierEnd,
  type Redemption,
  type SignIns,
} from "../earlier-end";
import type { ExpiryOfGates, GateExpiry } from "../expiry";

/** Minimum time between two calls. Entra's reports answer five calls in ten seconds. */
const CALL_MS = 2_000;
/** After this many refused calls in a row, nothing more is asked until the next call of the worker. */
const MOST_REFUSED = 3;
/** The ends of a day wait at most this long for evidence. What is not known by then is unknown in that run. */
const LONGEST_MS = 5 * 60_000;

interface EvidencePorts {
  readonly accounts: Pick<AccountStore, "change" | "inState">;
  readonly graph: Pick<GraphClient, "address" | "get" | "pause">;
  readonly expiry: ExpiryOfGates;
  readonly now: () => Date;
  readonly isOver: () => boolean;
  readonly tokens: TokenEvidence;
}

/** The gates' own evidence, where Entra is not asked. */
export interface TokenEvidence {
  /** True if every application calls the step before a token, so that no token means no sign-in. */
  isComplete(): Promise<boolean>;
}

/** Facts about one account, as Graph has them. Undefined: Graph did not say. */
interface Look {
  readonly signIns?: SignIns | undefined;
  readonly redemption?: Redemption | undefined;
}

/**
 * Reads sign-ins and redeemed invitations of accounts whose first reminder may be due, and stores the earlier ends that follow. Each
 * account is asked about once a day, so the next call goes on where this one stopped. Graph's refusals change nothing: unknown is not idle.
 */
export async function gatherEvidence(ports: EvidencePorts): Promise<void> {
  const { accounts, expiry, now } = ports;
  if (!Object.values(expiry).some(({ idle, unredeemed }) => idle !== undefined || unredeemed !== undefined)) return;
  const began = now().getTime();
  const refused = { signIns: 0, redemption: 0 };
  for await (const page of accounts.inState("in", new Date("9999-01-01"))) {
    for (let from = 0; from < page.length; from += IDS_A_CALL) {
      if (ports.isOver() || now().getTime() - began > LONGEST_MS) return;
      await lookAt(page.slice(from, from + IDS_A_CALL), refused, ports);
    }
  }
}

async function lookAt(rows: readonly AccountRow[], refused: { signIns: number; redemption: number }, ports: EvidencePorts): Promise<void> {
  const { accounts, expiry, graph, now } = ports;
  const at = now();
  const wants = (reason: "idle" | "unredeemed") =>
    rows.filter((row) => {
      const gateExpiry = expiry[row.gate ?? DEFAULT_GATE];
      return gateExpiry !== undefined && needsLook(row, reason, gateExpiry, at);
    });
  const [idle, unredeemed] = [wants("idle"), wants("unredeemed")];
  async function ask<T>(
    kind: keyof typeof refused,
    these: readonly AccountRow[],
    read: (reader: typeof graph, ids: readonly string[], now: Date) => Promise<ReadonlyMap<string, T>>,
  ) {
    if (these.length === 0 || refused[kind] >= MOST_REFUSED) return undefined;
    const ids = these.map(({ id }) => id);
    const answer = await orUnknown(read(graph, ids, at));
    refused[kind] = answer === undefined ? refused[kind] + 1 : 0;
    await graph.pause(CALL_MS);
    return answer;
  }
  const asksGraph = (row: AccountRow) => expiry[row.gate ?? DEFAULT_GATE]?.asksGraph === true;
  const redemptions = await ask<Redemption>("redemption", unredeemed, readRedemptions);
  // Who signs in has redeemed the invitation, whatever Entra says of it.
  const pending = unredeemed.filter(({ id }) => redemptions?.get(id)?.isPending === true);
  const signInsAsked = [...new Set([...idle, ...pending])].filter(asksGraph);
  const signIns = await ask<SignIns>("signIns", signInsAsked, readSignIns);
  for (const row of new Set([...idle, ...unredeemed])) {
    const gateExpiry = expiry[row.gate ?? DEFAULT_GATE] as GateExpiry;
    const byToken = idle.includes(row) && !asksGraph(row) ? await findToken(row, ports.tokens) : undefined;
    const look = { signIns: byToken ?? signIns?.get(row.id), redemption: redemptions?.get(row.id) };
    const isAnswered = (signIns !== undefined && signInsAsked.includes(row)) || (redemptions !== undefined && unredeemed.includes(row));
    if (byToken === undefined && !isAnswered) continue;
    await accounts.change(row.id, (storedRow) => noteEvidence(storedRow, storedRow && toEvidence(storedRow, look, gateExpiry, at), at));
  }
}

/** Undefined before the account's first token, and while sign-ins may come without a token. */
async function findToken({ seenAt, seenBy }: AccountRow, tokens: TokenEvidence): Promise<SignIns | undefined> {
  return seenBy === "token" && (await tokens.isComplete()) ? { success: seenAt } : undefined;
}

/** Returns what follows from a look. An earlier end that is neither confirmed nor refuted stays, and does not count in this run. */
export function toEvidence(row: AccountRow, { signIns, redemption }: Look, expiry: GateExpiry, now: Date): Evidence | undefined {
  const idle = expiry.idle !== undefined && signIns ? judgeSignIns(row, signIns, expiry.idle, now) : undefined;
  const seen = readSeen(row, signIns, idle);
  const unredeemed =
    expiry.unredeemed !== undefined && redemption ? judgeRedemption({ ...row, ...seen }, redemption, expiry.unredeemed) : undefined;
  const judgements = { idle, unredeemed };
  const ends = (["idle", "unredeemed"] as const).flatMap((reason) => {
    const judgement = judgements[reason];
    return (judgement?.kind === "ends" && planEarlierEnd(row, { at: judgement.at, reason }, expiry, now)) || [];
  });
  const [earlier] = ends.sort((one, other) => (one.at < other.at ? -1 : 1));
  const isKnown = row.endReason === undefined || (judgements[row.endReason]?.kind ?? "unknown") !== "unknown";
  if (earlier === undefined && !isKnown) return undefined;
  return { ...seen, ...(redemption && { redeemed: !redemption.isPending }), earlier };
}

/** An attempt is kept only if no success decides: one that Graph shows, or that a token told of before. */
function readSeen(
  { seenBy }: AccountRow,
  { success, attempt }: SignIns = {},
  judgement?: Judgement,
): Pick<AccountRow, "seenAt" | "seenBy"> {
  const isTried = judgement?.kind === "ends" && judgement.isTried === true;
  if (success !== undefined && !isTried) return { seenAt: success, seenBy: "graph" };
  const isDecided = seenBy !== undefined && seenBy !== "attempt" && !isTried;
  return attempt === undefined || isDecided ? {} : { seenAt: attempt, seenBy: "attempt" };
}

/** Reads an account's evidence again, directly before it is disabled, and tells whether the earlier end still stands. */
export async function checkEnd(
  row: AccountRow,
  { at, reason }: EarlierEnd,
  { expiry, createdAt, now }: { readonly expiry: GateExpiry; readonly createdAt: string; readonly now: Date },
  { graph, tokens }: Pick<EvidencePorts, "graph" | "tokens">,
): Promise<Judgement["kind"]> {
  if (expiry[reason] === undefined) return "stays";
  const readSigned = async () =>
    expiry.asksGraph ? (await orUnknown(readSignIns(graph, [row.id], now)))?.get(row.id) : await findToken(row, tokens);
  if (reason === "idle") {
    const signIns = await readSigned();
    const judgement = signIns && judgeSignIns(row, signIns, expiry.idle ?? 0, now, createdAt);
    return judgement?.kind === "ends" && judgement.at > at ? "stays" : toStanding(judgement, now);
  }
  const redemption = (await orUnknown(readRedemptions(graph, [row.id], now)))?.get(row.id);
  // Unknown sign-ins do not keep an unredeemed invitation; known ones do.
  const seen = expiry.idle !== undefined ? readSeen(row, await readSigned()) : {};
  return toStanding(redemption && judgeRedemption({ ...row, ...seen }, redemption, expiry.unredeemed ?? 0), now);
}

function toStanding(judgement: Judgement | undefined, now: Date): Judgement["kind"] {
  if (judgement?.kind === "ends" && !isPast(judgement.at, now)) return "stays";
  return judgement?.kind ?? "unknown";
}
