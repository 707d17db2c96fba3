import type { ProbedRule } from "../../simulator/conformance/conform";

const verdicts = { pass: "pass", fail: "FAIL", "not applicable": "n/a" } as const;
const VERDICT_WIDTH = 6;
const RULE_WIDTH = 24;

export function stepWords(step: string, url: string): string {
  return `${step}  ${url}`;
}

/** A rule, and below it what breaks it. */
export function resultWords({ verdict, rule, says, probes, failures }: ProbedRule): readonly string[] {
  const count = verdict === "fail" ? `${failures.length} of ${probes}` : String(probes);
  return [
    `  ${verdicts[verdict].padEnd(VERDICT_WIDTH)}${rule.padEnd(RULE_WIDTH)}${says}${probes === 0 ? "" : ` (${count})`}`,
    ...failures.map(({ probe, found, defect }) => `        ${probe}: ${found}${defect === undefined ? "" : `; as in the ${defect}`}`),
  ];
}
