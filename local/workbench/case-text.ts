import { isDeepStrictEqual } from "node:util";
import { sameAnswer } from "../../engine/sign-up/recording";
import type { Row } from "../../engine/sign-up/rule";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import { flawsOf } from "../../lib/schema-flaws";
import { reasonOf } from "../cases/compare";
import { expectationFor } from "../cases/expectation";
import { type Case, type CaseFile, type CaseRows, caseFile, type RecordedAnswer } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import { caseRows } from "../cases/rows";
import { CaseError, runCase } from "../cases/run-case";
import { jsonText } from "../cases/update";
import { caseOutcomeOf } from "./ask";
import { caseRequest } from "./case-request";
import { earlierIn, rowsForCase } from "./case-rows";
import type { CaseJob, CaseText } from "./jobs";
import type { LiveTables } from "./live-tables";

/**
 * A question as a case that stands for itself: its request, the rows that mattered, what systems outside answered, the moment.
 * What it expects is what the case comes to; it has to be what was answered.
 */
export async function caseText(
  policy: readonly PolicyStep[],
  job: Omit<CaseJob, "kind" | "folder" | "place">,
  live: LiveTables,
): Promise<CaseText> {
  try {
    const asked = await caseOutcomeOf(policy, job.question, live);
    const file = fileOf(job, asked.found, asked.outcome);
    const [only] = file.cases as readonly [Case];
    const rows = caseRows(file.rows, ["rows"]);
    const flaw = flawsOf(caseFile, file)[0] ?? rows.flaws[0];
    if (flaw !== undefined) return { ok: false, why: "cannot", detail: `${flaw.path.join(".")} ${flaw.problem}` };
    const { step, gate, now } = job.question;
    const world = { policy, rows: [rows.byId], answers: file.answers ?? {}, gate, step, now: new Date(now) };
    const outcome = await runCase(only, world);
    const told = job.told ?? toldBy(asked.outcome);
    if (!sameAnswer(told, toldBy(outcome))) return { ok: false, why: "differs", detail: `${words(told)} / ${words(toldBy(outcome))}` };
    const whole = { ...file, cases: [{ ...only, expect: expectationFor(outcome, {}) }] };
    return { ok: true, text: `${jsonText(whole, "")}\n` };
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    return { ok: false, why: "cannot", detail: error.message };
  }
}

function fileOf(
  { question, title, schema, collects }: Pick<CaseJob, "question" | "title" | "schema" | "collects">,
  found: ReadonlyMap<string, Row>,
  outcome: CaseOutcome,
): CaseFile {
  const { step, gate, now, body, answers } = question;
  const given = answersByService(answers, outcome);
  const rows: CaseRows = rowsForCase(found);
  const earlier = earlierIn(found);
  return {
    $schema: schema,
    step,
    now,
    rows,
    ...(Object.keys(given).length > 0 && { answers: given }),
    cases: [
      {
        name: title,
        ...(gate !== undefined && { gate }),
        ...caseRequest(body, step, collects),
        ...(earlier !== undefined && { earlier }),
      },
    ],
  };
}

/** By the names that the policy gives to the systems it called. */
function answersByService(
  answers: readonly RecordedAnswer[],
  { outside }: CaseOutcome,
): Readonly<Record<string, RecordedAnswer | RecordedAnswer[]>> {
  const byService = new Map<string, RecordedAnswer[]>();
  for (const [index, { service }] of outside.entries()) {
    const answer = answers[index];
    if (answer !== undefined) byService.set(service, [...(byService.get(service) ?? []), answer]);
  }
  return Object.fromEntries(
    [...byService].map(([service, given]) => {
      const [first] = given as [RecordedAnswer];
      return [service, given.every((each) => isDeepStrictEqual(each, first)) ? first : given];
    }),
  );
}

function toldBy({ verdict, rule, reasons }: CaseOutcome) {
  return { verdict, ...(rule !== undefined && { rule }), reasons };
}

function words({ verdict, rule, reasons }: ReturnType<typeof toldBy>): string {
  const reason = reasonOf({ reasons });
  return [verdict, ...(reason === undefined ? [] : [String(reason)]), ...(rule === undefined ? [] : [`by ${rule}`])].join(" ");
}
