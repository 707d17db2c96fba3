import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { apiConnector } from "../../engine/protocols/api-connector";
import { CUSTOM_LENGTH } from "../../engine/protocols/attributes";
import { MAX_BODY_BYTES } from "../../engine/sign-up/attributes";
import { callIds } from "../../engine/sign-up/call";
import { LONGEST_DEADLINE } from "../../engine/sign-up/duration-options";
import { MAX_DOMAIN_LABELS } from "../../engine/sign-up/email";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { CHANGE_SET_DAYS } from "../../features/access-list/change-set";
import { classNames } from "../../features/access-list/entry";
import { candidates } from "../../features/access-list/match";
import { PROPOSAL_DAYS } from "../../features/access-list/proposal";
import { KEPT_MS } from "../../features/approvals/transitions";
import { EXTENSION_ANSWER_MS } from "../../features/external-tenant/extension-caller";
import { packageRoot } from "../../lib/app-root";
import { SLOW_MS } from "../../lib/sign-up/sign-up-calls";

const page = (name: string) => readFileSync(join(packageRoot, "docs", name), "utf8");

/** The number that a sentence of a page states. */
function stated(name: string, sentence: RegExp): number {
  const [, number] = sentence.exec(page(name)) ?? [];
  return Number(number);
}

function keysOf(body: object): number | undefined {
  const parsed = apiConnector.parse({ contentType: "application/json", body: JSON.stringify(body) }, "before-create-user");
  return parsed.ok ? candidates(parsed.received, classNames).length : undefined;
}

describe("docs/benchmarks.md", () => {
  const most = stated("benchmarks.md", /at most (\d+) in the access list/);
  const labels = (count: number) => Array.from({ length: count }, (_, index) => `d${index}`).join(".");
  const identity = (issuer: string, id: number) => ({ signInType: "federated", issuer, issuerAssignedId: String(id) });
  // Google and Facebook have two spellings each.
  const issuers = ["google.com", "facebook.com", ...Array.from({ length: 6 }, (_, index) => `idp${index}.example`)];

  it("states the largest number of list keys for one person", () => {
    expect(keysOf({ email: `kim+tag@${labels(MAX_DOMAIN_LABELS)}`, identities: issuers.map(identity) })).toBe(most);
  });

  it("states a maximum of list keys that no person exceeds", () => {
    expect(keysOf({ email: "kim@contoso.com", identities: [...issuers, "one.more.example"].map(identity) })).toBeUndefined();
    expect(keysOf({ email: `kim@${labels(MAX_DOMAIN_LABELS + 1)}`, identities: [] })).toBeUndefined();
    const anyone = fc.record({
      email: fc
        .tuple(
          fc.constantFrom("kim", "kim+tag", "k.i.m"),
          fc.oneof(fc.constant("gmail.com"), fc.integer({ min: 2, max: MAX_DOMAIN_LABELS }).map(labels)),
        )
        .map(([local, domain]) => `${local}@${domain}`),
      identities: fc.array(fc.record({ issuer: fc.constantFrom(...issuers, "google", "mail"), id: fc.nat(20) }), {
        maxLength: 8,
        size: "max",
      }),
    });
    fc.assert(
      fc.property(anyone, ({ email, identities }) => {
        expect(keysOf({ email, identities: identities.map(({ issuer, id }) => identity(issuer, id)) })).toBeLessThanOrEqual(most);
      }),
    );
  });

  it("states the number of keys in a repeated call's record", () => {
    expect(page("benchmarks.md")).toContain("in the access list, two more for the record of a repeated call, one for the gate");
    expect(callIds("fingerprint", new Date(0), (text) => text)).toHaveLength(2);
  });
});

it.each([
  { what: "the body's size", sentence: /^- body: (\d+) KiB/m, value: MAX_BODY_BYTES / 1_024 },
  { what: "labels of a domain", sentence: /(\d+) labels in the domain/, value: MAX_DOMAIN_LABELS },
  { what: "the longest deadline", sentence: /`deadline` up to (\d+) s/, value: Number.parseInt(LONGEST_DEADLINE, 10) },
  { what: "an external tenant's time", sentence: /([\d.]+) s in an external tenant/, value: EXTENSION_ANSWER_MS / 1_000 },
  { what: "characters of a custom attribute", sentence: /100 a user, (\d+) characters each/, value: CUSTOM_LENGTH },
  { what: "days of change sets", sentence: /change sets of the access list: (\d+) days/, value: CHANGE_SET_DAYS },
  { what: "days of proposals", sentence: /proposals that nobody confirmed: (\d+) days/, value: PROPOSAL_DAYS },
  { what: "days of decided requests", sentence: /decided requests for approval: (\d+) days/, value: KEPT_MS / MS_PER_DAY },
])("docs/limits.md states $what", ({ sentence, value }) => expect(stated("limits.md", sentence)).toBe(value));

it("docs/runbook.md states when the alarm slow-answers rings", () =>
  expect(stated("runbook.md", /One of twenty answers took more than (\d+) seconds/) * 1_000).toBe(SLOW_MS));

it("docs/runbook.md names the alarm that cannot detect anything if counts are late", () =>
  expect(page("runbook.md")).toMatch(/decision-counter`: .*\[unusual-sign-ups\]\(#unusual-sign-ups\) cannot see/));
