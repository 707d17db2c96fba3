import { labelledAttributes } from "../../engine/messages/catalogue";
import { isBuiltInAttribute, isCustom } from "../../engine/protocols/attributes";
import { decidesOnReferrals } from "../../engine/sign-up/admits";
import { callsOutside, REFERRED } from "../../engine/sign-up/checks";
import { unconsumedFindings } from "../../engine/sign-up/policy";
import type { Step } from "../../engine/sign-up/sign-up";
import { ANSWER_RESERVE_MS, formatTimeout, parseDuration, readDeadlineMs } from "../../engine/sign-up/time";
import { nameWarnings } from "./name-warnings";
import { orderWarnings } from "./order-warnings";
import { policyFeatures } from "./policy-folder";
import { answeringRules, type PolicyContext, type PolicyStep } from "./policy-step";
import { isOwnRule } from "./reasons";

/** Returns probable mistakes, one sentence each. */
export function policyWarnings(policySteps: readonly PolicyStep[], context: PolicyContext = {}): readonly string[] {
  const at = (step: Step) => policySteps.find((each) => each.step === step);
  const first = at("after-sign-in");
  const last = at("before-create-user");
  const hasList = (each: PolicyStep | undefined) => each !== undefined && answeringRules(each).some(({ name }) => name === "access-list");
  return [
    ...(hasList(first) && !hasList(last)
      ? ["The access list is used only after sign-in, which local accounts skip: use it in before-create-user too."]
      : []),
    ...trustsApart(first, last),
    ...remembersNobody(first, last),
    ...(last === undefined ? ["There is no before-create-user step: people who skip the first step are not checked at all."] : []),
    // Warnings about names come first, because a mistyped name may cause the other warnings.
    ...nameWarnings(policySteps, context),
    ...policySteps.flatMap((each) => [
      // This warning is only for after-sign-in: a before-create-user step that refuses nobody must have `admitsEverybody`, or it does not
      // load.
      ...(each.step === "after-sign-in" && answeringRules(each).every(({ decide }) => decide === undefined)
        ? [`No rule of ${each.step} can refuse anyone.`]
        : []),
      ...orderWarnings(each),
      ...noTimeToAsk(each),
      ...cutShort(each),
      ...unconsumedFindings(each.policy.rules, "recommends").map(
        ({ rule, finding }) => `In ${each.step}, ${rule} lets people go on in doubt, but no later rule looks at its finding "${finding}".`,
      ),
      ...refersNobody(each),
      ...findMissingLabels(each, context),
      ...answeringRules(each).flatMap(({ name, warns = [] }) => warns.map((words) => `In ${each.step}, ${name} ${words}`)),
    ]),
    ...policyFeatures.flatMap((feature) => feature.warns?.(policySteps, context as never) ?? []),
  ];
}

export function synthWarnings(policySteps: readonly PolicyStep[], context: PolicyContext): readonly string[] {
  return policyFeatures.flatMap((feature) => feature.synthWarns?.(policySteps, context as never) ?? []);
}

/** Returns faults under these settings, one sentence each. */
export function policyFaults(policySteps: readonly PolicyStep[], settings: object): readonly string[] {
  return policyFeatures.flatMap((feature) => feature.faults?.(policySteps, settings as never) ?? []);
}

function trustsApart(first: PolicyStep | undefined, last: PolicyStep | undefined): readonly string[] {
  const [one, other] = [first, last].map((each) => each?.policy.options.trust);
  if (one === undefined || other === undefined || String([one].flat().toSorted()) === String([other].flat().toSorted())) return [];
  return [
    `The two steps trust different identity providers, ${JSON.stringify(one)} after sign-in and ${JSON.stringify(other)} before the account is created: write one trust in both, or in admit.`,
  ];
}

/**
 * Warns if oneAccount is only in after-sign-in: the rule remembers people who are let in, and that step lets nobody in. If the rule asks a
 * directory, does not warn: directories know accounts.
 */
function remembersNobody(first: PolicyStep | undefined, last: PolicyStep | undefined): readonly string[] {
  const among = (step: PolicyStep | undefined) =>
    step === undefined ? [] : answeringRules(step).filter(({ name }) => name === "one-account");
  const isBlind = among(first).some((rule) => !callsOutside(rule)) && among(last).length === 0;
  return isBlind ? ["oneAccount is used only after sign-in, where it remembers nobody: use it in before-create-user too."] : [];
}

/** Shortest deadline with time for calls to outside systems. A part of it is reserved for writes and the answer. */
const SHORTEST_OUTSIDE_MS = 1_500;

function noTimeToAsk(policyStep: PolicyStep): readonly string[] {
  const { step, policy } = policyStep;
  const outside = answeringRules(policyStep).find(callsOutside);
  // before-sending-token gets no warning: everybody waits for its answer, so a short deadline may be intended. Slow rules block nobody
  // there.
  if (outside === undefined || step === "before-sending-token" || readDeadlineMs(policy) >= SHORTEST_OUTSIDE_MS) return [];
  return [
    `In ${step}, deadline leaves ${outside.name} no time to call another system: set it to "${formatTimeout(SHORTEST_OUTSIDE_MS)}" or more.`,
  ];
}

/** The step ends first, so the rule cannot react to slowness. */
function cutShort(policyStep: PolicyStep): readonly string[] {
  const longest = readDeadlineMs(policyStep.policy) - ANSWER_RESERVE_MS;
  return answeringRules(policyStep).flatMap(({ name, uses = [] }) =>
    uses.flatMap((use) => {
      const limit = "service" in use ? (parseDuration(use.timeout) ?? 0) : 0;
      if (!("service" in use) || limit < longest) return [];
      return [
        `In ${policyStep.step}, ${name} may wait ${formatTimeout(limit)} for ${use.service}, but the step's deadline leaves ${formatTimeout(longest)}: give it a timeout below "${formatTimeout(longest)}", or the step a deadline above "${formatTimeout(limit + ANSWER_RESERVE_MS)}".`,
      ];
    }),
  );
}

/** Without referrals, everybody passes. */
function refersNobody(step: PolicyStep): readonly string[] {
  const rules = answeringRules(step);
  const asking = rules.findIndex((rule) => decidesOnReferrals(rule) && rule.admits !== undefined);
  const before = rules.slice(0, Math.max(asking, 0));
  const isSaid = before.some(({ requires = [], recommends = [] }) => [...requires, ...recommends].includes(REFERRED));
  const ownRule = before.find(isOwnRule);
  if (ownRule === undefined || isSaid) return [];
  return [
    `In ${step.step}, request-approval decides on people whom an earlier rule refers, but no rule declares that it refers anybody. If ${ownRule.name} answers approval, say for whom: { refers: "people of unknown regions" }.`,
  ];
}

const builtIn: ReadonlySet<string> = new Set(labelledAttributes);

/** Warns of missing labels, because Entra does not send the labels of custom attributes with a form. */
function findMissingLabels(policyStep: PolicyStep, { attributes }: PolicyContext): readonly string[] {
  const { step, policy } = policyStep;
  const askedAttributes = answeringRules(policyStep).flatMap(({ name: rule, asks = [] }) => asks.map((name) => ({ name, rule })));
  // Only a known name needs a label. name-warnings.ts reports mistyped names.
  const isKnown = (name: string) => isBuiltInAttribute(name) || (isCustom(name) && (attributes?.names.includes(name) ?? true));
  const nameless = askedAttributes.filter(
    ({ name }) => isKnown(name) && !builtIn.has(name) && !Object.hasOwn(policy.options.labels ?? {}, name),
  );
  return [...new Map(nameless.map((each) => [each.name, each])).values()].map(
    ({ name, rule }) =>
      `In ${step}, ${rule} can find a problem with ${name}, which has no label: add labels: { ${name}: "…" }, as the form shows it.`,
  );
}

function warnWithoutApproval(policySteps: readonly PolicyStep[]): string | undefined {
  const last = policySteps.find(({ step }) => step === "before-create-user");
  if (last?.policy.rules.some(decidesOnReferrals)) return undefined;
  if (last !== undefined) return "No rule of before-create-user asks for approval: a gate set to approval acts as listed.";
  return "There is no before-create-user step: a gate set to approval, or to listed without an access list after sign-in, keeps nobody out. Set it to closed.";
}

/** Returns the note of `warnWithoutApproval` for a policy with the rule surge, or with the step after-sign-in but no before-create-user. */
export function postureNotes(policySteps: readonly PolicyStep[]): readonly string[] {
  const note = warnWithoutApproval(policySteps);
  const isSetByRule = policySteps.some((each) => answeringRules(each).some(({ name }) => name === "surge"));
  const keepsNobodyOut =
    policySteps.some(({ step }) => step === "after-sign-in") && policySteps.every(({ step }) => step !== "before-create-user");
  return note !== undefined && (isSetByRule || keepsNobodyOut) ? [note] : [];
}
