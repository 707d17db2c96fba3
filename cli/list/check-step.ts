import { type ClassName, classNames, rowKey } from "../../lambda/rules/access-list/entry";
import { candidates, type Match, match } from "../../lambda/rules/access-list/match";
import { ruleOf } from "../../lambda/sign-up/policy";
import { recordsOf } from "../../lambda/sign-up/records";
import type { AnyRule, RecordKey } from "../../lambda/sign-up/rule";
import type { SignUp, Step } from "../../lambda/sign-up/sign-up";
import type { Rows } from "../../lambda/stores/rows";
import type { PolicyStep } from "../../lib/policy-folder";
import { noServices } from "../no-services";
import { type Described, described } from "./describe";

/** What the list makes of a person at one step. */
export interface Checked {
  readonly step: Step;
  readonly verdict: "continue" | "block" | "not asked";
  /** The code of a block. */
  readonly reason?: string;
  /** The rule only reports: its verdict stops nobody. */
  readonly shadow?: true;
  /** Every entry that counts for the person, the deciding one first. */
  readonly matches: readonly Match[];
  /** Rows found for the person that do not count. */
  readonly ignored: readonly Described[];
}

/** Runs the step's own access-list rules, one result each; their match is told again to explain them. */
export async function checkStep({ step, policy }: PolicyStep, signUp: SignUp, read: Rows["read"], now: Date): Promise<readonly Checked[]> {
  const lists = policy.rules.filter((entry) => ruleOf(entry).name === "access-list");
  if (lists.length === 0) return [{ step, verdict: "not asked", matches: [], ignored: [] }];
  return await Promise.all(
    lists.map(async (entry) => ({
      step,
      ...(await askRule(ruleOf(entry), signUp, read, now)),
      ...("shadow" in entry && { shadow: true as const }),
    })),
  );
}

async function askRule(rule: AnyRule, signUp: SignUp, read: Rows["read"], now: Date): Promise<Omit<Checked, "step" | "shadow">> {
  const needs = rule.needs?.(signUp) ?? [];
  const records = recordsOf(needs, await read(needs));
  const context = { records, findings: {}, now, signal: new AbortController().signal, remainingMs: () => Number.POSITIVE_INFINITY };
  const verdict = await rule.decide?.(signUp, { ...context, services: noServices("The access list") });
  const find = (entry: string) => records.get(rowKey(entry));
  const classes = classesAsked(needs);
  const { matches } = match(signUp, classes, find, now);
  const ignored = candidates(signUp, classes).flatMap(({ key }) => {
    const cells = matches.some(({ entry }) => entry === key) ? undefined : find(key);
    return cells === undefined ? [] : [described(cells, now)];
  });
  if (verdict?.kind !== "block") return { verdict: "continue", matches, ignored };
  return { verdict: "block", reason: verdict.reason, matches, ignored };
}

/** The rule keeps its options to itself; the classes among them show in what it asks for. */
function classesAsked(needs: readonly RecordKey[]): readonly ClassName[] {
  return classNames.filter((name) => needs.some(({ key }) => key.entry === name));
}
