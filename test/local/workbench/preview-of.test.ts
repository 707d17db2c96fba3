import { join } from "node:path";
import { keyedHash } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import type { ListedDecision } from "../../../features/decisions/store/decisions";
import { packageRoot } from "../../../lib/package-root";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { recordedPerson } from "../../../local/workbench/case-text";
import type { LiveTables } from "../../../local/workbench/live-tables";
import { previewOf } from "../../../local/workbench/preview-of";

const at = "2026-11-20T10:00:00.000Z";
let count = 0;

function record(more: Partial<DecisionRecord>): DecisionRecord {
  const id = String(count++);
  const base = {
    id,
    reference: `REF-${id}`,
    at,
    step: "after-sign-in",
    source: "b2b",
    verdict: "continue",
    reasons: [],
    trace: [],
  } as const;
  return { ...base, changed: [], durationMs: 5, policyVersion: "v", revision: 0, issuers: ["entra"], ...more };
}

function live(records: readonly DecisionRecord[], list: readonly Row[] = []): LiveTables {
  async function* between() {
    yield records as readonly ListedDecision[];
  }
  const whole = async (asked: readonly { readonly id: string }[]) =>
    asked.flatMap(({ id }) => records.find((each) => each.id === id) ?? []);
  return {
    read: async () => new Map(list.map((row) => [recordId({ table: "accessList", key: { entry: String(row.entry) } }), row])),
    hashes: async () => ({ hashOf: keyedHash("x") }),
    decisions: { between, whole } as unknown as LiveTables["decisions"],
  };
}

const letIn = { verdict: "continue", reasons: [] };
const vendor = (reference: string) => [{ rule: "verify-identity", said: "continue" as const, evidence: { reference } }];

describe("previewOf", () => {
  it("puts people together whom a policy changes alike, whatever rests on each alone; the largest group of a kind first", async () => {
    const gone = { step: "before-sending-token", email: "a@x.example" } as const;
    const records = [
      record({ email: "a@x.example", trace: vendor("1") }),
      record({ email: "b@x.example", trace: vendor("2"), issuers: ["google.com"] }),
      record({ email: "a@x.example", verdict: "block", reasons: ["older"] }),
      record({ email: "c@x.example", verdict: "block", rule: "access-list", reasons: ["access-list.unlisted"] }),
      record({ ...gone }),
      record({ email: "d@x.example", gate: "suppliers" }),
    ];
    const found = await previewOf(loadPolicyFolder(join(packageRoot, "policy")), { gate: undefined, from: at }, live(records));
    expect(found).toMatchObject({ from: at, oldest: at, read: 5, replayed: 4, unchanged: 1, accountsUnasked: 1 });
    expect(found.groups.map(({ people, ...group }) => ({ ...group, people: people.length }))).toEqual([
      {
        kind: "now refused",
        step: "after-sign-in",
        was: letIn,
        now: { verdict: "block", reasons: ["access-list.unlisted"] },
        count: 2,
        people: 2,
      },
      { kind: "cannot tell", step: "before-sending-token", was: letIn, count: 1, people: 1 },
    ]);
  });

  it("cannot tell of somebody whom the list now lets in if a rule that is not replayed may stop them", async () => {
    const unlisted = { rule: "access-list", reasons: ["access-list.unlisted"] } as const;
    const stopped = { verdict: "block", ...unlisted, trace: [{ ...unlisted, said: "block" }] } as const;
    const records = [
      record({ email: "a@x.example", ...stopped }),
      record({ email: "a@x.example", ...stopped, step: "before-create-user" }),
    ];
    const list = [{ entry: "x.example", effect: "allow" }];
    const found = await previewOf(loadPolicyFolder(join(packageRoot, "policy")), { gate: undefined, from: at }, live(records, list));
    expect(found.groups.map(({ kind, step, now, rules }) => [kind, step, now, rules])).toEqual([
      ["now let in", "after-sign-in", { ...letIn, evidence: { entry: "x.example", level: "domain" } }, undefined],
      ["cannot tell", "before-create-user", undefined, ["validate"]],
    ]);
  });
});

describe("recordedPerson", () => {
  it.each([
    [
      { issuers: ["entra"], source: "b2b" },
      { tenant: "workforce", issuer: "entra" },
    ],
    [
      { issuers: ["google.com"], source: "b2c", gate: "suppliers" },
      { tenant: "b2c", issuer: "google.com", gate: "suppliers" },
    ],
    [
      { issuers: ["mail"], source: "external-tenant", ipAddress: "192.0.2.1" },
      { tenant: "external-tenant", issuer: "mail" },
    ],
    [
      { issuers: ["saml.example"], source: "external-tenant" },
      { tenant: "external-tenant", issuer: "google.com" },
    ],
  ] as const)("makes of %j somebody who can sign up: %j", (given, { issuer, ...expected }) => {
    const found = recordedPerson(record({ email: "kim@x.example", ...(given as Partial<DecisionRecord>) }));
    expect(found).toMatchObject({ ...expected, person: { email: "kim@x.example", issuer } });
  });

  it("makes nobody of a call that could not be read", () => expect(recordedPerson(record({}))).toBeUndefined());
});
