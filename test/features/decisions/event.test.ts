import { invalidMember } from "../../../engine/fields";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { buildSignUpDecided, signUpDecidedEvent } from "../../../features/decisions/events";
import { decision } from "../../events/records";

const { id, at, email: _, emailProven: __, issuers: ___, rule: ____, trace, durationMs, revision, ...nobody } = decision;
const record = { ...nobody, id, at, trace, durationMs, revision };
/** What every event holds. */
const bare = { ...nobody, id: `${id}.0`, time: at };

const accepted: readonly RuleResult[] = [
  { rule: "terms", said: "continue" as const, evidence: { terms: "2026-01", language: "ko", sha256: "ab12" } },
  { rule: "terms", said: "continue" as const, shadow: true, evidence: { terms: "2026-02", language: "ko", sha256: "cd34" } },
  { rule: "other", said: "continue" as const, evidence: { terms: "2026-03", language: "ko", sha256: "ef56" } },
  { rule: "terms", said: "continue" as const, evidence: { language: "ko", sha256: "ab12" } },
  { rule: "terms", said: "continue" as const, evidence: { terms: "2026-01", sha256: "ab12" } },
  { rule: "terms", said: "continue" as const, evidence: { terms: "2026-01", language: "ko" } },
  { rule: "terms", said: "continue" as const },
];

it.each([
  { what: "the answer to nobody in particular", given: {}, told: {} },
  { what: "which answer to the call it is", given: { revision: 2 }, told: { id: `${id}.2` } },
  { what: "the rule that stopped the sign-up", given: { rule: "gate" }, told: { rule: "gate" } },
  {
    what: "the person",
    given: { personId: "p", email: "kim@contoso.com", emailProven: true, issuers: ["entra"] },
    told: { personId: "p", email: "kim@contoso.com", emailProven: true, issuers: ["entra"] },
  },
  {
    what: "a person who showed an address that nobody proved",
    given: { email: "kim@contoso.com", emailProven: false, emailTyped: true as const, issuers: ["google.com"] },
    told: { email: "kim@contoso.com", emailProven: false, issuers: ["google.com"] },
  },
  {
    what: "a person of old records, which did not say who proves what",
    given: { email: "kim@contoso.com", issuers: ["mail"] },
    told: { email: "kim@contoso.com", emailProven: true, issuers: ["mail"] },
  },
  { what: "the gate, if it has a name", given: { gate: "partners" }, told: { gate: "partners" } },
  {
    what: "what only some dialects tell",
    given: { application: "app-1", correlationId: "sign-in-1", ipAddress: "192.0.2.1" },
    told: { application: "app-1", correlationId: "sign-in-1" },
  },
  {
    what: "a person of old records, which named no provider",
    given: { email: "kim@contoso.com" },
    told: { email: "kim@contoso.com", emailProven: false, issuers: [] },
  },
  { what: "the values that the policy names", given: { attributes: { city: "Seoul" } }, told: { attributes: { city: "Seoul" } } },
  {
    what: "the terms that the person accepted",
    given: { verdict: "continue" as const, reasons: [], trace: accepted },
    told: { verdict: "continue" as const, reasons: [], terms: [{ version: "2026-01", language: "ko", sha256: "ab12" }] },
  },
  {
    what: "the same of somebody who waits for approval",
    given: { reasons: ["approval.requested"], trace: accepted },
    told: { reasons: ["approval.requested"], terms: [{ version: "2026-01", language: "ko", sha256: "ab12" }] },
  },
  { what: "no terms of a sign-up that was stopped", given: { trace: accepted }, told: {} },
  { what: "nothing of how it came about", given: { accountId: "a", failure: "read" as const, asked: ["city"] }, told: {} },
])("an event contains $what", ({ given, told }) => {
  const event = buildSignUpDecided({ ...record, ...given });
  expect(event).toStrictEqual({ ...bare, ...told });
  expect(invalidMember(signUpDecidedEvent, event)).toBeUndefined();
});

it.each(["id", "id.", ".1", "id.x", "id.1 ", "a\nb.1x"])("an event's id cannot be %j", (id) =>
  expect(invalidMember(signUpDecidedEvent, { ...bare, id })).toBe("id"),
);

it.each(["id.0", "a.b.12", "a\nb.1"])("an event's id may be %j", (id) =>
  expect(invalidMember(signUpDecidedEvent, { ...bare, id })).toBeUndefined(),
);
