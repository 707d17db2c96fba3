import { isCustom } from "../../engine/approvals/long-names";
import { labelledAttributes } from "../../engine/messages/catalogue";
import { EXTENSION_ANSWER_MS } from "../../engine/protocols/extension-caller";
import { decidesOnReferred } from "../../engine/sign-up/guard";
import { deadlineOf, ruleOf, unconsumedFindings } from "../../engine/sign-up/policy";
import { ANY_ATTRIBUTE, callsOutside } from "../../engine/sign-up/rule";
import { isBuiltInAttribute, type Step } from "../../engine/sign-up/sign-up";
import { ANSWER_RESERVE_MS } from "../../engine/sign-up/time";
import { ATTRIBUTES_FILE, type KnownAttributes } from "../attributes-file";
import { mayBeTicked } from "../terms/terms-files";
import type { Gate } from "./gates";
import { type NamesKnown, nameWarnings } from "./name-warnings";
import { orderWarnings } from "./order-warnings";
import { answeringRules, type PolicyStep } from "./policy-folder";

/** What the policy's folder does not say. */
interface WarningOptions extends NamesKnown {
  /** As GatehouseProps has it. */
  readonly extensionsAppId?: string | undefined;
}

/** What looks like a mistake, in a sentence each. */
export function policyWarnings(found: readonly PolicyStep[], { extensionsAppId, ...known }: WarningOptions = {}): readonly string[] {
  const at = (step: Step) => found.find((each) => each.step === step);
  const first = at("after-sign-in");
  const last = at("before-create-user");
  const hasList = (each: PolicyStep | undefined) =>
    each?.policy.rules.some((entry) => ruleOf(entry).name === "access-list" && !("shadow" in entry));
  return [
    ...(hasList(first) && !hasList(last)
      ? ["The access list is used only after sign-in, which local accounts skip: use it in before-create-user too."]
      : []),
    ...remembersNobody(first, last),
    ...(last === undefined ? ["There is no before-create-user step: people who skip the first step are not checked at all."] : []),
    ...found.flatMap((each) => [
      // The last step says in words that it refuses nobody, or does not load.
      ...(each.step === "after-sign-in" ? nobodyRefused(each) : []),
      ...orderWarnings(each),
      ...noTimeToAsk(each),
      ...cutShort(each),
      ...goesUnseen(each),
      ...unlabelled(each),
      ...ownWarnings(each),
      ...(extensionsAppId === undefined ? namelessToGraph(each, known.attributes?.extensionsAppId) : []),
    ]),
    ...mayBeTicked(found),
    ...nameWarnings(found, known),
  ];
}

/** Accounts made through Graph would hold attributes of an app that the tenant's are not of. */
export function appIdWarnings(
  extensionsAppId: string | undefined,
  { extensionsAppId: known }: Partial<KnownAttributes> = {},
): readonly string[] {
  if (extensionsAppId === undefined || known === undefined || known.replaceAll("-", "") === extensionsAppId) return [];
  return [
    `extensionsAppId is ${extensionsAppId}, and ${ATTRIBUTES_FILE} names ${known}: write that id into settings.ts, or write the file again (entra types).`,
  ];
}

/** After sign-in nobody is let in yet, so nobody is remembered. A directory knows accounts all the same. */
function remembersNobody(first: PolicyStep | undefined, last: PolicyStep | undefined): readonly string[] {
  const among = (step: PolicyStep | undefined) =>
    step === undefined ? [] : answeringRules(step).filter(({ name }) => name === "one-account");
  const isBlind = among(first).some((rule) => !callsOutside(rule)) && among(last).length === 0;
  return isBlind ? ["oneAccount is used only after sign-in, where it remembers nobody: use it in before-create-user too."] : [];
}

function nobodyRefused({ step, policy }: PolicyStep): readonly string[] {
  return policy.rules.some((entry) => !("shadow" in entry) && ruleOf(entry).decide !== undefined)
    ? []
    : [`No rule of ${step} can refuse anyone.`];
}

/** With less, what is kept back for writes and the answer leaves a system outside no time: nobody would ever be asked. */
const SHORTEST_OUTSIDE_MS = 1_500;

function noTimeToAsk({ step, policy }: PolicyStep): readonly string[] {
  const outside = policy.rules.find((entry) => !("shadow" in entry) && callsOutside(entry));
  // Before a token is sent everybody waits, and nobody is stopped: there less may be enough.
  if (outside === undefined || step === "before-sending-token" || deadlineOf(policy) >= SHORTEST_OUTSIDE_MS) return [];
  return [
    `In ${step}, deadlineMs leaves ${ruleOf(outside).name} no time to call another system: set it to ${SHORTEST_OUTSIDE_MS} or more.`,
  ];
}

/** The deadline ends such a call before its own limit does: what the rule does about a slow system never happens. */
function cutShort({ step, policy }: PolicyStep): readonly string[] {
  const longest = deadlineOf(policy) - ANSWER_RESERVE_MS;
  return policy.rules.flatMap((entry) => {
    // A shadowed rule runs after the answer.
    if ("shadow" in entry) return [];
    return (entry.uses ?? []).flatMap((use) => {
      const limit = "service" in use ? (use.timeLimitMs ?? 0) : 0;
      if (!("service" in use) || limit < longest) return [];
      return [
        `In ${step}, ${entry.name} may wait ${limit} ms for ${use.service}, but the step's deadline leaves ${longest} ms: give it a timeoutMs below ${longest}, or the step a deadlineMs above ${limit + ANSWER_RESERVE_MS}.`,
      ];
    });
  });
}

function goesUnseen({ step, policy }: PolicyStep): readonly string[] {
  return unconsumedFindings(policy.rules, "recommends").map(
    ({ rule, finding }) => `In ${step}, ${rule} lets people go on in doubt, but no later rule looks at its finding "${finding}".`,
  );
}

function ownWarnings({ step, policy }: PolicyStep): readonly string[] {
  return policy.rules.flatMap((entry) =>
    "shadow" in entry ? [] : (entry.warns ?? []).map((words) => `In ${step}, ${entry.name} ${words}`),
  );
}

/** Entra sends a custom attribute under Graph's name. For an attribute that the policy sets, that name is unknown. */
function namelessToGraph({ step, policy }: PolicyStep, app: string | undefined): readonly string[] {
  const rules = policy.rules.flatMap((entry) => ("shadow" in entry ? [] : [entry]));
  if (!rules.some(({ uses = [] }) => uses.some((use) => "worker" in use && use.worker === "provisioning"))) return [];
  return rules.flatMap(({ name, sets = [] }) => {
    const custom = sets.filter((each) => each === ANY_ATTRIBUTE || isCustom(each));
    const what = custom.includes(ANY_ATTRIBUTE) ? "may set custom attributes" : `sets ${custom.join(" and ")}`;
    return custom.length === 0
      ? []
      : [`In ${step}, ${name} ${what}. ${NAMELESS} ${app === undefined ? EXTENSIONS_APP : `extensionsAppId: "${app}".`}`];
  });
}

const NAMELESS = "An account that Graph creates cannot have an attribute that the person's form does not show: set";
const EXTENSIONS_APP =
  "extensionsAppId, the application (client) id of aad-extensions-app (outside a workforce tenant b2c-extensions-app) in Entra's App registrations, All applications.";

const builtIn: ReadonlySet<string> = new Set(labelledAttributes);

/** Entra does not tell what a form calls a custom attribute. */
function unlabelled({ step, policy }: PolicyStep): readonly string[] {
  const asked = policy.rules.flatMap((entry) => ("shadow" in entry ? [] : (entry.asks ?? []).map((name) => ({ name, rule: entry.name }))));
  // A mistyped name needs no label but a correction: name-warnings.ts says which.
  const nameless = asked.filter(
    ({ name }) => (isCustom(name) || isBuiltInAttribute(name)) && !builtIn.has(name) && !Object.hasOwn(policy.options.labels ?? {}, name),
  );
  return [...new Map(nameless.map((each) => [each.name, each])).values()].map(
    ({ name, rule }) =>
      `In ${step}, ${rule} can find a problem with ${name}, which has no label: add labels: { ${name}: "…" }, as the form shows it.`,
  );
}

/** Rules that let somebody in by their address. */
const admitsByAddress: ReadonlySet<string> = new Set(["access-list", "only-domains"]);

/** What looks like a mistake in how a gate learns of addresses. @param isCalled by an external tenant */
export function addressWarnings({ policy, addressAttribute }: Omit<Gate, "name">, isCalled: boolean): readonly string[] {
  const last = policy.find(({ step }) => step === "before-create-user");
  const rules = last === undefined ? [] : answeringRules(last);
  const byAddress = rules.filter(({ name }) => admitsByAddress.has(name)).map(({ name }) => name);
  const remembers = policy.some(({ step }) => step === "after-sign-in");
  const setting = rules.filter(({ sets = [] }) => addressAttribute !== undefined && sets.includes(addressAttribute));
  return [
    ...(isCalled && byAddress.length > 0 && !remembers
      ? [
          `${byAddress.join(" and ")} judges by addresses, and there is no after-sign-in step. In an external tenant the address of a Google or OpenID account then counts as typed and lets nobody in: add after-sign-in.ts.`,
        ]
      : []),
    ...(addressAttribute !== undefined && !isCalled ? ["addressAttribute does nothing without externalTenant."] : []),
    ...setting.map(
      ({ name }) => `${name} sets ${addressAttribute}, the person's address, after it was read: the account gets another one.`,
    ),
  ];
}

/** What is too slow for an external tenant, a sentence each. */
export function tooSlowForExternalTenant(found: readonly PolicyStep[]): readonly string[] {
  return found.flatMap((each) => {
    const longest = Math.min(deadlineOf(each.policy), EXTENSION_ANSWER_MS) - ANSWER_RESERVE_MS;
    return answeringRules(each).flatMap(({ name, uses = [] }) =>
      uses.flatMap((use) => {
        if (!("service" in use) || (use.timeLimitMs ?? Number.POSITIVE_INFINITY) < longest) return [];
        const wait = use.timeLimitMs === undefined ? "names no time limit for" : `may wait ${use.timeLimitMs} ms for`;
        const orElse = each.step === "before-sending-token" ? "take it out" : "let an approver decide (requestApproval)";
        return [
          `In ${each.step}, ${name} ${wait} ${use.service}, and an external tenant hangs up after 2 s: give it a time limit below ${longest} ms, or ${orElse}.`,
        ];
      }),
    );
  });
}

/** What a gate set to `approval` does where nobody is asked for approval, in a sentence; undefined where somebody is. */
export function withoutApproval(found: readonly PolicyStep[]): string | undefined {
  const last = found.find(({ step }) => step === "before-create-user");
  if (last?.policy.rules.some(decidesOnReferred)) return undefined;
  if (last !== undefined) return "No rule of before-create-user asks for approval: a gate set to approval acts as listed.";
  return "There is no before-create-user step: a gate set to approval, or to listed without an access list after sign-in, keeps nobody out. Set it to closed.";
}

/** The same for synth, which says it only where it matters: the policy sets the gate by itself, or a set gate keeps nobody out. */
export function postureNotes(found: readonly PolicyStep[]): readonly string[] {
  const note = withoutApproval(found);
  const isSetByRule = found.some((each) => answeringRules(each).some(({ name }) => name === "surge"));
  const keepsNobodyOut = found.some(({ step }) => step === "after-sign-in") && found.every(({ step }) => step !== "before-create-user");
  return note !== undefined && (isSetByRule || keepsNobodyOut) ? [note] : [];
}

/** Rules that go by what no API connector tells, a sentence each. */
export function untold(found: readonly PolicyStep[]): readonly string[] {
  return found.flatMap((each) =>
    answeringRules(each)
      .filter(({ uses = [] }) => uses.some((use) => "told" in use))
      .map(
        ({ name }) =>
          `In ${each.step}, ${name} goes by the person's IP address, which only an external tenant tells: set externalTenant, or take the rule out.`,
      ),
  );
}
