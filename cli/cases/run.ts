import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { system } from "../../adapters/system";
import { dialectOf } from "../../engine/protocols/dialect-of";
import { atGate } from "../../engine/protocols/protocol";
import { type Decision, refusal } from "../../engine/sign-up/decision";
import { decide } from "../../engine/sign-up/engine";
import { keyedHash } from "../../engine/sign-up/person";
import { deadlineOf, type Policy } from "../../engine/sign-up/policy";
import { rowsUnder } from "../../engine/sign-up/records";
import type { AnyRule, Row, ShadowRule } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import { appRoot } from "../../lib/app-root";
import { loadPolicyFolder, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { jsonFlaw } from "../json-flaw";
import { type Case, type Expectation, findCases } from "./find";
import { sampleRows } from "./sample-rows";

/** What became of a case. */
export interface CaseResult {
  /** The named gate whose policy it is. */
  readonly gate?: string;
  /** Below the folder of cases: "block/unlisted.json". */
  readonly name: string;
  readonly step: Step;
  readonly expected: Expectation;
  readonly right: boolean;
  /** What the policy answered, "block access-list.denied by access-list", or why it could not. */
  readonly got: string;
}

/** Runs the cases of a policy folder, relative to the project. Nothing outside is called. @param gate undefined for the unnamed one */
export async function runCases(policyFolder: string, gate?: string): Promise<readonly CaseResult[]> {
  const policy = loadPolicyFolder(policyFolder);
  const folder = join(resolve(appRoot, policyFolder), "cases");
  const defaultStep = policy.find(({ step }) => step === "before-create-user")?.step ?? "after-sign-in";
  const cases = findCases(folder, defaultStep);
  if (cases.length === 0) return [];
  const rows = await sampleRows(folder);
  return await Promise.all(cases.map((each) => runCase(each, { policy, rows, gate })));
}

interface CaseWorld {
  readonly policy: readonly PolicyStep[];
  readonly rows: ReadonlyMap<string, Row>;
  readonly gate: string | undefined;
}

async function runCase(each: Case, { policy, rows, gate }: CaseWorld): Promise<CaseResult> {
  const { name, step, expected, path } = each;
  const result = (right: boolean, got: string): CaseResult => ({ ...(gate !== undefined && { gate }), name, step, expected, right, got });
  const found = policy.find((one) => one.step === step);
  if (found === undefined) return result(false, `nothing: the policy has no ${step}.ts`);
  const body = readFileSync(path, "utf8");
  const flaw = await jsonFlaw(body);
  if (flaw !== undefined) return result(false, `nothing: ${path}${flaw}`);
  const decision = await decisionOn(body, found.policy, rows, gate);
  if (decision.failure !== undefined) return result(false, failureWords(decision));
  return result(decision.answer.kind === expected, answerWords(decision));
}

async function decisionOn(body: string, policy: Policy, rows: CaseWorld["rows"], gate: string | undefined): Promise<Decision> {
  const parsed = atGate(dialectOf(JSON.parse(body)).parse({ contentType: "application/json", body }, policy.step), gate);
  if (!parsed.ok) return { ...refusal(parsed.reason, policy.step), decidedBy: "the request itself" };
  return await decide({ ...policy, rules: policy.rules.map(withoutOutside) }, parsed.signUp, {
    read: async (keys) => rowsUnder(keys, rows),
    write: async () => true,
    secret: async () => "",
    hashOf: keyedHash("cases"),
    ...system,
    now: new Date(),
    remainingMs: deadlineOf(policy),
  });
}

/** A case needs something that only a deployed step has. */
class UnansweredRuleError extends Error {
  override readonly name = "UnansweredRuleError";
}

/** A rule that calls a service or reads a secret fails the case that gets as far as it. */
function withoutOutside(entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  if ("shadow" in entry) return { shadow: withoutOutside(entry.shadow) as AnyRule };
  const outside = entry.uses?.flatMap((use) => ("service" in use ? [use.service] : "secret" in use ? [use.secret] : [])) ?? [];
  if (outside.length === 0 || entry.decide === undefined) return entry;
  return {
    ...entry,
    decide: () => {
      throw new UnansweredRuleError(`the rule ${entry.name} uses ${outside.join(" and ")}, which cases do not call`);
    },
  };
}

function failureWords({ failure, decidedBy }: Decision): string {
  const error = failure?.error;
  if (error instanceof UnansweredRuleError) return `no answer: ${error.message}`;
  const at = decidedBy === undefined ? failure?.why : `the rule ${decidedBy}`;
  return `no answer: ${at} failed: ${error instanceof Error ? error.message : String(error)}`;
}

function answerWords({ answer, decidedBy }: Decision): string {
  const by = decidedBy === undefined ? "" : ` by ${decidedBy}`;
  switch (answer.kind) {
    case "continue":
      return "continue";
    case "block":
      return `block ${answer.reason}${by}`;
    case "invalid": {
      const problems = answer.problems.map(({ attribute, reason }) => (attribute === undefined ? reason : `${reason} (${attribute})`));
      return `invalid ${problems.join(", ")}${by}`;
    }
  }
}
