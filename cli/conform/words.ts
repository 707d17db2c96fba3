import type { ProbedRule } from "../../simulator/conformance/conform";

const verdicts = { pass: "pass", fail: "FAIL", skipped: "skip", "not applicable": "n/a" } as const;
const VERDICT_WIDTH = 6;
const RULE_WIDTH = 24;

export function stepWords(step: string, url: string): string {
  return `${step}  ${url}`;
}

/** A rule, below it what breaks it and what could not be tried. */
export function resultWords({ verdict, rule, says, probes, failures, skipped = [] }: ProbedRule): readonly string[] {
  const count = verdict === "fail" ? `${failures.length} of ${probes}` : String(probes);
  return [
    `  ${verdicts[verdict].padEnd(VERDICT_WIDTH)}${rule.padEnd(RULE_WIDTH)}${says}${probes === 0 ? "" : ` (${count})`}`,
    ...failures.map(({ probe, found, defect }) => `        ${probe}: ${found}${defect === undefined ? "" : `; as in the ${defect}`}`),
    ...skipped.map(({ probe, reason }) => `        skipped ${probe}: ${reason}`),
  ];
}

export function summaryWords(results: readonly ProbedRule[]): string {
  const count = (verdict: ProbedRule["verdict"]) => results.filter((result) => result.verdict === verdict).length;
  const skipped = results.flatMap((result) => result.skipped ?? []).length;
  const untried = skipped === 0 ? "" : ` ${skipped} requests were skipped.`;
  return `${count("pass")} rules hold, ${count("fail")} do not, ${count("not applicable") + count("skipped")} had nothing to say.${untried}`;
}
