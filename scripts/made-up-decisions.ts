import { referenceFor } from "../engine/sign-up/call";
import { buildPersonId, keyedHash } from "../engine/sign-up/person";
import type { DecisionRecord } from "../engine/sign-up/record";
import type { RuleResult } from "../engine/sign-up/verdict";

/**
 * Computes the hashes of made-up people with a key that no gate has. Pages count these people, but a search for a person by hash does not
 * find them.
 */
const hashOf = keyedHash("a key of the pictures");

const DAYS = 14;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const WORKDAY_SIGN_UPS = 46;
const WEEKEND_SIGN_UPS = 9;

const people = ["minji.kim", "sam.okafor", "l.novak", "ana.souza", "yuki.tanaka", "j.meyer", "priya.nair", "tom.becker", "claire.roux"];
const partners = ["contoso.com", "emea.contoso.com", "fabrikam.com", "adatum.example", "northwind.example"];
const strangers = ["example.com", "mail.example", "tailspin.example"];
const issuers = ["google.com", "mail", "entra"];

const formattedResult: RuleResult = { rule: "format", said: "continue", set: ["displayName"] };
const valid: RuleResult = { rule: "validate", said: "continue" };
const verifiedResult: RuleResult = { rule: "verify-identity", said: "continue", findings: { identity: "verified" } };
const late: RuleResult = { rule: "verify-identity", said: "continue", upstreamFailure: { service: "idology", kind: "timeout" } };
const unlistedResult: RuleResult = { rule: "access-list", said: "block", reasons: ["access-list.unlisted"] };
const deniedResult: RuleResult = {
  rule: "access-list",
  said: "block",
  reasons: ["access-list.denied"],
  evidence: { entry: "issuer:facebook.com", level: "veto" },
};
const tooLong: RuleResult = { rule: "validate", said: "invalid", reasons: ["attribute.invalid"] };
const skippedResult: RuleResult = { rule: "verify-identity", said: "skipped" };

function buildListedResult(entry: string, level: string): RuleResult {
  return { rule: "access-list", said: "continue", findings: { listed: "allow" }, evidence: { entry, level } };
}

function buildStop(verdict: "block" | "invalid", by: RuleResult, trace: readonly RuleResult[]) {
  return { verdict, rule: by.rule, reasons: by.reasons ?? [], changed: [], trace };
}

interface Fate extends Partial<DecisionRecord> {
  /** Percentage of sign-ups that have this fate. */
  readonly share: number;
  readonly domains: readonly string[];
}

const fates: readonly Fate[] = [
  { share: 70, domains: partners, trace: [formattedResult, buildListedResult("contoso.com", "domain"), valid, verifiedResult] },
  { share: 14, domains: strangers, ...buildStop("block", unlistedResult, [formattedResult, unlistedResult, skippedResult]) },
  { share: 6, domains: partners, issuers: ["facebook.com"], ...buildStop("block", deniedResult, [formattedResult, deniedResult]) },
  {
    share: 7,
    domains: ["emea.contoso.com"],
    asked: ["displayName"],
    ...buildStop("invalid", tooLong, [formattedResult, buildListedResult("*.contoso.com", "wildcard"), tooLong, skippedResult]),
  },
  { share: 3, domains: partners, durationMs: 3_100, trace: [formattedResult, buildListedResult("fabrikam.com", "domain"), valid, late] },
];
const hundredFates = fates.flatMap(({ share, ...fate }) => Array.from({ length: share }, () => fate));

export function madeUpDecisions(now: Date, days = DAYS): readonly DecisionRecord[] {
  return Array.from({ length: days }, (_, back) => makeDay(new Date(now.getTime() - back * DAY_MS), back))
    .flat()
    .filter(({ at }) => at <= now.toISOString());
}

function makeDay(day: Date, back: number): readonly DecisionRecord[] {
  const usual = [0, 6].includes(day.getUTCDay()) ? WEEKEND_SIGN_UPS : WORKDAY_SIGN_UPS;
  const count = usual + ((back * 7) % 12);
  const midnight = Date.parse(`${day.toISOString().slice(0, 10)}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(midnight + (6 + (14 * index) / count) * HOUR_MS).toISOString();
    return makeDecision(back * 100 + index, at);
  });
}

/**
 * Multiplies `number` by a factor to select from each list. No factor shares a divisor with its list's length, so the combinations vary.
 */
function makeDecision(number: number, at: string): DecisionRecord {
  const pick = <T>(from: readonly T[], factor: number) => from[(number * factor) % from.length] as T;
  const { domains, ...fate } = pick(hundredFates, 37);
  const email = `${pick(people, 5)}@${pick(domains, 7)}`;
  const id = `made-up-${at}`;
  return {
    id,
    reference: referenceFor(id),
    at,
    step: "before-create-user",
    source: "b2b",
    issuers: [pick(issuers, 1)],
    verdict: "continue",
    reasons: [],
    changed: ["displayName"],
    durationMs: 7 + ((number * 29) % 60),
    policyVersion: "made-up",
    revision: 0,
    trace: [],
    ...fate,
    email,
    personId: buildPersonId(email, hashOf),
  };
}
