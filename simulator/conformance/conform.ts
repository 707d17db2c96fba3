import { connect } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { parseJsonObject } from "../../engine/json";
import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import { type Attempt, type HttpCall, sendCall } from "../client/call";
import { connectionRules, contracts, verdictIn } from "../contract/contract";
import { type AskedStep, type ContractFinding, type ContractRule, patienceMs, type ReadAnswer, readAnswer } from "../contract/rule";
import { connectorProbes } from "./connector-probes";
import { extensionProbes } from "./extension-probes";
import {
  credentialRules,
  GOOD_REQUEST,
  inFlightRule,
  oddRequestRules,
  type Probe,
  type ProbeTarget,
  repeatRule,
  tlsRule,
  tokenRules,
} from "./probe";

export interface ProbedRule {
  readonly step: Step;
  readonly rule: string;
  readonly says: string;
  readonly source: string;
  readonly verdict: "pass" | "fail" | "skipped" | "not applicable";
  /** Number of probes that the rule applied to. */
  readonly probes: number;
  readonly failures: readonly (ContractFinding & { readonly probe: string })[];
  /** Probes that could not be sent, and the reasons. Absent if there are none. */
  readonly skipped?: readonly { readonly probe: string; readonly reason: string }[];
}

export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  /** @param code "timeout", or the connection's error code */
  constructor(readonly code: string) {
    super(`No connection: ${code}`);
  }
}

type RuleLabel = Pick<ContractRule, "id" | "says" | "source">;

interface Outcome {
  readonly rule: string;
  readonly probe: string;
  readonly finding?: ContractFinding;
  /** The reason why the probe was not sent. */
  readonly skipped?: string;
}

const REPEAT_PROBE = "repeated-call";
const IN_FLIGHT_PROBE = "simultaneous-calls";

/** Lists the rules for an endpoint, in the order of the report. */
export function reportedRules(tenant: TenantKind): readonly RuleLabel[] {
  const { connection, time } = connectionRules(tenant);
  const callers = tenant === "external-tenant" ? tokenRules : credentialRules;
  const odd = Object.values(oddRequestRules);
  return [tlsRule, connection, time, ...contracts[tenant], repeatRule, inFlightRule, ...callers, ...odd];
}

/** Lists all requests to an endpoint, except those that repeat the good request. */
export function probesFor(target: ProbeTarget): readonly Probe[] {
  return target.tenant === "external-tenant" ? extensionProbes(target) : connectorProbes(target);
}

/** Sends the probes one after the other. Rejects with UnreachableError if the first probe reaches no endpoint. */
export async function conform(target: ProbeTarget, timeoutMs: number = patienceMs[target.tenant]): Promise<readonly ProbedRule[]> {
  const outcomes: Outcome[] = [];
  for (const probe of probesFor(target)) {
    const call = await probe.call();
    const request = "body" in call ? parseJsonObject(String(call.body)) : undefined;
    const askedStep: AskedStep = { tenant: target.tenant, step: target.step, request };
    if ("skipped" in call) {
      for (const { id } of probe.rules ?? []) outcomes.push({ rule: id, probe: probe.id, ...call });
      continue;
    }
    const attempt = await sendCall(call, timeoutMs, target.fetch);
    const { failure } = attempt;
    if (probe.id === GOOD_REQUEST && failure !== undefined && failure !== "timeout") throw new UnreachableError(failure);
    outcomes.push(...checkAttempt(probe, attempt, askedStep));
    if (probe.id === GOOD_REQUEST)
      outcomes.push(...(await repeatedOutcomes(call, attempt, askedStep, (each) => sendCall(each, timeoutMs, target.fetch))));
  }
  if (target.url.startsWith("https:")) outcomes.push(await tlsOutcome(target, timeoutMs));
  return reportedRules(target.tenant).map((rule) => buildProbedRule(rule, target.step, outcomes));
}

async function tlsOutcome({ url, fetch: send = fetch }: ProbeTarget, timeoutMs: number): Promise<Outcome> {
  const outcome = { rule: tlsRule.id, probe: "tls-1.2" };
  if (send !== fetch) return { ...outcome, skipped: "a proxy is in between" };
  return { ...outcome, finding: await tlsFinding(url, timeoutMs) };
}

function checkAttempt({ id, rules }: Probe, attempt: Attempt, askedStep: AskedStep): readonly Outcome[] {
  const connectionResults = connectionOutcomes(id, attempt, askedStep.tenant);
  if (attempt.answer === undefined) return connectionResults;
  const answer = readAnswer(attempt.answer);
  const applicableRules = (rules ?? contracts[askedStep.tenant]).filter((rule) => rule.applies(answer, askedStep));
  return [...connectionResults, ...applicableRules.map((rule) => ({ rule: rule.id, probe: id, finding: rule.breach(answer, askedStep) }))];
}

function connectionOutcomes(probe: string, { failure }: Attempt, tenant: TenantKind): readonly Outcome[] {
  const { time, connection } = connectionRules(tenant);
  const late = failure === "timeout";
  const broken = failure !== undefined && !late;
  return [
    { rule: time.id, probe, finding: late ? { found: "no answer in time" } : undefined },
    { rule: connection.id, probe, finding: broken ? { found: failure } : undefined },
  ];
}

async function repeatedOutcomes(
  call: HttpCall,
  first: Attempt,
  askedStep: AskedStep,
  send: (call: HttpCall) => Promise<Attempt>,
): Promise<readonly Outcome[]> {
  const again = await send(call);
  const fresh = { ...call, body: call.body?.replaceAll("Mina Kang", "Mina Kang the Second") };
  const [one, other] = await Promise.all([send(fresh), send(fresh)]);
  const compareAttempts = (rule: string, probe: string, pair: readonly [Attempt, Attempt], difference: Difference): Outcome[] => {
    const [left, right] = pair.map(({ answer }) => answer && readAnswer(answer));
    if (left === undefined || right === undefined) return [];
    const differenceText = difference(left, right, askedStep);
    return [{ rule, probe, finding: differenceText === undefined ? undefined : { found: differenceText } }];
  };
  return [
    ...connectionOutcomes(REPEAT_PROBE, again, askedStep.tenant),
    ...compareAttempts(repeatRule.id, REPEAT_PROBE, [first, again], differenceBetween),
    ...[one, other].flatMap((each) => connectionOutcomes(IN_FLIGHT_PROBE, each, askedStep.tenant)),
    ...compareAttempts(inFlightRule.id, IN_FLIGHT_PROBE, [one, other], verdictDifference),
  ];
}

type Difference = (one: ReadAnswer, other: ReadAnswer, askedStep: AskedStep) => string | undefined;

function differenceBetween(one: ReadAnswer, other: ReadAnswer): string | undefined {
  if (one.status !== other.status) return `status ${one.status}, then ${other.status}`;
  if (isDeepStrictEqual(one.json ?? one.body, other.json ?? other.body)) return undefined;
  const names = new Set([...Object.keys(one.json ?? {}), ...Object.keys(other.json ?? {})]);
  const differing = [...names].filter((name) => !isDeepStrictEqual(one.json?.[name], other.json?.[name]));
  return differing.length === 0 ? "another body" : `another ${differing.join(", ")}`;
}

function verdictDifference(one: ReadAnswer, other: ReadAnswer, askedStep: AskedStep): string | undefined {
  const [left, right] = [verdictIn(one, askedStep), verdictIn(other, askedStep)].sort();
  return left === right ? undefined : `one gets ${left}; the other ${right}`;
}

function buildProbedRule({ id, says, source }: RuleLabel, step: Step, outcomes: readonly Outcome[]): ProbedRule {
  const ruleOutcomes = outcomes.filter(({ rule }) => rule === id);
  const sentOutcomes = ruleOutcomes.filter(({ skipped }) => skipped === undefined);
  const failures = sentOutcomes.flatMap(({ probe, finding }) => (finding === undefined ? [] : [{ probe, ...finding }]));
  const skippedProbes = ruleOutcomes.flatMap(({ probe, skipped: reason }) => (reason === undefined ? [] : [{ probe, reason }]));
  const silent = skippedProbes.length > 0 ? "skipped" : "not applicable";
  const verdict = failures.length > 0 ? "fail" : sentOutcomes.length > 0 ? "pass" : silent;
  return {
    step,
    rule: id,
    says,
    source,
    verdict,
    probes: sentOutcomes.length,
    failures,
    skipped: skippedProbes.length > 0 ? skippedProbes : undefined,
  };
}

/** Entra's cipher suites, under the names that OpenSSL gives them. Source: "TLS and cipher suite requirements" of Azure AD B2C. */
const ciphers = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-SHA256",
  "ECDHE-ECDSA-AES256-SHA384",
  "ECDHE-RSA-AES128-SHA256",
  "ECDHE-RSA-AES256-SHA384",
].join(":");

const HTTPS_PORT = 443;

/** Makes a TLS handshake as Entra does. The certificate is not checked, because the connections of the probes have checked it. */
export function tlsFinding(url: string, timeoutMs: number): Promise<ContractFinding | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port) || HTTPS_PORT,
      ...(/[a-z]/i.test(hostname) && !hostname.startsWith("[") && { servername: hostname }),
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.2",
      ciphers,
      rejectUnauthorized: false,
    });
    const end = (finding: ContractFinding | undefined) => {
      socket.destroy();
      resolve(finding);
    };
    socket.setTimeout(timeoutMs, () => end({ found: "no handshake in time" }));
    socket.once("secureConnect", () => end(undefined));
    socket.once("error", (error: NodeJS.ErrnoException) => end({ found: `no handshake: ${error.code ?? error.message}` }));
  });
}
