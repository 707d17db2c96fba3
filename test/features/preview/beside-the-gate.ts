import { toRecord } from "../../../adapters/tables/decision-reads";
import { toItem } from "../../../adapters/tables/item";
import { rows } from "../../../adapters/tables/rows";
import { joinSteps } from "../../../engine/sign-up/joined-steps";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { outcomesOf, type VerdictChange } from "../../../features/preview/store/compare";
import { isReplayable, type Replayable } from "../../../features/preview/store/replay";
import type { Policy } from "../../../index";
import { policyOf } from "../../proof/build";
import { scenarioFrom } from "../../proof/generate";
import { hashOf, putList, type RecordLeft, realOutcomes } from "../../proof/real";
import {
  type Admits,
  isCall,
  type Outcome,
  type PolicySpec,
  type RuleSpec,
  type Scenario,
  type SignUpCall,
  type StepName,
  type TableRow,
} from "../../proof/scenario";
import { type Draft, draftFrom } from "./drafts";

// What a preview says of recorded decisions, beside what the gate answers to the same calls under the draft.

export interface BesideTheGate {
  readonly record: Replayable;
  readonly says: VerdictChange;
  readonly answer: Outcome;
  readonly draft: Draft;
}

const steps: readonly StepName[] = ["after-sign-in", "before-create-user"];

/** The newest decision on each person at each step of a generated scenario. Undefined for a policy that does not load. */
export async function besideTheGate(seed: number): Promise<readonly BesideTheGate[] | undefined> {
  const scenario = withoutWhatIsApart(scenarioFrom(seed));
  const drafted = draftFrom(seed, scenario);
  const draft = { policy: withoutCounts(drafted.policy), list: drafted.list.filter(namesNoAccount) };
  const policies = loaded(draft.policy);
  const isAsked = scenario.events.filter(isCall).every(({ step }) => scenario.policy.rules[step].length > 0);
  if (!isAsked || policies === undefined || loaded(scenario.policy) === undefined) return undefined;
  const newest = new Map<string, { readonly record: Replayable; readonly call: SignUpCall }>();
  let tables: RecordLeft["tables"] | undefined;
  await realOutcomes(scenario, async (left) => {
    tables = left.tables;
    const record = toRecord(toItem(left.record));
    if (!isReplayable(record) || draft.policy.rules[left.call.step].length === 0) return;
    newest.set(`${record.step} ${record.email} ${record.gate}`, { record, call: left.call });
  });
  if (tables === undefined) return [];
  await putList(tables, draft.list);
  const now = new Date((scenario.events.at(-1)?.at ?? 0) + MS_PER_HOUR / 2);
  const all = [...newest.values()];
  const { read } = rows(readingOnly(tables), (name) => name);
  const records = all.map(({ record }) => record);
  const said = await outcomesOf(policies, records, { read, hashes: { hashOf }, now });
  return await Promise.all(
    all.map(async ({ record, call: { unread: _, unwritten: __, ...call } }) => {
      const again = { ...call, at: now.getTime() };
      const events = [...scenario.events, again];
      const answer = (await realOutcomes({ ...scenario, events }, undefined, { from: again, ...draft })).at(-1) as Outcome;
      return { record, says: (said.get(record) as { change: VerdictChange }).change, answer, draft };
    }),
  );
}

/** Throws for a call that could change something. */
function readingOnly(tables: RecordLeft["tables"]): RecordLeft["tables"] {
  return {
    ...tables,
    call(operation, input, signal) {
      if (operation !== "BatchGetItem") throw new Error(`A preview asked for ${operation}.`);
      return tables.call(operation, input, signal);
    },
  };
}

function loaded(policy: PolicySpec): readonly { readonly step: Policy["step"]; readonly policy: Policy }[] | undefined {
  try {
    const all = steps.flatMap((step) => (policy.rules[step].length === 0 ? [] : [policyOf(policy, step)]));
    return joinSteps(all).map((each) => ({ step: each.step, policy: each }));
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

function namesNoAccount({ entry }: TableRow): boolean {
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
