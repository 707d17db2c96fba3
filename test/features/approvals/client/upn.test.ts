import * as fc from "fast-check";
import { isTenantDomain } from "../../../../adapters/graph/users";
import { normaliseEmail } from "../../../../engine/sign-up/email";
import { keyedHash } from "../../../../engine/sign-up/person";
import { userPrincipalName } from "../../../../features/approvals/client/bodies";
import { requestId } from "../../../../features/approvals/request";
import { hashOf } from "../../../engine/sign-up/people";

const TENANT = "contoso.onmicrosoft.com";
const legal = /^[A-Za-z0-9'.\-_!#^~]{1,60}#EXT@contoso\.onmicrosoft\.com$/;

const applicant = (email: string, issuer = "google.com", by = hashOf) => ({
  email,
  id: requestId({ email, identities: [{ issuer, issuerAssignedId: "1" }] }, by),
});
const nameOf = (email: string) => userPrincipalName(applicant(email), TENANT);

describe("a user principal name", () => {
  it.each([
    { email: "mina.kang@example.com", name: "mina.kang_example.com#EXT@contoso.onmicrosoft.com" },
    { email: "o'brien@example.com", name: "o'brien_example.com#EXT@contoso.onmicrosoft.com" },
    { email: "a_b~c^d!e#f-g@example.com", name: "a_b~c^d!e#f-g_example.com#EXT@contoso.onmicrosoft.com" },
  ])("matches Microsoft's article for the address $email", ({ email, name }) => expect(nameOf(email)).toBe(name));

  it.each([
    { given: "a plus", email: "mina+shop@example.com", name: /^mina_shop_example\.com_[0-9a-f]{12}#EXT@/ },
    { given: "letters beyond ASCII", email: "김민아@example.com", name: /^____example\.com_[0-9a-f]{12}#EXT@/ },
    { given: "a slash", email: "a/b@example.com", name: /^a_b_example\.com_[0-9a-f]{12}#EXT@/ },
    { given: "more than fits", email: `${"a".repeat(60)}@example.com`, name: /^a{47}_[0-9a-f]{12}#EXT@/ },
  ])("ends in a part of the request's id if the address has $given", ({ email, name }) => {
    expect(nameOf(email)).toMatch(name);
    expect(nameOf(email)).toMatch(legal);
  });

  it("differs between people with the same address, in the same way each time", () => {
    const taken = (issuer: string) => userPrincipalName(applicant("a@example.com", issuer), TENANT, true);
    const one = taken("google.com");
    expect(one).not.toBe(taken("facebook.com"));
    expect(one).toBe(taken("google.com"));
    expect(one).toMatch(legal);
  });

  it("differs under another key, so that nobody without the key can check a guessed address", () => {
    const names = ["one key", "another key"].map((key) =>
      userPrincipalName(applicant("mina+shop@example.com", "google.com", keyedHash(key)), TENANT),
    );
    expect(new Set(names).size).toBe(2);
  });

  const local = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
  const near = fc.string({ unit: fc.constantFrom("a", "A", "_", "+", ".", "-", "#", "ü", "%"), minLength: 1, maxLength: 64 });
  const domain = fc.constantFrom("example.com", "b.example.com", "a-b.example", "example.com.ab", "müller.example");
  const email = fc
    .tuple(fc.oneof(local, near), domain)
    .map(([name, at]) => normaliseEmail(`${name}@${at}`))
    .filter((address) => address !== undefined);

  it("has only allowed characters and an allowed length, for any address", () => {
    fc.assert(fc.property(email, (address) => legal.test(nameOf(address))));
  });

  it("differs for different addresses, but not for different cases of one", () => {
    fc.assert(
      fc.property(email, email, (one, other) => {
        fc.pre(one !== other);
        return nameOf(one).toLowerCase() !== nameOf(other).toLowerCase();
      }),
    );
  });
});

describe("the domain of a tenant", () => {
  it.each([
    { domain: "contoso.onmicrosoft.com", is: true },
    { domain: "contoso.com", is: true },
    { domain: "contoso", is: false },
    { domain: "https://contoso.com", is: false },
    { domain: "", is: false },
    { domain: `${"a".repeat(45)}.com`, is: false },
  ])("$domain is valid: $is", ({ domain, is }) => expect(isTenantDomain(domain)).toBe(is));
});
