import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { classNames } from "../../engine/access-list/entry";
import { candidates } from "../../engine/access-list/match";
import { apiConnector } from "../../engine/protocols/api-connector";
import { callIds } from "../../engine/sign-up/call";
import { MAX_DOMAIN_LABELS } from "../../engine/sign-up/email";
import { packageRoot } from "../../lib/package-root";

const page = (name: string) => readFileSync(join(packageRoot, "docs", name), "utf8");

/** The number that a sentence of a page states. */
function stated(name: string, sentence: RegExp): number {
  const [, number] = sentence.exec(page(name)) ?? [];
  return Number(number);
}

function keysOf(body: object): number | undefined {
  const parsed = apiConnector.parse({ contentType: "application/json", body: JSON.stringify(body) }, "before-create-user");
  return parsed.ok ? candidates(parsed.signUp, classNames).length : undefined;
}

describe("docs/scale.md", () => {
  const most = stated("scale.md", /at most (\d+) in the access list/);
  const labels = (count: number) => Array.from({ length: count }, (_, index) => `d${index}`).join(".");
  const identity = (issuer: string, id: number) => ({ signInType: "federated", issuer, issuerAssignedId: String(id) });
  // Google and Facebook have two spellings each.
  const issuers = ["google.com", "facebook.com", ...Array.from({ length: 6 }, (_, index) => `idp${index}.example`)];

  it("states the most keys that one person has in the list", () => {
    expect(keysOf({ email: `kim+tag@${labels(MAX_DOMAIN_LABELS)}`, identities: issuers.map(identity) })).toBe(most);
  });

  it("states a number that nobody exceeds", () => {
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

  it("states the keys of a repeated call's record", () => {
    expect(page("scale.md")).toContain("and two more for the record of a repeated call");
    expect(callIds("fingerprint", new Date(0), (text) => text)).toHaveLength(2);
  });
});
