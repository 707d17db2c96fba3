import { isDeepStrictEqual } from "node:util";
import { policyOf } from "./build";
import { modelOutcomes } from "./model";
import { realOutcomes } from "./real";
import { isCall, type Outcome, type PolicySpec, type Scenario } from "./scenario";
import { words } from "./words";

export interface Difference {
  readonly scenario: Scenario;
  /** The number of the happening at which they part. */
  readonly at: number;
  readonly engine: unknown;
  readonly model: unknown;
}

/** "unloadable" for a policy that a load refuses. */
export async function compared(scenario: Scenario): Promise<Difference | "same" | "unloadable"> {
  if (!loads(scenario.policy)) return "unloadable";
  const engine = comparable(scenario, await realOutcomes(scenario));
  const model = comparable(scenario, modelOutcomes(scenario, words));
  const at = engine.findIndex((outcome, index) => !isDeepStrictEqual(outcome, model[index]));
  return at < 0 ? "same" : { scenario, at, engine: engine[at], model: model[at] };
}

/** Where a write failed, nobody promises which of the others were made. */
function comparable({ events }: Scenario, outcomes: readonly Outcome[]): readonly unknown[] {
  const calls = events.filter(isCall);
  return outcomes.map(({ kept, ...outcome }, index) => ("unwritten" in (calls[index] ?? {}) ? outcome : { ...outcome, kept }));
}

function loads(policy: PolicySpec): boolean {
  try {
    for (const step of ["after-sign-in", "before-create-user"] as const) if (policy.rules[step].length > 0) policyOf(policy, step);
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

/** A line each for the policy, each table, each happening and both answers. */
export function inShort({ scenario: { policy, rows, events }, engine, model }: Difference): string {
  const tables = Object.entries(rows).flatMap(([name, all]) => (all.length === 0 ? [] : [`${name} ${JSON.stringify(all)}`]));
  const happened = events.map((each) => JSON.stringify(each));
  return [
    `policy ${JSON.stringify(policy)}`,
    ...tables,
    ...happened,
    `engine ${JSON.stringify(engine)}`,
    `model  ${JSON.stringify(model)}`,
  ].join("\n");
}

/** A scenario that still differs, and from which nothing more can be left out. */
export async function smallest(found: Difference): Promise<Difference> {
  let best: Difference = {
    ...found,
    scenario: { ...found.scenario, events: found.scenario.events.slice(0, lengthTo(found.scenario, found.at)) },
  };
  for (;;) {
    const next = await firstThatDiffers(smallerThan(best.scenario));
    if (next === undefined) return best;
    best = next;
  }
}

/** How many happenings lead to a call and its answer, decisions of approvers among them. */
function lengthTo({ events }: Scenario, call: number): number {
  const calls = events.flatMap((each, index) => (isCall(each) ? [index] : []));
  return (calls[call] ?? 0) + 1;
}

async function firstThatDiffers(candidates: Iterable<Scenario>): Promise<Difference | undefined> {
  for (const scenario of candidates) {
    const result = await compared(scenario).catch(() => "same" as const);
    if (typeof result === "object")
      return { ...result, scenario: { ...scenario, events: scenario.events.slice(0, lengthTo(scenario, result.at)) } };
  }
  return undefined;
}

/** The scenario with one thing less, wherever a list or an object has something to leave out. */
function* smallerThan(scenario: Scenario): Generator<Scenario> {
  for (const smaller of without(scenario, 0)) yield smaller as Scenario;
}

const kept = new Set([
  "state",
  "reference",
  "id",
  "value",
  "list",
  "person",
  "decide",
  "invite",
  "code",
  "days",
  "end",
  "of",
  "request",
  "at",
  "step",
  "tenant",
  "email",
  "issuer",
  "accountId",
  "application",
  "ipAddress",
  "address",
  "journey",
  "rule",
  "entry",
  "effect",
  "kind",
]);

function* without(value: unknown, depth: number): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [index] of value.entries()) yield value.filter((_, at) => at !== index);
    for (const [index, each] of value.entries()) for (const smaller of without(each, depth + 1)) yield value.with(index, smaller);
  } else if (typeof value === "object" && value !== null) {
    const isFixed = depth < 2 || "tenant" in value || "rule" in value || "events" in value || "messages" in value;
    for (const [name, each] of Object.entries(value)) {
      if (!isFixed && !kept.has(name)) yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
      for (const smaller of without(each, depth + 1)) yield { ...value, [name]: smaller };
    }
  }
}
