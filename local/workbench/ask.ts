import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import { lasting } from "../cases/expectation";
import type { Case } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import { CaseError, runCase } from "../cases/run-case";
import { type LiveTables, replayTables } from "./live-tables";
import type { AskedCall } from "./recorded";

/** One policy's part of a comparison, or the reason why there is none. */
export type Side = { readonly ok: true; readonly answer: SideAnswer } | { readonly ok: false; readonly problem: string };

/** Runs a policy with the rows that earlier calls read. Writes nothing and calls no outside system. */
export async function askPolicy(
  policy: readonly PolicyStep[],
  { questions }: { readonly questions: readonly AskedCall[] },
  live: LiveTables,
): Promise<readonly Side[]> {
  return await Promise.all(
    questions.map(async (question) => {
      try {
        return { ok: true as const, answer: sideAnswer((await runAskedCall(policy, question, live)).outcome) };
      } catch (error) {
        if (!(error instanceof CaseError)) throw error;
        return { ok: false as const, problem: error.message };
      }
    }),
  );
}

/** Returns the outcome, and every row that the call found. Throws CaseError if the policy cannot run. */
export async function runAskedCall(policy: readonly PolicyStep[], { step, gate, now, body, seen, answers }: AskedCall, live: LiveTables) {
  const tables = replayTables(new Map(seen), live.read);
  const askedCase: Case = { name: "as asked", step, body: body as Case["body"] };
  const hashes = await live.hashes();
  const outcome = await runCase(askedCase, {
    policy,
    rows: [],
    answers: {},
    gate,
    step,
    now: new Date(now),
    tables,
    recorded: answers,
    hashes,
    listAttributes: live.listAttributes,
  });
  return { outcome, found: tables.found() };
}

export type SideAnswer = ReturnType<typeof sideAnswer>;

function sideAnswer({ verdict, rule, reasons, asked, attributes, languages, text, events, outside, failure, trace }: CaseOutcome) {
  return {
    verdict,
    ...(rule !== undefined && { rule }),
    reasons,
    asked,
    attributes,
    ...(text(languages) !== undefined && { text: text(languages) as string }),
    events: Object.fromEntries([...events()].map(([type, detail]) => [type, lasting(detail)])),
    outside: outside.map(({ service }) => service),
    ...(failure !== undefined && { failure: failure.why }),
    trace,
  };
}
