import type { DecisionRecord } from "../../../engine/sign-up/record";
import { fateOfDecision, readMarks, type Selection } from "../../../features/incidents/selection";

const at = "2026-11-20T02:30:00.000Z";
const time = { from: "2026-11-20T02:00:00.000Z", to: "2026-11-20T03:00:00.000Z" };

function letIn(given: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    id: "a",
    reference: "K7QD-9MXD",
    at,
    step: "before-create-user",
    source: "external-tenant",
    personId: "person-a",
    email: "a@relay.example",
    issuers: ["mail"],
    verdict: "continue",
    reasons: [],
    trace: [
      { rule: "access-list", said: "continue", findings: { listed: "allow" }, evidence: { entry: "relay.example", level: "domain" } },
      { rule: "limit", said: "continue", shadow: true },
    ],
    changed: [],
    durationMs: 7,
    policyVersion: "0123456789ab",
    revision: 0,
    ...given,
  };
}

const listedBy = (entry: string): Partial<DecisionRecord> => ({
  trace: [{ rule: "access-list", said: "continue", evidence: { entry, level: "address" } }],
});

const waitedBy = (entry: string): Partial<DecisionRecord> => ({
  trace: [
    { rule: "access-list", said: "continue", findings: { listed: "approval", referred: true }, evidence: { entry, level: "address" } },
    { rule: "request-approval", said: "continue", evidence: { request: "7QKD-M9XD" } },
  ],
});

const invitedBy = (invited: string): Partial<DecisionRecord> => ({
  trace: [
    { rule: "access-list", said: "continue", findings: { listed: "unlisted" } },
    { rule: "invited", said: "continue", findings: { invited } },
  ],
});

const [first] = letIn().trace as [DecisionRecord["trace"][number]];
const listedThen = (next: DecisionRecord["trace"][number]): Partial<DecisionRecord> => ({ trace: [first, next] });

it.each<[string, "in" | "out" | "listed" | "nameless", Partial<DecisionRecord>, Partial<Selection>]>([
  ["somebody let in", "in", {}, {}],
  ["the first moment", "in", { at: time.from }, {}],
  ["the last moment", "in", { at: time.to }, {}],
  ["a moment before", "out", { at: "2026-11-20T01:59:59.999Z" }, {}],
  ["a moment after", "out", { at: "2026-11-20T03:00:00.001Z" }, {}],
  ["somebody refused", "out", { verdict: "block" }, {}],
  ["a sign-in that goes on to the form", "out", { step: "after-sign-in" }, {}],
  ["a token", "out", { step: "before-sending-token" }, {}],
  ["the unnamed gate, asked for", "in", {}, { gate: "default" }],
  ["another gate", "out", { gate: "suppliers" }, { gate: "default" }],
  ["a named gate", "in", { gate: "suppliers" }, { gate: "suppliers" }],
  ["the rule whose entry allowed them", "in", {}, { rule: "access-list" }],
  ["a rule that only let them pass", "out", listedThen({ rule: "validate", said: "continue" }), { rule: "validate" }],
  [
    "the rule of the entry, before one that only let them pass",
    "in",
    listedThen({ rule: "validate", said: "continue" }),
    { rule: "access-list" },
  ],
  ["the rule that approvers decided on", "in", waitedBy("a@relay.example"), { rule: "request-approval" }],
  ["the rule whose entry asked for approval", "out", waitedBy("a@relay.example"), { rule: "access-list" }],
  ["the rule of an invitation", "in", invitedBy("code"), { rule: "invited" }],
  ["the list, which names nobody of an invitation", "out", invitedBy("address"), { rule: "access-list" }],
  ["a rule that only reports", "out", {}, { rule: "limit" }],
  ["the entry", "in", {}, { entry: "relay.example" }],
  ["the entry in another spelling", "in", listedBy(" Relay.Example"), { entry: "relay.example" }],
  [
    "an entry before a rule that names none",
    "in",
    listedThen({ rule: "format", said: "continue", evidence: { attribute: "city" } }),
    { entry: "relay.example" },
  ],
  [
    "an entry before a rule that only reports",
    "in",
    listedThen({ rule: "other-list", said: "continue", shadow: true, evidence: { entry: "contoso.com" } }),
    { entry: "relay.example" },
  ],
  [
    "an entry before another",
    "out",
    listedThen({ rule: "other-list", said: "continue", evidence: { entry: "contoso.com" } }),
    { entry: "relay.example" },
  ],
  ["an entry that is no text", "out", listedBy(7 as never), { entry: "relay.example" }],
  ["an entry that is no text, where none is asked for", "in", listedBy(7 as never), {}],
  ["no entry, where none is asked for", "in", { trace: [] }, {}],
  ["another entry", "out", {}, { entry: "contoso.com" }],
  ["no entry at all", "out", { trace: [] }, { entry: "contoso.com" }],
  ["the network", "in", { ipAddress: "203.0.113.7" }, { network: "203.0.113.7" }],
  ["the network of an IPv6 address", "in", { ipAddress: "2001:db8:1:2:3::9" }, { network: "2001:db8:1:2::/64" }],
  ["a caller that tells no address", "out", {}, { network: "203.0.113.7" }],
  ["the domain", "in", {}, { domain: "relay.example" }],
  ["a subdomain", "out", { email: "a@x.relay.example" }, { domain: "relay.example" }],
  ["the provider", "in", { issuers: ["google.com", "mail"] }, { provider: "mail" }],
  ["another provider", "out", {}, { provider: "google.com" }],
  ["the application in capitals", "in", { application: "AB-1" }, { application: "ab-1" }],
  ["an application, where none is asked for", "in", { application: "AB-1" }, {}],
  ["no application", "out", {}, { application: "ab-1" }],
  ["somebody listed by their address", "listed", listedBy("a@relay.example"), {}],
  ["somebody listed by their account", "listed", listedBy("issuer:google.com/1184"), {}],
  ["somebody whom an approver let in, of an address that an entry had wait", "in", waitedBy("a@relay.example"), {}],
  ["somebody whom an approver let in, by the entry", "in", waitedBy("a@relay.example"), { entry: "a@relay.example" }],
  ["somebody listed, asked for", "in", listedBy("a@relay.example"), { includeListed: true }],
  ["somebody listed, of another time", "out", { ...listedBy("a@relay.example"), at: "2026-11-19T02:30:00.000Z" }, {}],
  ["somebody without an address at a domain", "out", { email: undefined }, { domain: "relay.example" }],
  ["somebody who named no provider", "out", { issuers: undefined }, { provider: "mail" }],
  ["a rule that was skipped", "out", { trace: [{ rule: "limit", said: "skipped" }] }, { rule: "limit" }],
  ["somebody without an id", "nameless", { personId: undefined }, {}],
  ["somebody without an address", "nameless", { email: undefined }, {}],
])("an incident's selection decides on %s: %s", (_, fate, given, marks) => {
  expect(fateOfDecision({ ...time, ...marks }, letIn(given))).toBe(fate);
});

it("reads each mark of a selection in the spelling of records, and rejects marks that no decision can have", () => {
  expect(readMarks({ network: "2001:DB8:1:2::/64", provider: " Google ", domain: "@Relay.Example", entry: "*.Relay.example" })).toEqual({
    network: "2001:db8:1:2::/64",
    provider: "google.com",
    domain: "relay.example",
    entry: "*.relay.example",
  });
  expect(
    readMarks({ gate: "suppliers", rule: "limit", application: " 3C9E8B7A-1F24-4B5D-8C60-9D7E2A1F4B33 ", network: "203.0.113.7/32" }),
  ).toEqual({
    gate: "suppliers",
    rule: "limit",
    application: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33",
    network: "203.0.113.7",
  });
  expect(readMarks({ entry: "Kim+x@relay.example", network: "203.0.113.7/64" })).toEqual({
    entry: "kim+x@relay.example",
    network: "203.0.113.7",
  });
  expect(readMarks({})).toStrictEqual({});
  expect(() => readMarks({ network: "203.0.113.1/320" })).toThrow("--network 203.0.113.1/320 cannot be read: write an IP address.");
  expect(() => readMarks({ domain: "*.b.example" })).toThrow(
    "--domain *.b.example cannot be read: write b.example, without its subdomains.",
  );
  expect(() => readMarks({ domain: "?" })).toThrow("--domain ? cannot be read: write a domain such as contoso.com.");
  expect(() => readMarks({ entry: "?" })).toThrow("--entry ? cannot be read: write an entry of the list, such as contoso.com.");
  expect(() => readMarks({ network: "relay" })).toThrow("--network relay cannot be read: write an IP address.");
  expect(() => readMarks({ domain: "a@b.example" })).toThrow("--domain a@b.example cannot be read: write b.example.");
  for (const typed of [{ network: "relay" }, { domain: "a@b.example" }, { entry: "?" }]) expect(() => readMarks(typed)).toThrow(TypeError);
});
