import { isDeepStrictEqual } from "node:util";
import { parseJson } from "../../engine/json";
import type { Json } from "../../engine/sign-up/sign-up";
import type { Expectation, OutsideCall } from "./format";
import type { CaseOutcome } from "./outcome";
import type { MadeCall } from "./outside";

export interface Mismatch {
  /** A path in the expectation: "attributes.city", "text.ko". */
  readonly what: string;
  /** Undefined if the value should be absent. */
  readonly expected: unknown;
  /** Undefined if the value is absent. */
  readonly got: unknown;
}

export function mismatches(expectation: Expectation, outcome: CaseOutcome): readonly Mismatch[] {
  const { verdict, attributes, rule, reason, asked, text, events, outside, findings, failure } = expectation;
  return [
    ...unlike("verdict", verdict, outcome.verdict),
    ...(attributes === undefined ? [] : membersUnlike("attributes", attributes, outcome.attributes)),
    ...unlike("rule", rule, outcome.rule),
    ...unlike("reason", reason, typeof reason === "string" ? mergeReasons(outcome) : outcome.reasons),
    ...unlike("asked", asked, outcome.asked),
    ...textUnlike(text, outcome),
    ...Object.entries(events ?? {}).flatMap(([type, wanted]) => eventUnlike(type, wanted, outcome.events().get(type))),
    ...(outside === undefined ? [] : outsideUnlike(outside, outcome.outside)),
    ...Object.entries(findings ?? {}).flatMap(([name, wanted]) => {
      const [expected, got] = [wanted ?? undefined, outcome.findings[name]];
      return expected === got ? [] : [{ what: `findings.${name}`, expected, got }];
    }),
    ...failureUnlike(expectation, failure, outcome),
  ];
}

/** If all reasons are the same, returns this reason once; otherwise, returns them all. Undefined if there is no reason. */
export function mergeReasons({ reasons }: Pick<CaseOutcome, "reasons">): string | readonly string[] | undefined {
  const distinct = [...new Set(reasons)];
  return distinct.length < 2 ? distinct[0] : reasons;
}

function unlike(what: string, expectedValue: unknown, got: unknown): readonly Mismatch[] {
  return expectedValue === undefined || isDeepStrictEqual(expectedValue, got) ? [] : [{ what, expected: expectedValue, got }];
}

function membersUnlike(what: string, expectedObject: object, got: object): readonly Mismatch[] {
  const expectedMembers = new Map(Object.entries(expectedObject));
  const there = new Map(Object.entries(got));
  return [...new Set([...expectedMembers.keys(), ...there.keys()])].flatMap((name) =>
    isDeepStrictEqual(expectedMembers.get(name), there.get(name))
      ? []
      : [{ what: `${what}.${name}`, expected: expectedMembers.get(name), got: there.get(name) }],
  );
}

function textUnlike(text: Expectation["text"], outcome: CaseOutcome): readonly Mismatch[] {
  if (text === undefined) return [];
  if (typeof text === "string") return unlike("text", text, outcome.text(outcome.languages));
  return Object.entries(text).flatMap(([language, words]) => unlike(`text.${language}`, words, outcome.text([language])));
}

function eventUnlike(
  type: string,
  expectedEvent: boolean | Readonly<Record<string, unknown>>,
  got: Readonly<Record<string, unknown>> | undefined,
) {
  const what = `events.${type}`;
  if (typeof expectedEvent === "boolean")
    return expectedEvent === (got !== undefined) ? [] : [{ what, expected: expectedEvent, got: got !== undefined }];
  if (got === undefined) return [{ what, expected: expectedEvent, got: false }];
  return Object.entries(expectedEvent).flatMap(([name, value]) => unlike(`${what}.${name}`, value, got[name]));
}

function outsideUnlike(expectedCalls: readonly OutsideCall[], calls: readonly MadeCall[]): readonly Mismatch[] {
  const length = Math.max(expectedCalls.length, calls.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const [wanted, call] = [expectedCalls[index], calls[index]];
    const got = call && (typeof wanted === "object" ? asClosely(wanted, call) : call.service);
    return isDeepStrictEqual(wanted, got) ? [] : [{ what: `outside[${index}]`, expected: wanted, got: got ?? undefined }];
  });
}

/** Keeps only the members that `expectedCall` has, so that both calls can be compared. */
export function asClosely(expectedCall: Exclude<OutsideCall, string>, call: MadeCall): Exclude<OutsideCall, string> {
  const { service, method, url } = call;
  const body = bodyAsClosely(expectedCall.body, call.body);
  return {
    service,
    ...(expectedCall.method !== undefined && { method }),
    ...(expectedCall.url !== undefined && { url }),
    ...(expectedCall.body !== undefined && { body }),
  };
}

function bodyAsClosely(expectedBody: unknown, body: string): Json {
  if (typeof expectedBody !== "object" || expectedBody === null || Array.isArray(expectedBody))
    return typeof expectedBody === "string" ? body : parsedBody(body);
  const sentBody = parsedBody(body);
  if (typeof sentBody !== "object" || sentBody === null) return sentBody;
  return Object.fromEntries(Object.entries(sentBody).filter(([name]) => Object.hasOwn(expectedBody, name)));
}

/** A body that is not JSON counts as the fields of a form. */
function parsedBody(body: string): Json {
  const json = parseJson(body) as Json | undefined;
  return json === undefined ? Object.fromEntries(new URLSearchParams(body)) : json;
}

/** If the case expects "gatehouse.unavailable" and names no failure, any failure matches. */
function failureUnlike(
  { reason }: Expectation,
  expectedFailure: Expectation["failure"],
  { failure, rule }: CaseOutcome,
): readonly Mismatch[] {
  if (expectedFailure !== undefined) return unlike("failure", expectedFailure, failure?.why);
  if (failure === undefined || reason === "gatehouse.unavailable") return [];
  const at = rule === undefined ? failure.why : `the rule ${rule}`;
  const why = failure.error instanceof Error ? failure.error.message : String(failure.error);
  return [
    {
      what: "failure",
      expected: undefined,
      got: `${at} failed: ${why.replace(/\.$/, "")}; where that is right, expect "failure": "${failure.why}"`,
    },
  ];
}
