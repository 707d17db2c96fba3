import { referenceFor } from "../engine/sign-up/call";
import { keyedHash, personIdOf } from "../engine/sign-up/person";
import type { DecisionRecord } from "../engine/sign-up/record";
import type { RuleResult } from "../engine/sign-up/verdict";

/** Not a gate's key: pages do not find these people by it, but count them. */
const hashOf = keyedHash("a key of the pictures");

const DAYS = 14;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const WORKDAY_SIGN_UPS = 46;
const WEEKEND_SIGN_UPS = 9;

const people = ["minji.kim", "sam.okafor", "l.novak", "ana.souza", "yuki.tanaka", "j.meyer", "priya.nair", "tom.becker", "claire.roux"];
const partners = ["contoso.com", "emea.contoso.com", "fabrikam.com", "adatum.example", "northwind.example"];
const strangers = ["example.com", "mail.example", "tailspin.example"];

/** Returns numbers from 0 to 1, the same sequence in every run. */
type Draw = () => number;
type Fate = (draw: Draw) => Partial<DecisionRecord> & Pick<DecisionRecord, "trace">;

/** Outcomes, the likeliest first. */
const fates: readonly { readonly upTo: number; readonly fate: Fate }[] = [
  { upTo: 0.7, fate: passes },
  { upTo: 0.84, fate: (draw) => ({ email: address(draw, strangers), ...stopped("block", unlisted, [formatted, unlisted, skipped]) }) },
  {
    upTo: 0.9,
    fate: (draw) => ({ email: address(draw, partners), issuers: ["facebook.com"], ...stopped("block", denied, [formatted, denied]) }),
  },
  {
    upTo: 0.97,
    fate: (draw) => ({
      email: address(draw, ["emea.contoso.com"]),
      asked: ["displayName"],
      ...stopped("invalid", tooLong, [formatted, listed("*.contoso.com", "wildcard"), tooLong, skipped]),
    }),
  },
  {
    upTo: 1,
    fate: (draw) => ({
      email: address(draw, partners),
      durationMs: 2_400 + Math.floor(draw() * 1_600),
      trace: [formatted, listed("fabrikam.com", "domain"), valid, late],
    }),
  },
];

const formatted: RuleResult = { rule: "format", said: "continue", set: ["displayName"] };
const valid: RuleResult = { rule: "validate", said: "continue" };
const verified: RuleResult = { rule: "verify-identity", said: "continue", findings: { identity: "verified" } };
const late: RuleResult = { rule: "verify-identity", said: "continue", upstreamFailure: { service: "idology", kind: "timeout" } };
const unlisted: RuleResult = { rule: "access-list", said: "block", reasons: ["access-list.unlisted"] };
const denied: RuleResult = {
  rule: "access-list",
  said: "block",
  reasons: ["access-list.denied"],
  evidence: { entry: "issuer:facebook.com", level: "veto" },
};
const tooLong: RuleResult = { rule: "validate", said: "invalid", reasons: ["attribute.invalid"] };
const skipped: RuleResult = { rule: "verify-identity", said: "skipped" };

function listed(entry: string, level: string): RuleResult {
  return { rule: "access-list", said: "continue", findings: { listed: "allow" }, evidence: { entry, level } };
}

function stopped(verdict: "block" | "invalid", by: RuleResult, trace: readonly RuleResult[]) {
  return { verdict, rule: by.rule, reasons: by.reasons ?? [], changed: [], trace };
}

function passes(draw: Draw) {
  return { email: address(draw, partners), trace: [formatted, listed("contoso.com", "domain"), valid, verified] };
}

/** Two weeks of sign-ups at a company of some size, up to now. All people are made up. */
export function madeUpDecisions(now: Date): readonly DecisionRecord[] {
  const draw = drawer(7);
  return Array.from({ length: DAYS }, (_, back) => dayOf(new Date(now.getTime() - back * DAY_MS), draw))
    .flat()
    .filter(({ at }) => at <= now.toISOString());
}

function dayOf(day: Date, draw: Draw): readonly DecisionRecord[] {
  const usual = [0, 6].includes(day.getUTCDay()) ? WEEKEND_SIGN_UPS : WORKDAY_SIGN_UPS;
  const count = Math.round(usual * (0.75 + draw() / 2));
  const midnight = Date.parse(`${day.toISOString().slice(0, 10)}T00:00:00Z`);
  return Array.from({ length: count }, () => {
    const at = new Date(midnight + (6 + draw() * 14) * HOUR_MS);
    const which = draw();
    const fate = fates.find(({ upTo }) => which < upTo)?.fate ?? passes;
    const id = `made-up-${at.toISOString()}`;
    const issuers = [["google.com"], ["mail"], ["entra"]][Math.floor(draw() * 3)] ?? [];
    const durationMs = Math.round(7 + draw() ** 3 * 60);
    const made = fate(draw);
    return {
      id,
      reference: referenceFor(id),
      at: at.toISOString(),
      step: "before-create-user",
      source: "b2b",
      issuers,
      verdict: "continue",
      reasons: [],
      changed: ["displayName"],
      durationMs,
      policyVersion: "made-up",
      revision: 0,
      ...made,
      personId: personIdOf(made.email ?? "", hashOf),
    };
  });
}

function address(draw: Draw, domains: readonly string[]): string {
  return `${people[Math.floor(draw() * people.length)]}@${domains[Math.floor(draw() * domains.length)]}`;
}

/** Mulberry32, a small generator whose only state is its seed. */
function drawer(seed: number): Draw {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
