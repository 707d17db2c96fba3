import { isDeepStrictEqual } from "node:util";
import { toRecord } from "../../../adapters/tables/decision-indexes";
import { toItem } from "../../../adapters/tables/item";
import { rows } from "../../../adapters/tables/rows";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { joinSteps } from "../../../engine/sign-up/waiting";
import { approvalStore } from "../../../features/approvals/store/approvals";
import { POSTURE_RULE } from "../../../features/posture/last-rule";
import { isReplayable, type Replayable } from "../../../features/preview/store/recorded-person";
import type { PolicyStep } from "../../../lib/policy-folder/policy-step";
import { policyOf } from "../../proof/build";
import { scenarioFrom } from "../../proof/generate";
import { type Answered, type Gate, hashOf, openGate, putList } from "../../proof/real";
import {
  type Admits,
  isCall,
  type PolicySpec,
  type RuleSpec,
  type Scenario,
  type SignUpCall,
  type StepName,
  type TableRow,
} from "../../proof/scenario";
import { type Draft, draftFrom } from "./drafts";

// A gate after a generated scenario: what reports say of its recorded decisions stands beside what it answers to the same calls.

/** A decision and the call behind it. */
export interface Recorded {
  readonly record: Replayable;
  readonly call: SignUpCall;
}

export interface Played {
  readonly scenario: Scenario;
  readonly draft: Draft;
  readonly served: readonly PolicyStep[];
  readonly drafted: readonly PolicyStep[];
  readonly gate: Gate;
  /** The newest decision on each person at each step of each gate, oldest first. */
  readonly newest: readonly Recorded[];
  readonly now: Date;
}

/** Called for each call, in place of `answer`, which it makes. */
type OnCall = (gate: Gate, call: SignUpCall, answer: () => Promise<Answered | undefined>) => Promise<Answered | undefined>;

const steps: readonly StepName[] = ["after-sign-in", "before-create-user"];

/** A generated scenario and a draft of its policy and list. Undefined if a policy does not load. */
export function scenarioAndDraft(seed: number): Pick<Played, "scenario" | "draft" | "served" | "drafted"> | undefined {
  const scenario = withCodesOfTheirOwn(withoutWhatIsApart(scenarioFrom(seed)));
  const drafted = draftFrom(seed, scenario);
  const draft = { policy: withoutCounts(drafted.policy), list: drafted.list.filter(namesNoAccount) };
  const policies = { served: loaded(scenario.policy), drafted: loaded(draft.policy) };
  const isAsked = scenario.events.filter(isCall).every(({ step }) => scenario.policy.rules[step].length > 0);
  if (!isAsked || policies.drafted === undefined || policies.served === undefined) return undefined;
  return { scenario, draft, served: policies.served, drafted: policies.drafted };
}

/** Everything in the scenario happens. */
export async function play(seed: number, onCall?: OnCall): Promise<Played | undefined> {
  const given = scenarioAndDraft(seed);
  if (given === undefined) return undefined;
  const { scenario, draft } = given;
  const gate = await openGate(scenario);
  const newest = new Map<string, Recorded>();
  for (const event of scenario.events) {
    const answer = () => gate.happen(event, scenario.policy);
    const answered = isCall(event) && onCall !== undefined ? await onCall(gate, event, answer) : await answer();
    if (answered?.record === undefined || !isCall(event)) continue;
    const record = toRecord(toItem(answered.record));
    if (!isReplayable(record) || record.rule === POSTURE_RULE || draft.policy.rules[event.step].length === 0) continue;
    const key = `${record.step} ${record.email} ${record.gate}`;
    newest.delete(key);
    newest.set(key, { record, call: event });
  }
  const now = new Date((scenario.events.at(-1)?.at ?? 0) + MS_PER_HOUR / 2);
  return { ...given, gate, newest: [...newest.values()], now };
}

/** What a gate answers now to a call that it has answered before, under a policy and a list. */
export async function answerAgain({ gate, now }: Played, { call }: Recorded, { policy, list }: Draft): Promise<Answered> {
  const { unread: _, unwritten: __, ...again } = call;
  const answered = await gate.aside(async () => {
    await putList(gate.tables, list);
    return await gate.happen({ ...again, at: now.getTime() }, policy);
  });
  return answered as Answered;
}

/** Does something to a gate's tables that may only read, and throws if it leaves a row, a count, an event or a mail. */
export async function onlyReading<T>(gate: Gate, work: (tables: Gate["tables"]) => Promise<T>): Promise<T> {
  const before = await gate.state();
  const result = await work(gate.tables);
  if (!isDeepStrictEqual(await gate.state(), before)) throw new Error("A report changed something.");
  return result;
}

/** The sources of reports. */
export function sourcesOn(tables: Gate["tables"], now: Date) {
  return { read: rows(tables, (name) => name).read, approvals: approvalStore(tables, "approvals"), hashes: { hashOf }, now };
}

function loaded(policy: PolicySpec): readonly PolicyStep[] | undefined {
  try {
    const all = steps.flatMap((step) => (policy.rules[step].length === 0 ? [] : [policyOf(policy, step)]));
    return joinSteps(all).map((each) => ({ step: each.step, file: "", policy: each }));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Reports tell these apart: how a gate is set, limits, and entries of single accounts. */
function withoutWhatIsApart(scenario: Scenario): Scenario {
  const { accessList, decisions, ...others } = scenario.rows;
  const rows = {
    ...others,
    accessList: accessList.filter(namesNoAccount),
    decisions: decisions.filter(({ reference }) => reference !== "posture"),
  };
  return { ...scenario, policy: withoutCounts(scenario.policy), rows };
}

/** Each mail of an invitation has a code of its own, which nobody can type before it is made. */
function withCodesOfTheirOwn(scenario: Scenario): Scenario {
  const made = new Map<string, string>();
  const plain = (text: string) => text.replaceAll("-", "").toLowerCase();
  const events = scenario.events.map((event, index) => {
    if ("invite" in event) {
      const code = `${event.code}-${index}`;
      made.set(plain(event.code), code);
      return { ...event, code };
    }
    const typed = isCall(event) ? event.attributes.extension_InvitationCode : undefined;
    const code = typeof typed === "string" ? made.get(plain(typed)) : undefined;
    if (!isCall(event) || typeof typed !== "string" || code === undefined) return event;
    const spelled = typed.includes("-") ? code : plain(code);
    return { ...event, attributes: { ...event.attributes, extension_InvitationCode: spelled } };
  });
  return { ...scenario, events };
}

export function namesNoAccount({ entry }: TableRow): boolean {
  return !String(entry).includes("/");
}

function withoutCounts(policy: PolicySpec): PolicySpec {
  const of = (step: StepName) => policy.rules[step].flatMap(withoutCount);
  return { ...policy, rules: { "after-sign-in": of("after-sign-in"), "before-create-user": of("before-create-user") } };
}

function withoutCount(each: RuleSpec | Admits): readonly (RuleSpec | Admits)[] {
  if (each.rule === "admit") {
    const { limit: _, ...options } = each.options;
    return [{ ...each, options }];
  }
  const { rule } = each.rule === "shadow" ? each.of : each;
  return rule === "surge" || rule === "limit" ? [] : [each];
}
