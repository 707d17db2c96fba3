import { join } from "node:path";
import { didYouMean } from "../../engine/problem-texts";
import { builtInAttributes, customNameFor, externalTenantAttributes } from "../../engine/protocols/attributes";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import { appRoot, withRelativePaths } from "../../lib/app-root";
import { knownAttributesIn } from "../../lib/attributes-file";
import { failurePlace } from "../../lib/load-typescript";
import { policyPath } from "../../lib/policy-folder/policy-files";
import { loadPolicyFolder, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { policyFaults, policyWarnings } from "../../lib/policy-folder/policy-warnings";
import { settingsIn } from "../../lib/settings";
import { isCustomAttribute } from "../../simulator/contract/attributes";
import { caseWords } from "../case-features";
import { SamplesError } from "../data/csv-table";
import { sentence } from "../data/json-text";
import { CasesError, type CaseUpdate, caseFilesIn, type ReadCaseFile, readCaseFile } from "./case-file";
import { installCaseTime } from "./case-time";
import { type Mismatch, mismatches } from "./compare";
import { type Coverage, computeCoverage, type Reached } from "./coverage";
import { expectationFor } from "./expectation";
import type { CaseOutcome } from "./outcome";
import { type RowsById, rowsInFolder } from "./rows";
import { CaseError, runCase } from "./run-case";

export interface CaseResult {
  readonly gate?: string;
  readonly name: string;
  /** Path relative to the app. */
  readonly file: string;
  /** The line of the case, or of the fault that prevents its run. */
  readonly line: number;
  readonly step: Step;
  readonly right: boolean;
  /** The policy's answer, such as "block access-list.denied by access-list". Absent if the case cannot run. */
  readonly got?: string;
  readonly differences: readonly Mismatch[];
  /** Reasons why the case could not run, and explanations of a wrong case: one sentence each. */
  readonly notes: readonly string[];
}

export interface CasesRun {
  readonly results: readonly CaseResult[];
  readonly updates: readonly CaseUpdate[];
  readonly coverage: Coverage;
  /** Likely mistakes in the policy and in the cases, one sentence each. */
  readonly warnings: readonly string[];
}

/** Receives a text before each file is loaded and before each case runs. If a file or a case hangs, the last text names it. */
export type OnBegin = (what: string) => void;

/**
 * Runs the cases of a policy folder, which is relative to the project, and calls no outside system. Throws PolicyError or CasesError.
 * @param gate undefined for the unnamed gate
 */
export async function runCases(policyFolder: string, gate?: string, begin: OnBegin = () => undefined): Promise<CasesRun> {
  const folder = join(policyPath(policyFolder), "cases");
  // The time is installed before the policy is loaded, because the policy may keep a reference to `Date`.
  installCaseTime();
  const policy = loadPolicyFolder(policyFolder, (file) => begin(`loading ${withRelativePaths(file)}`));
  const files = await readAll(folder);
  const step = policy.find((each) => each.step === "before-create-user")?.step ?? (policy[0] as PolicyStep).step;
  const attributes = knownAttributesIn(appRoot);
  const base = await rowsInFolder(folder).catch((error: unknown) => {
    throw error instanceof SamplesError ? new CasesError(error.message, { cause: error }) : error;
  });
  const results: CaseResult[] = [];
  const updates: CaseUpdate[] = [];
  const reachedSteps: Reached[] = [];
  const settings = settingsIn(appRoot);
  const warnings = [
    ...policyWarnings(policy, { settings, gate, attributes }),
    ...policyFaults(policy, settings),
    ...rowsWarnings(base, policy, gate),
  ];
  // Cases run in sequence: a policy that keeps state between sign-ups then has the same state in every run.
  for (const file of files) {
    for (const index of file.content.cases.keys()) {
      const ran = await ranCase({ file, index, policy, base, gate, step, listAttributes: attributes?.listAttributes }, begin);
      results.push(ran.result);
      if (ran.update !== undefined) updates.push(ran.update);
      warnings.push(...(ran.warnings ?? []));
      if (ran.reached !== undefined) reachedSteps.push(ran.reached);
    }
  }
  const hints = files.flatMap((file) => [...file.hints.map(withRelativePaths), ...strangeGates(file, gate)]);
  return { results, updates, coverage: computeCoverage(policy, reachedSteps), warnings: [...new Set([...warnings, ...hints])] };
}

function rowsWarnings(base: RowsById, policy: readonly PolicyStep[], gate: string | undefined): readonly string[] {
  const rows = Object.fromEntries(Object.entries(base).map(([table, each]) => [table, [...each.values()]]));
  const policies = policy.map((each) => each.policy);
  return caseWords.flatMap((words) => words.rowsWarnings?.(rows, policies, gate) ?? []);
}

/** If the case's gate is mistyped, rows that are limited to the real gate do not apply. */
function strangeGates({ content, places, path }: ReadCaseFile, gate: string | undefined): readonly string[] {
  const gates = [DEFAULT_GATE, ...Object.keys(settingsIn(appRoot).gates ?? {}), ...(gate === undefined ? [] : [gate])];
  return content.cases.flatMap((each, index) =>
    each.gate === undefined || gates.includes(each.gate)
      ? []
      : [
          `${withRelativePaths(path)}:${places.lineOf(["cases", index, "gate"])}: settings.ts names no gate ${each.gate}.${didYouMean(each.gate, gates)}`,
        ],
  );
}

async function readAll(folder: string): Promise<readonly ReadCaseFile[]> {
  const read = await Promise.allSettled(caseFilesIn(folder).map(readCaseFile));
  const failures = read.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  const odd = failures.find((error) => !(error instanceof CasesError));
  if (odd !== undefined) throw odd;
  if (failures.length > 0) throw new CasesError(failures.map((error) => (error as CasesError).message).join("\n"));
  return read.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

interface OneCase {
  readonly file: ReadCaseFile;
  readonly index: number;
  readonly policy: readonly PolicyStep[];
  readonly base: RowsById;
  readonly gate: string | undefined;
  readonly step: Step;
  readonly listAttributes: readonly string[] | undefined;
}

interface RanCase {
  readonly result: CaseResult;
  readonly update?: CaseUpdate;
  readonly reached?: Reached;
  readonly warnings?: readonly string[];
}

async function ranCase({ file, index, policy, base, gate, step: defaultStep, listAttributes }: OneCase, begin: OnBegin): Promise<RanCase> {
  const { content, places, path } = file;
  const each = content.cases[index] as (typeof content.cases)[number];
  const step = each.step ?? content.step ?? defaultStep;
  const line = places.lineOf(["cases", index]);
  const shownPath = withRelativePaths(path);
  const about = { gate, name: each.name, file: shownPath, line, step };
  begin(`running the case "${each.name}" (${shownPath}:${line})`);
  try {
    const now = content.now === undefined ? new Date() : new Date(content.now);
    const world = { policy, rows: [base, file.rows], answers: content.answers ?? {}, gate, step, now, listAttributes };
    const outcome = await runCase(each, world);
    const { expect = {} } = each;
    const expectsNothing = Object.keys(expect).length === 0;
    const foundMismatches = [...outcome.earlier, ...mismatches(expect, outcome)];
    const right = foundMismatches.length === 0 && !expectsNothing;
    const failurePoint = right ? undefined : failurePlace(policy, outcome.failure?.error);
    const notes = [
      ...(expectsNothing ? ['It expects nothing: write "expect": { "verdict": … }, or have --update fill it in.'] : []),
      ...(failurePoint === undefined ? [] : [`It failed at ${failurePoint}.`]),
      ...(right ? [] : [...notesOn(outcome, file, index), ...outcome.hints.map(sentence)]),
    ];
    const update = { file: path, index, name: each.name, before: each.expect, after: expectationFor(outcome, each) };
    return {
      result: { ...about, right, got: answerWords(outcome), differences: foundMismatches, notes },
      update: right ? undefined : update,
      reached: { step, trace: outcome.trace, reasons: outcome.reasons },
      warnings: step === "before-sending-token" ? [] : uncollectable(outcome, each.request?.tenant),
    };
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    const at = places.lineOf(["cases", index, ...error.path]);
    return { result: { ...about, line: at, right: false, differences: [], notes: [sentence(error.message)] } };
  }
}

function answerWords({ verdict, rule, reasons, asked }: CaseOutcome): string {
  const about = asked.length === 0 ? "" : ` (${asked.join(", ")})`;
  return [verdict, ...new Set(reasons)].join(" ") + about + (rule === undefined ? "" : ` by ${rule}`);
}

/**
 * Warns of attributes in an answer that no form collects. Only a run finds them, because the policy's code does not show which values a
 * source returns.
 */
function uncollectable({ attributes }: CaseOutcome, tenant: TenantKind = "workforce"): readonly string[] {
  const builtIn: readonly string[] = tenant === "external-tenant" ? externalTenantAttributes : builtInAttributes;
  return Object.keys(attributes)
    .filter((name) => !builtIn.includes(name) && !isCustomAttribute(name))
    .map(
      (name) =>
        `an answer sets ${name}, which no form of a tenant of kind ${tenant} collects: use a custom attribute, such as ${customNameFor(name)}.`,
    );
}

function notesOn({ trace, reasons, notCollected }: CaseOutcome, { path, places, content }: ReadCaseFile, index: number): readonly string[] {
  const refusals = trace.flatMap(({ upstreamFailure }) => {
    if (upstreamFailure === undefined || !["unexpected", "unreadable", "too-large"].includes(upstreamFailure.kind)) return [];
    const { service } = upstreamFailure;
    const caseAnswers = content.cases[index]?.answers;
    const at =
      caseAnswers !== undefined && Object.hasOwn(caseAnswers, service) ? ["cases", index, "answers", service] : ["answers", service];
    const why =
      upstreamFailure.kind === "unexpected"
        ? `the policy's schema for it refuses ${upstreamFailure.at ?? "it"}`
        : `it is ${upstreamFailure.kind}`;
    return [`${withRelativePaths(path)}:${places.lineOf(at)}: ${service}'s answer is of no use: ${why}.`];
  });
  const rows = [content.rows ?? {}, content.cases[index]?.rows ?? {}];
  const featureNotes = caseWords.flatMap((each) => each.notes?.(reasons, rows) ?? []);
  const lostNotes = notCollected.map((name) => `The answer cannot set ${name}, which the form does not collect: add it to "collects".`);
  return [...new Set([...refusals, ...featureNotes, ...lostNotes])];
}
