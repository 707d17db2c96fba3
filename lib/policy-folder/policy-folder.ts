import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { didYouMean } from "../../engine/problem-texts";
import { type Policy, servicesAtOdds } from "../../engine/sign-up/policy";
import type { Use } from "../../engine/sign-up/rule";
import { type Step, steps } from "../../engine/sign-up/sign-up";
import { joinSteps } from "../../engine/sign-up/waiting";
import { policyChecks } from "../../features/lists/policy-checks";
import { sortByOrder } from "../../features/order";
import { ruleRegistry } from "../../features/rules";
import { appRoot } from "../app-root";
import { CDK_IMPORT, IMPORT_DATA, PolicyError } from "../errors";
import { explainLoadFailure, loadTypeScript } from "../load-typescript";
import { foundIn, liesInApp, outsideApp, policyPath, readSources, type SourceFile } from "./policy-files";
import { listStepUses, type PolicyFeature, type PolicyStep, type StepFile } from "./policy-step";
import { mistypedReasons } from "./reasons";

/** All policy features, in their order. */
export const policyFeatures: readonly PolicyFeature[] = sortByOrder<PolicyFeature>(policyChecks);

/** Returns the absolute paths of files that features read for a step, besides the policy's imports. @param file the step's own file */
export function featureFiles(uses: readonly Use[], file: string): readonly string[] {
  return policyFeatures.flatMap((feature) => feature.files?.(uses, file) ?? []);
}

export * from "./policy-step";

/** Calls `begin` with each step's file before loading it. Throws only PolicyError. */
export function loadPolicyFolder(folder: string, begin: (file: string) => void = () => undefined): readonly PolicyStep[] {
  const policy = stepFiles(folder).map((each) => {
    begin(each.file);
    return loadPolicyStep(each);
  });
  const atOdds = servicesAtOdds(policy.flatMap(listStepUses));
  if (atOdds !== undefined) throw new PolicyError(`The policy folder ${folder}: ${atOdds}`);
  for (const feature of policyFeatures) feature.check?.(policy);
  const joinedPolicies = joinSteps(policy.map((each) => each.policy));
  return policy.map((each, index) => ({ ...each, policy: joinedPolicies[index] ?? each.policy }));
}

/** Throws only PolicyError. */
export function loadPolicyStep({ step, file }: StepFile): PolicyStep {
  const policyStep = { step, file, policy: loadPolicy(step, file) };
  const sources = readSources(policyStep);
  refuseCdk(sources[0]);
  const mistypedNames = mistypedReasons(policyStep.policy, sources);
  if (mistypedNames.length > 0) throw new PolicyError(mistypedNames.join("\n"));
  refuseRecorded(policyStep);
  const misplacedFlaw = misplacedRule(policyStep);
  if (misplacedFlaw !== undefined) throw new PolicyError(misplacedFlaw);
  for (const feature of policyFeatures) feature.complete?.(policyStep);
  return policyStep;
}

/** No function can load the CDK. The files that the step imports are checked later, when they are bundled. */
function refuseCdk(source: SourceFile | undefined): void {
  const [found] = source === undefined ? [] : foundIn(source, /^import (?!type\b).*["'](entra-gatehouse\/cdk)["']/g);
  if (found !== undefined) throw new PolicyError(`${found.place}${CDK_IMPORT}`);
}

function refuseRecorded(policyStep: PolicyStep): void {
  const { eventAttributes = [] } = policyStep.policy.options;
  for (const use of listStepUses(policyStep)) {
    if ("unrecorded" in use && (eventAttributes as readonly string[]).includes(use.unrecorded))
      throw new PolicyError(
        `${policyStep.file}: eventAttributes names ${use.unrecorded}, whose value a rule keeps out of every record: take it out there, or set keep: true on the rule.`,
      );
  }
}

/** Returns the files of the folder's steps. Throws PolicyError if the folder has no step. */
export function stepFiles(folder: string): readonly StepFile[] {
  const path = policyPath(folder);
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    const advice = existsSync(join(appRoot, "cdk.json")) ? "" : ` ${appRoot} holds no app: "init DIR" makes one in an empty folder.`;
    throw new PolicyError(`There is no policy folder ${folder}.${advice}`);
  }
  const stepFilesFound = steps.map((step) => ({ step, file: join(path, `${step}.ts`) })).filter(({ file }) => existsSync(file));
  refuseMisnamed(path, stepFilesFound);
  if (stepFilesFound.length === 0) {
    throw new PolicyError(`The policy folder ${folder} has no step: it needs one of ${steps.map((step) => `${step}.ts`).join(", ")}.`);
  }
  return stepFilesFound;
}

/** Throws for a file that exports a policy but lacks a step's name, because it would be ignored. */
function refuseMisnamed(path: string, stepFilesFound: readonly StepFile[]): void {
  const missing = steps.filter((step) => stepFilesFound.every((each) => each.step !== step));
  const names = readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && entry.name.endsWith(".ts") ? entry.name : [],
  );
  for (const file of names.filter((name) => steps.every((step) => name !== `${step}.ts`)).map((name) => join(path, name))) {
    const maker = /^export default (\w+)\(/m.exec(readFileSync(file, "utf8"))?.[1];
    const step = missing.find((each) => makers[each] === maker);
    if (step !== undefined)
      throw new PolicyError(`${file}: it exports the policy for ${step}, which must be in ${step}.ts: rename the file.`);
  }
}

function loadPolicy(step: Step, file: string): Policy {
  let fileExport: unknown;
  try {
    fileExport = (loadTypeScript(file) as { default?: unknown }).default;
  } catch (error) {
    const why = explainLoadFailure(file, error, dirname(file) + sep);
    const hint = hints.find(([part]) => part.test(why))?.[1];
    const outside = /Cannot find (module|package)/.test(why) && !liesInApp(dirname(file)) ? outsideApp(dirname(file)) : undefined;
    throw new PolicyError([why + importHint(error), hint, outside].filter((line) => line !== undefined).join("\n"), { cause: error });
  }
  const policy = fileExport as Partial<Policy> | undefined;
  const make = makers[step];
  if (typeof policy !== "object" || policy === null || !Array.isArray(policy.rules)) {
    throw new PolicyError(`${file}: it must export a policy: write export default ${make}([…]).`);
  }
  if (policy.rules.length === 0)
    throw new PolicyError(`${file}: it has no rule, so it would ${step === "before-sending-token" ? "do nothing" : "let everyone in"}.`);
  if (policy.step !== step) throw new PolicyError(`${file}: it exports the policy for ${policy.step}; use ${make}([…]) here.`);
  return policy as Policy;
}

const hints: readonly (readonly [part: RegExp, hint: string])[] = [
  // Word processors and chat programs write these marks.
  [/found "[“”‘’]"/, "Perhaps a curly quotation mark (“ ” ‘ ’): write \" or ' in its place."],
  [/Top-level await/, "A policy cannot wait as it loads: await in a rule, or import the data from a .json or .ts file."],
  [/before initialization/, "If two files import each other, move what both need into a third."],
  [/ENOENT/, IMPORT_DATA],
];

const makers: Readonly<Record<Step, string>> = {
  "after-sign-in": "afterSignIn",
  "before-create-user": "beforeCreateUser",
  "before-sending-token": "beforeSendingToken",
};

const policyExports = ["afterSignIn", "beforeCreateUser", "beforeSendingToken", "defineRule", "pass", "block", "ask", "approval"];

function importHint(error: unknown): string {
  const [, name] = error instanceof ReferenceError ? (/^(\w+) is not defined$/.exec(error.message) ?? []) : [];
  if (name === undefined) return "";
  const knownExports = [
    ...policyExports,
    ...ruleRegistry.flatMap((rule) => [rule.export, ...("helpers" in rule ? (rule.helpers ?? []) : [])]),
  ];
  return knownExports.includes(name) ? `: write import { ${name} } from "entra-gatehouse".` : `.${didYouMean(name, knownExports)}`;
}

/** A misplaced rule blocks everybody. The compiler reports it only if it sees the rule's type. */
function misplacedRule({ step, file, policy }: PolicyStep): string | undefined {
  for (const entry of policy.rules) {
    const about = "shadow" in entry || entry.isOwn ? undefined : ruleRegistry.find(({ fullest }) => fullest.name === entry.name);
    const fits: readonly Step[] = about?.steps ?? [step];
    if (about !== undefined && !fits.includes(step))
      return `${file}: ${about.export} cannot stand in ${step}.ts: write it in ${fits.map((each) => `${each}.ts`).join(" or ")}.`;
  }
  return undefined;
}
