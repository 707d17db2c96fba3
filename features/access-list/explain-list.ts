import { type Policy, unwrapRule, withTrust } from "../../engine/sign-up/policy";
import { createRecords } from "../../engine/sign-up/records";
import type { AnyRule, RecordKey, Row } from "../../engine/sign-up/rule";
import { noHash, noServices } from "../../engine/sign-up/rule-services";
import type { SignUp, Step } from "../../engine/sign-up/sign-up";
import { type DescribedEntry, describeEntry } from "./describe-entry";
import { classNames, rowKey } from "./entry";
import { candidates, type Match, match, partnerKeys } from "./match";

export interface ListResult {
  readonly step: Step;
  readonly verdict: "continue" | "block" | "not asked";
  readonly reason?: string;
  readonly shadow?: true;
  /** The deciding entry is the first. */
  readonly matches: readonly Match[];
  readonly ignored: readonly DescribedEntry[];
}

type Read = (keys: readonly RecordKey[]) => Promise<ReadonlyMap<string, Row>>;

/** Returns one result for each rule. Matches the list a second time, to explain each result. */
export async function explainListResults(policy: Policy, signUp: SignUp, read: Read, now: Date): Promise<readonly ListResult[]> {
  const { step } = policy;
  const lists = policy.rules.filter((entry) => unwrapRule(entry).name === "access-list");
  if (lists.length === 0) return [{ step, verdict: "not asked", matches: [], ignored: [] }];
  return await Promise.all(
    lists.map(async (entry) => ({
      step,
      ...(await askRule(unwrapRule(entry), withTrust(signUp, policy), read, now)),
      ...("shadow" in entry && { shadow: true as const }),
    })),
  );
}

async function askRule(rule: AnyRule, signUp: SignUp, read: Read, now: Date): Promise<Omit<ListResult, "step" | "shadow">> {
  const needs = rule.needs?.(signUp, noHash, now) ?? [];
  const records = createRecords(needs, await read(needs));
  const context = {
    records,
    findings: {},
    received: signUp,
    said: [],
    now,
    signal: new AbortController().signal,
    remainingMs: () => Number.POSITIVE_INFINITY,
  };
  const verdict = await rule.decide?.(signUp, { ...context, hashOf: noHash, services: noServices("The access list") });
  const find = (entry: string) => records.get(rowKey(entry));
  // The rule does not expose its options, but its keys show its classes.
  const classes = classNames.filter((name) => needs.some(({ key }) => key.entry === name));
  const [partner] = partnerKeys(signUp).map((key) => records.get(key));
  const matches = matchesBehind(verdict?.evidence?.entry, (isProven) => match(signUp, classes, find, now, isProven, partner).matches);
  const ignoredEntries = candidates(signUp, classes).flatMap(({ key }) => {
    const cells = matches.some(({ entry }) => entry === key) ? undefined : find(key);
    return cells === undefined ? [] : [describeEntry(cells, now)];
  });
  if (verdict?.kind !== "block") return { verdict: "continue", matches, ignored: ignoredEntries };
  return { verdict: "block", reason: verdict.reason, matches, ignored: ignoredEntries };
}

/**
 * The rule does not expose its trusted providers. If the matches for a proven address begin with the deciding entry, takes the address as
 * proven.
 */
function matchesBehind(decidingEntry: string | undefined, matchesIf: (isProven: boolean) => readonly Match[]): readonly Match[] {
  const matches = matchesIf(true);
  return matches[0]?.entry === decidingEntry ? matches : matchesIf(false);
}
