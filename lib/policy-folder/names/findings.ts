import { ruleOf } from "../../../engine/sign-up/policy";
import { type AnyRule, EVERY_FINDING, REFERRED } from "../../../engine/sign-up/rule";
import { didYouMean, nearestName } from "../../nearest-name";
import type { PolicyStep } from "../policy-folder";
import { findingsLeftBy } from "./own-rules";
import { foundIn, placeOf, type SourceFile } from "./source";

/** Findings that a step's policy looks at and no rule of it leaves. */
export function findingWarnings({ step, policy }: PolicyStep, sources: readonly SourceFile[]): readonly string[] {
  const consumed = policy.rules.flatMap((entry, index) => {
    const rule = ruleOf(entry);
    const before = policy.rules.slice(0, index).flatMap((each) => ("shadow" in each ? [] : [each]));
    return (rule.consumes ?? []).flatMap((finding) => {
      const hint = finding === EVERY_FINDING || finding === REFERRED ? undefined : unmade(finding, before);
      return hint === undefined
        ? []
        : [
            {
              finding,
              text: `${placeOf(step, sources, finding)}${rule.name} looks at the finding ${finding}, which no rule before it leaves.${hint}`,
            },
          ];
    });
  });
  const read = sources.slice(0, 1).flatMap((source) =>
    foundIn(source, /\bfindings\??\.([A-Za-z_$][\w$]*)|\bfindings(?:\?\.)?\[["']([^"']+)["']\]/g).flatMap(({ name, place }) => {
      const hint = unmade(name, policy.rules.map(ruleOf));
      return hint === undefined
        ? []
        : [{ finding: name, text: `${place}the finding ${name} is looked at, which no rule of this step leaves.${hint}` }];
    }),
  );
  const each = [...consumed, ...read];
  return each.filter(({ finding }, index) => each.findIndex((other) => other.finding === finding) === index).map(({ text }) => text);
}

/** What to add to the warning about a finding that none of these rules leaves; undefined where one may. */
function unmade(finding: string, rules: readonly AnyRule[]): string | undefined {
  const made = rules.map(findingsLeftBy);
  const known = [...made.flatMap((each) => each ?? []), REFERRED];
  if (known.includes(finding) || (made.includes(undefined) && nearestName(finding, known) === undefined)) return undefined;
  return didYouMean(finding, known);
}
