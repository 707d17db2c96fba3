import type { CommandContext } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { namedGate } from "../../../cli/gates";
import { shownCell } from "../../../engine/characters";
import { readReference } from "../../../engine/sign-up/call";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { listReasons } from "../../../engine/sign-up/recording";
import { PolicyError, SetupError } from "../../../lib/errors";
import { remediesFor } from "../../decisions/remedies";
import { type Added, isGatewayId, showDecision } from "../../decisions/verbs/show";
import { accountLines, keepsOut, notCountedText } from "../next-try";
import { type Explained, explainAddress, explainedNow, statusLines, verdictLine, type WhyOptions } from "./explain";
import { readPerson } from "./read-person";

/** Runs `entra-gatehouse why`. For a code, explains the past decision. For an address, explains what would be decided now. */
export async function why(word: string, options: WhyOptions, session: CommandContext): Promise<void> {
  if (word.includes("@")) return await explainAddress(word, options, session);
  if (readReference(word) === undefined && !isGatewayId(word)) {
    throw new CommandError(
      `${shownCell(word)} is neither a reference code, such as K7QD-9MXD, nor an address, such as kim@contoso.com. A code never holds 0 O, 1 I L, U V, 5 S, 8 B, 2 Z.`,
    );
  }
  await showDecision(word, options, session, (record, deployment) => helping(record, deployment, options, session));
}

async function helping(record: DecisionRecord, deployment: Deployment, options: WhyOptions, session: CommandContext): Promise<Added> {
  const remedies = record.verdict === "continue" ? [] : remediesFor(record, "en");
  const { steps = [], lines } = await triedNow(record, deployment, options, session);
  const now = steps.map(({ step, decision: { answer, decidedBy } }) => ({
    step,
    verdict: answer.kind,
    rule: decidedBy,
    reasons: listReasons(answer),
  }));
  return {
    lines: [
      ...(remedies.length === 0 ? [] : ["How to let them in:", ...remedies.map((each) => `  ${each}`)]),
      "If they tried now:",
      ...lines.map((line) => `  ${line}`),
    ],
    json: { remedies, now },
  };
}

interface Tried {
  readonly steps?: readonly Explained[];
  readonly lines: readonly string[];
}

async function triedNow(record: DecisionRecord, deployment: Deployment, options: WhyOptions, session: CommandContext): Promise<Tried> {
  const { email } = record;
  if (email === undefined) return { lines: ["not known: the request had no address that could be read"] };
  try {
    return await retrySignUp({ ...record, email }, deployment, options, session);
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof CommandError || error instanceof SetupError)) throw error;
    return { lines: [`not known: ${error.message}`] };
  }
}

type Addressed = DecisionRecord & { readonly email: string };

async function retrySignUp(record: Addressed, deployment: Deployment, options: WhyOptions, { output }: CommandContext): Promise<Tried> {
  const gate = options.gate ?? record.gate;
  const at: WhyOptions = { ...options, gate };
  const parts = { ...options, email: record.email, known: record.attributes };
  const known = ["requests", "account", "incidents"] as const;
  const { records, account } = await readPerson(record.email, deployment, { output, now: new Date(), parts: known });
  const retried = { ...record, gate: namedGate(at) };
  const { ways, status } = await explainedNow(parts, at, deployment, { ...records, recent: [retried] });
  const [{ explained, notCounted } = { explained: [], notCounted: [] }] = ways;
  const stopping = explained.findIndex(({ decision }) => decision.answer.kind !== "continue");
  const steps = stopping === -1 ? explained : explained.slice(0, stopping + 1);
  const missing = "Attributes that the record lacks count as empty: --attributes FILE names them.";
  return {
    steps,
    lines: [
      ...accountLines(account),
      ...notCounted.map((each) => `Does not count: ${notCountedText(each, "en")}.`),
      ...steps.map(verdictLine),
      ...(stopping !== -1 && options.attributes === undefined ? [missing] : []),
      ...(stopping === -1 && record.verdict !== "continue" && !keepsOut(account) ? ["Ask them to try again."] : []),
      ...statusLines(status),
    ],
  };
}
