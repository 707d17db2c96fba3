import { SIGN_UP_DECIDED } from "../../engine/sign-up/event";
import { reasonOf } from "./compare";
import type { Case, Expectation } from "./format";
import type { CaseOutcome } from "./outcome";

/** Members of events that differ from run to run, or that a case's own request says. */
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

/** What a case has to expect for its outcome to be right: the same points as it names now, or, if it names none, all. */
export function expectationFor(outcome: CaseOutcome, { expect = {} }: Pick<Case, "expect">): Expectation {
  const all = everything(outcome);
  if (Object.keys(expect).length === 0) return all;
  const named = {
    ...expect,
    ...(expect.verdict !== undefined && { verdict: outcome.verdict }),
    ...(expect.attributes !== undefined && { attributes: outcome.attributes }),
    ...(expect.asked !== undefined && { asked: outcome.asked }),
    ...(expect.text !== undefined && { text: textFor(expect.text, outcome) }),
    ...(expect.events !== undefined && { events: eventsFor(expect.events, outcome) }),
    ...(expect.outside !== undefined && { outside: outsideFor(expect.outside, outcome) }),
  };
  const { rule: _, reason: __, failure: ___, ...rest } = named;
  return {
    ...rest,
    // A point that is no longer there is left out; a failure is written, or the case would stay wrong.
    ...(expect.rule !== undefined && outcome.rule !== undefined && { rule: outcome.rule }),
    ...(expect.reason !== undefined && outcome.reasons.length > 0 && { reason: reasonOf(outcome) as string }),
    ...(outcome.failure !== undefined && { failure: outcome.failure.why }),
    ...(rest.text === undefined && { text: undefined }),
  };
}

function everything(outcome: CaseOutcome): Expectation {
  const { verdict, attributes, rule, reasons, asked, languages, outside, failure, trace } = outcome;
  const text = outcome.text(languages);
  const told = [...outcome.events].flatMap(([type, detail]) => {
    const { attributes: kept } = detail;
    if (type === SIGN_UP_DECIDED) return kept === undefined ? [] : [[type, { attributes: kept }] as const];
    return [[type, Object.fromEntries(Object.entries(detail).filter(([name]) => !passing.has(name)))] as const];
  });
  return {
    verdict,
    ...(verdict === "continue" && { attributes }),
    ...(rule !== undefined && { rule }),
    ...(reasons.length > 0 && { reason: reasonOf(outcome) as string }),
    ...(verdict === "invalid" && { asked }),
    ...(text !== undefined && { text: { [languages[0] ?? "en"]: text } }),
    ...(told.length > 0 && { events: Object.fromEntries(told) }),
    ...((outside.length > 0 || trace.some(({ upstreamFailure }) => upstreamFailure !== undefined)) && {
      outside: outside.map(({ service }) => service),
    }),
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
      const detail = outcome.events.get(type);
      if (typeof wanted === "boolean" || detail === undefined) return [type, detail !== undefined];
      const there = Object.keys(wanted).flatMap((name) => (detail[name] === undefined ? [] : [[name, detail[name]] as const]));
      return [type, Object.fromEntries(there)];
    }),
  );
}

function outsideFor(expected: NonNullable<Expectation["outside"]>, outcome: CaseOutcome): Expectation["outside"] {
  return outcome.outside.map(({ service, method, url }, index) =>
    typeof expected[index] === "object" ? { service, method, url } : service,
  );
}
