import { ruleRegistry } from "../../../engine/rules/registry";
import type { AnyRule } from "../../../engine/sign-up/rule";

const byName = new Map(ruleRegistry.map((each) => [each.fullest.name, each]));

/** Whether a rule is the policy's own: what it gives and leaves is its author's to know. */
export function isOwnRule({ name }: AnyRule): boolean {
  return !byName.has(name);
}

/** The findings that a rule leaves; undefined where one cannot tell all. */
export function findingsLeftBy({ name, asks = [], requires = [], recommends = [] }: AnyRule): readonly string[] | undefined {
  const rule = byName.get(name);
  if (rule === undefined || rule.findings.includes(THE_SOURCE)) return undefined;
  return [
    ...rule.findings.filter((each) => each !== THE_ATTRIBUTE),
    ...(rule.findings.includes(THE_ATTRIBUTE) ? asks : []),
    ...requires,
    ...recommends,
  ];
}

/** How the registry speaks of findings that are called otherwise in each policy. */
const THE_SOURCE = "the source's name";
const THE_ATTRIBUTE = "the attribute's name";
