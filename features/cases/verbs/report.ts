import { formatCount } from "../../../cli/output";
import type { CaseUpdate } from "../../../local/cases/case-file";
import type { Mismatch } from "../../../local/cases/compare";
import type { Coverage, Missed } from "../../../local/cases/coverage";
import type { CaseResult } from "../../../local/cases/run";

export function caseLines({ right, gate, file, line, name, step, got, differences, notes }: CaseResult): readonly string[] {
  const at = gate === undefined ? "" : `${gate}: `;
  if (right) return [`ok    ${at}${name} (${step}): ${got}`];
  return [
    `WRONG ${at}${name} (${step})${got === undefined ? "" : `: got ${got}`}`,
    `      ${file}:${line}`,
    ...differences.flatMap(differenceLines).map((text) => `      ${text}`),
    ...notes.map((text) => `      ${text}`),
  ];
}

export function differenceLines({ what, expected, got }: Mismatch): readonly string[] {
  const [wanted, came] = [formatValue(expected), formatValue(got)];
  const bothTexts = typeof expected === "string" && typeof got === "string";
  const mark = bothTexts && wanted.length > 12 ? [`             ${" ".repeat(parting(wanted, came))}^`] : [];
  return [what, `  - expected ${wanted}`, `  + got      ${came}`, ...mark];
}

function formatValue(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** Characters that a terminal shows in two columns: Korean, Japanese, Chinese. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** Counts the columns that two texts have in common at their beginning. */
function parting(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at + (one.slice(0, at).match(wide)?.length ?? 0);
}

export function updateLines({ name, before, after }: CaseUpdate): readonly string[] {
  const old = new Map(Object.entries(before ?? {}));
  const now = new Map(Object.entries(after).filter(([, value]) => value !== undefined));
  const changedKeys = [...new Set([...old.keys(), ...now.keys()])].filter((key) => formatValue(old.get(key)) !== formatValue(now.get(key)));
  return [
    `updated ${name}`,
    ...changedKeys.flatMap((key) => [
      ...(old.has(key) ? [`      - ${key}: ${formatValue(old.get(key))}`] : []),
      ...(now.has(key) ? [`      + ${key}: ${formatValue(now.get(key))}`] : []),
    ]),
  ];
}

/** `requiredPart` is rules by default, because few policies need a case for every reason. */
export function coverageLines({ rules, reasons }: Coverage, requiredPart: "rules" | "reasons" = "rules"): readonly string[] {
  return [
    ...(rules.length === 0 ? [] : [`No case reaches ${formatCount(rules.length, "rule")}: ${listMissed(rules)}.`]),
    ...(reasons.length === 0 || requiredPart === "rules"
      ? []
      : [`No case reaches ${formatCount(reasons.length, "reason")}: ${listMissed(reasons)}.`]),
  ];
}

function listMissed(missedReasons: readonly Missed[]): string {
  const steps = [...new Set(missedReasons.map(({ step }) => step))];
  return steps
    .map((step) => {
      const names = missedReasons.filter((each) => each.step === step).map(({ name }) => name);
      return `${names.join(", ")} (${step})`;
    })
    .join("; ");
}
