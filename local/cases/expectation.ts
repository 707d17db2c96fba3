import type { Json } from "../../engine/sign-up/sign-up";
import { caseWords } from "../case-features";
import { asClosely, mergeReasons } from "./compare";
import type { Case, Expectation } from "./format";
import type { CaseOutcome } from "./outcome";

/** Members of events that differ from run to run, or repeat the case's own request. */
const passing = new Set([
  "id",
  "time",
  "requestId",
  "reference",
  "gate",
  "personId",
  "email",
  "emailProven",
  "issuers",
  "locales",
  "requestedAt",
  "answerBy",
  "passUntil",
  "policyVersion",
]);

/**
 * Returns the outcome as an expectation with the same members as the case's own. If the case expects nothing or another verdict, returns
 * all members, because the old members do not explain a new verdict.
 */
export function expectationFor(outcome: CaseOutcome, { expect = {} }: Pick<Case, "expect">): Expectation {
  const all = everything(outcome);
  const hasTurned = expect.verdict !== undefined && expect.verdict !== outcome.verdict;
  if (Object.keys(expect).length === 0 || hasTurned) return all;
  const { text, events, outside, findings } = expect;
  const now: Expectation = {
    ...all,
    attributes: outcome.attributes,
    asked: outcome.asked,
    ...(text !== undefined && { text: textFor(text, outcome) }),
    ...(events !== undefined && { events: eventsFor(events, outcome) }),
    ...(outside !== undefined && { outside: outsideFor(outside, outcome) }),
    ...(findings !== undefined && {
      findings: Object.fromEntries(Object.keys(findings).map((name) => [name, outcome.findings[name] ?? null])),
    }),
  };
  // A failure is added even if the case does not name it. Otherwise the case would stay wrong.
  const isNamed = (name: string) => Object.hasOwn(expect, name) || (name === "failure" && outcome.failure !== undefined);
  const names = [...Object.keys(expect), ...Object.keys(now).filter((name) => !Object.hasOwn(expect, name))] as (keyof Expectation)[];
  return Object.fromEntries(names.flatMap((name) => (isNamed(name) && now[name] !== undefined ? [[name, now[name]]] : [])));
}

/** Omits the members in `passing`, which differ from run to run or repeat the case's own request. */
export function lasting(detail: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(detail).filter(([name]) => !passing.has(name)));
}

function everything(outcome: CaseOutcome): Expectation {
  const { verdict, attributes, rule, reasons, asked, languages, outside, services, failure } = outcome;
  const text = outcome.text(languages);
  const events = [...outcome.events()].flatMap(([type, detail]) => {
    const names = caseWords.find(({ expected = {} }) => Object.hasOwn(expected, type))?.expected?.[type];
    if (names === undefined) return [[type, lasting(detail)] as const];
    const entries = Object.entries(detail).filter(([name]) => names.includes(name));
    return entries.length === 0 ? [] : [[type, Object.fromEntries(entries)] as const];
  });
  return {
    verdict,
    ...(verdict === "continue" && { attributes }),
    ...(rule !== undefined && { rule }),
    ...(reasons.length > 0 && { reason: mergeReasons(outcome) as string }),
    ...(verdict === "invalid" && { asked }),
    ...(text !== undefined && { text: { [languages[0] ?? "en"]: text } }),
    ...(events.length > 0 && { events: Object.fromEntries(events) }),
    // If the step's rules may call a system, an empty list means that no call is expected.
    ...((outside.length > 0 || services.length > 0) && { outside: outside.map(({ service }) => service) }),
    ...(failure !== undefined && { failure: failure.why }),
  };
}

function textFor(text: NonNullable<Expectation["text"]>, outcome: CaseOutcome): Expectation["text"] {
  if (typeof text === "string") return outcome.text(outcome.languages);
  const words = Object.keys(text).flatMap((language) => {
    const now = outcome.text([language]);
    return now === undefined ? [] : [[language, now] as const];
  });
  return words.length === 0 ? undefined : Object.fromEntries(words);
}

function eventsFor(events: NonNullable<Expectation["events"]>, outcome: CaseOutcome): Expectation["events"] {
  return Object.fromEntries(
    Object.entries(events).map(([type, wanted]) => {
      const detail = outcome.events().get(type);
      if (typeof wanted === "boolean" || detail === undefined) return [type, detail !== undefined];
      const there = Object.keys(wanted).flatMap((name) => (detail[name] === undefined ? [] : [[name, detail[name]] as const]));
      return [type, Object.fromEntries(there)];
    }),
  );
}

function outsideFor(expectedCalls: NonNullable<Expectation["outside"]>, outcome: CaseOutcome): Expectation["outside"] {
  return outcome.outside.map((call, index) => {
    const expectedCall = expectedCalls[index];
    return typeof expectedCall === "object" ? asClosely(expectedCall, call) : call.service;
  });
}
