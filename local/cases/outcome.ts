import { withReference } from "../../engine/messages";
import { replyFor } from "../../engine/messages/index";
import { buildFingerprint, callIds, fingerprintOfBody, referenceFor } from "../../engine/sign-up/call";
import type { Answer, Decision } from "../../engine/sign-up/decision";
import { carriedBy } from "../../engine/sign-up/failure";
import type { HashOf } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import { buildDecisionRecord, listReasons } from "../../engine/sign-up/recording";
import type { Row } from "../../engine/sign-up/rule";
import type { Attributes, Json } from "../../engine/sign-up/sign-up";
import type { Findings, TableName } from "../../engine/sign-up/verdict";
import { caseWords } from "../case-features";
import type { MadeCall } from "./outside";
import type { AskedRequest } from "./request";

export interface CaseOutcome {
  readonly verdict: Answer["kind"];
  /** The attributes of the answer, except those that the dialect cannot send. Empty unless the verdict is "continue". */
  readonly attributes: Attributes;
  /** Short names of attributes that the dialect cannot send. */
  readonly notCollected: readonly string[];
  readonly rule?: string;
  readonly reasons: readonly string[];
  readonly asked: readonly string[];
  readonly languages: readonly string[];
  /** Returns the page's text, without the reference code. Undefined if there is no text. */
  text(languages: readonly string[]): string | undefined;
  /** Computes the events, which takes as long as the decision. */
  events(): ReadonlyMap<string, Readonly<Record<string, Json>>>;
  readonly outside: readonly MadeCall[];
  /** Systems that the step's rules may call. */
  readonly services: readonly string[];
  readonly trace: Decision["trace"];
  readonly findings: Findings;
  readonly failure?: Decision["failure"];
}

export interface Decided {
  readonly request: AskedRequest;
  readonly decision: Decision;
  readonly policy: Policy;
  readonly gate: string | undefined;
  readonly now: Date;
  readonly hashOf: HashOf;
  readonly outside: readonly MadeCall[];
  readonly services: readonly string[];
  /** Requests for approval by id, before and after the sign-up. */
  readonly approvals: { readonly before: ReadonlyMap<string, Row>; readonly after: ReadonlyMap<string, Row> };
}

export function caseOutcome(decidedCase: Decided): CaseOutcome {
  const { request, outside, services, policy } = decidedCase;
  const { carried: decision, notCollected } = carriedBy(decidedCase.request.dialect, decidedCase.request.parsed, decidedCase.decision);
  const { answer, decidedBy, trace, failure } = decision;
  const languages = request.parsed.ok ? request.parsed.received.locales : request.parsed.locales;
  return {
    verdict: answer.kind,
    attributes: answer.kind === "continue" ? answer.attributes : {},
    notCollected,
    rule: decidedBy,
    reasons: listReasons(answer),
    asked: answer.kind === "invalid" ? [...new Set(answer.problems.flatMap(({ attribute }) => attribute ?? []))] : [],
    languages,
    text: (locales) => formatReply(answer, locales, policy),
    events: () => buildEvents(decidedCase, decision, notCollected),
    outside,
    services,
    trace,
    findings: Object.assign({}, ...trace.flatMap((each) => (each.shadow ? [] : [each.findings]))) as Findings,
    failure,
  };
}

const REFERENCE = "XXXX-XXXX";

function formatReply(answer: Answer, locales: readonly string[], { options }: Policy): string | undefined {
  const voice = { locales, options };
  const reply = replyFor(answer, REFERENCE, voice);
  return reply.kind === "continue" ? undefined : reply.message.slice(0, -withReference("", REFERENCE, voice).length);
}

function buildEvents(decidedCase: Decided, decision: Decision, notCollected: readonly string[]): ReturnType<CaseOutcome["events"]> {
  const { request, policy, gate, now, hashOf, approvals } = decidedCase;
  const { parsed } = request;
  const fingerprint = parsed.ok ? buildFingerprint(parsed.received) : fingerprintOfBody(policy.step, gate, "");
  const [id] = callIds(fingerprint, now, hashOf);
  const record = buildDecisionRecord(decision, {
    id,
    reference: referenceFor(id),
    step: policy.step,
    source: parsed.ok ? parsed.received.source : parsed.source,
    gate,
    who: parsed.ok ? { signUp: decision.identification?.signUp ?? parsed.received, hashOf } : undefined,
    trust: policy.options.trust,
    eventAttributes: policy.options.eventAttributes ?? [],
    notCollected,
    now,
    durationMs: 0,
    policyVersion: "case",
  });
  const changedRows = [...approvals.after].filter(([key, row]) => approvals.before.get(key) !== row);
  return new Map([
    ...eventsOfChange("decisions", undefined, { ...record }),
    ...changedRows.flatMap(([key, row]) => eventsOfChange("approvals", approvals.before.get(key), row)),
  ]);
}

function eventsOfChange(
  table: TableName,
  before: Row | undefined,
  after: Row,
): readonly (readonly [string, Readonly<Record<string, Json>>])[] {
  const events = caseWords.map((each) => each.event?.(table, before, after)).filter((event) => event !== undefined);
  // The bus carries JSON.
  return events.map(({ type, detail }) => [type, JSON.parse(JSON.stringify(detail)) as Readonly<Record<string, Json>>]);
}
