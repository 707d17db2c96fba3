import { isDeepStrictEqual } from "node:util";
import type { Step } from "../../engine/sign-up/sign-up";
import { type Attempt, ENTRA_TIMEOUT_MS, sendCall } from "../client/call";
import { readAnswer } from "../contract/answer";
import { type ContractFinding, type ContractRule, connectionRules, contract } from "../contract/contract";
import { sampleDefects } from "../contract/sample-defects";
import { credentialRules, oddRequestRules, repeatRule, tlsRule } from "./probe-rules";
import { GOOD_REQUEST, type Probe, type ProbeTarget, probes } from "./probes";
import { tlsFinding } from "./tls";

/** What an endpoint made of one rule. */
export interface ProbedRule {
  readonly step: Step;
  readonly rule: string;
  readonly says: string;
  readonly source: string;
  readonly verdict: "pass" | "fail" | "not applicable";
  /** To how many probes the rule had something to say. */
  readonly probes: number;
  readonly failures: readonly (ContractFinding & { readonly probe: string })[];
}

/** The endpoint cannot be reached at all. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  /** @param code "timeout", or the connection's error code */
  constructor(readonly code: string) {
    super(`No connection: ${code}`);
  }
}

type RuleLabel = Pick<ContractRule, "id" | "says" | "source">;

/** One rule and one probe: undefined where the rule has nothing to say. */
interface Outcome {
  readonly rule: string;
  readonly probe: string;
  readonly finding: ContractFinding | undefined;
}

const REPEAT_PROBE = "repeated-call";
const reported: readonly RuleLabel[] = [
  tlsRule,
  connectionRules.connection,
  connectionRules.time,
  ...contract,
  repeatRule,
  ...credentialRules,
  ...Object.values(oddRequestRules),
];

/** Every probe, and the good one again. */
export const REQUESTS_PER_STEP = probes.length + 1;

/**
 * Sends every probe, one after the other, and says what the answers make of each rule. Rejects with UnreachableError if
 * the first one finds nobody.
 */
export async function conform(target: ProbeTarget, timeoutMs: number = ENTRA_TIMEOUT_MS): Promise<readonly ProbedRule[]> {
  const outcomes: Outcome[] = [];
  let good: Attempt | undefined;
  for (const probe of probes) {
    const attempt = await sendCall(probe.call(target), timeoutMs);
    if (good === undefined) assertReached(attempt);
    outcomes.push(...outcomesOf(probe, attempt, target.step));
    if (probe.id !== GOOD_REQUEST) continue;
    good = attempt;
    const repeated = await sendCall(probe.call(target), timeoutMs);
    outcomes.push(...connectionOutcomes(REPEAT_PROBE, repeated), ...repeatOutcomes(attempt, repeated));
  }
  if (target.url.startsWith("https:"))
    outcomes.push({ rule: tlsRule.id, probe: "tls-1.2", finding: await tlsFinding(target.url, timeoutMs) });
  return reported.map((rule) => resultOf(rule, target.step, outcomes));
}

function assertReached({ failure }: Attempt): void {
  if (failure !== undefined && failure !== "timeout") throw new UnreachableError(failure);
}

function outcomesOf({ id, rules, defects = {} }: Probe, attempt: Attempt, step: Step): readonly Outcome[] {
  const answered = connectionOutcomes(id, attempt);
  if (attempt.answer === undefined) return answered;
  const answer = readAnswer(attempt.answer);
  const held = rules.filter((rule) => rule.applies(answer, step));
  return [
    ...answered,
    ...held.map((rule) => {
      const finding = rule.breach(answer, step);
      const defect = finding?.defect ?? defects[rule.id];
      return { rule: rule.id, probe: id, finding: finding && { ...finding, ...(defect !== undefined && { defect }) } };
    }),
  ];
}

function connectionOutcomes(probe: string, { failure }: Attempt): readonly Outcome[] {
  const late = failure === "timeout";
  const broken = failure !== undefined && !late;
  return [
    { rule: connectionRules.time.id, probe, finding: late ? { found: "no answer in time", defect: sampleDefects.slow } : undefined },
    { rule: connectionRules.connection.id, probe, finding: broken ? { found: failure } : undefined },
  ];
}

/** Silent unless both calls were answered. */
function repeatOutcomes(first: Attempt, second: Attempt): readonly Outcome[] {
  if (first.answer === undefined || second.answer === undefined) return [];
  const [one, other] = [readAnswer(first.answer), readAnswer(second.answer)];
  const same = one.status === other.status && isDeepStrictEqual(one.json ?? one.body, other.json ?? other.body);
  const finding = same ? undefined : { found: differenceBetween(one, other), defect: sampleDefects.repeat };
  return [{ rule: repeatRule.id, probe: REPEAT_PROBE, finding }];
}

function differenceBetween(one: ReturnType<typeof readAnswer>, other: ReturnType<typeof readAnswer>): string {
  if (one.status !== other.status) return `status ${one.status}, then ${other.status}`;
  const names = new Set([...Object.keys(one.json ?? {}), ...Object.keys(other.json ?? {})]);
  const differing = [...names].filter((name) => !isDeepStrictEqual(one.json?.[name], other.json?.[name]));
  return differing.length === 0 ? "another body" : `another ${differing.join(", ")}`;
}

function resultOf({ id, says, source }: RuleLabel, step: Step, outcomes: readonly Outcome[]): ProbedRule {
  const own = outcomes.filter(({ rule }) => rule === id);
  const failures = own.flatMap(({ probe, finding }) => (finding === undefined ? [] : [{ probe, ...finding }]));
  const verdict = failures.length > 0 ? "fail" : own.length > 0 ? "pass" : "not applicable";
  return { step, rule: id, says, source, verdict, probes: own.length, failures };
}
