import { buildIdentityPath, buildMailPath } from "../../../../adapters/graph/users";
import { externalTenantAttributes } from "../../../../engine/protocols/attributes";
import { type Applicant, buildProfile, foreseenRefusal, graphIdentities, isSocial } from "../../../../features/approvals/client/bodies";

const applicant = (attributes: Applicant["attributes"]): Applicant => ({
  id: "Zm9vYmFyYmF6cXV4Zm9vYg",
  email: "a@example.com",
  identities: [],
  attributes,
});

describe("the profile of an account", () => {
  const app = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
  const other = `extension_${"1".repeat(32)}_Tier`;

  it.each([
    { told: app, profile: { [`extension_${app}_Desk`]: 7, [other]: "gold" } },
    { told: undefined, profile: { extension_Desk: 7, [other]: "gold" } },
  ])("puts the app's id into the names of attributes that only the policy sets: app $told", ({ told, profile }) => {
    expect(buildProfile(applicant({ extension_Desk: 7, [other]: "gold" }), told)).toEqual(profile);
  });

  it.each([
    {
      given: "protocol claims",
      attributes: { ui_locales: "en-US", email: "a@example.com", step: "PostAttributeCollection", client_id: "1", city: "Seoul" },
      profile: { city: "Seoul" },
    },
    ...externalTenantAttributes.map((name) => ({ given: name, attributes: { [name]: "Fabrikam" }, profile: { [name]: "Fabrikam" } })),
    { given: "lastName", attributes: { lastName: "Kang" }, profile: { surname: "Kang" } },
    { given: "lastName beside surname", attributes: { lastName: "Kang", surname: "Kim" }, profile: { surname: "Kim" } },
    { given: "lastName beside an empty surname", attributes: { lastName: "Kang", surname: "" }, profile: { surname: "Kang" } },
    {
      given: "nothing",
      attributes: { displayName: "", city: null, state: undefined, extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_A: null },
      profile: {},
    },
    {
      given: "false and zero",
      attributes: { extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_News: false, extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Seats: 0 },
      profile: { extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_News: false, extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Seats: 0 },
    },
    { given: "a number in a built-in attribute as text", attributes: { postalCode: 98052 }, profile: { postalCode: "98052" } },
    {
      given: "what would make it another account",
      attributes: {
        userType: "Member",
        userPrincipalName: "admin@contoso.com",
        accountEnabled: false,
        mail: "b@example.com",
        passwordProfile: { password: "x" },
        identities: [],
      },
      profile: {},
    },
  ])("contains only what may be written, under Graph's names: $given", ({ attributes, profile }) =>
    expect(buildProfile(applicant(attributes))).toEqual(profile),
  );
});

describe("an identity", () => {
  it("is sent complete, with the provider in Graph's spelling", () => {
    expect(graphIdentities([{ issuer: "google", issuerAssignedId: "1" }])).toEqual([
      { signInType: "federated", issuer: "google.com", issuerAssignedId: "1" },
    ]);
  });

  it.each([
    { given: "none", identities: [] },
    { given: "one without the provider's id", identities: [{ issuer: "google.com" }] },
    { given: "a second without it", identities: [{ issuer: "google.com", issuerAssignedId: "1" }, { issuer: "mail" }] },
  ])("is not made up for a sign-up whose identities are missing or incomplete: $given", ({ identities }) =>
    expect(graphIdentities(identities)).toBeUndefined(),
  );

  it.each([
    { given: "none: an invitation", identities: [], refusal: undefined },
    { given: "one of Google", identities: [{ issuer: "Google", issuerAssignedId: "1" }], refusal: undefined },
    { given: "one without the provider's id", identities: [{ issuer: "google.com" }], refusal: "identity-incomplete" },
    { given: "one of another provider", identities: [{ issuer: "okta.example", issuerAssignedId: "1" }], refusal: "issuer-not-supported" },
  ])("is predicted to be refused or accepted: $given", ({ identities, refusal }) => expect(foreseenRefusal(identities)).toBe(refusal));

  it.each([
    { issuer: "google", social: true },
    { issuer: "google.com", social: true },
    { issuer: "facebook", social: true },
    { issuer: "facebook.com", social: true },
    { issuer: "mail", social: true },
    { issuer: "Mail", social: true },
    { issuer: "apple.com", social: false },
    { issuer: "google.com.evil.example", social: false },
    { issuer: "notgoogle.com", social: false },
    { issuer: "", social: false },
  ])("counts as social if its issuer is $issuer: $social", ({ issuer, social }) => expect(isSocial(issuer)).toBe(social));
});

describe("a search filter for Graph", () => {
  const filterOf = (path: string) => new URL(path, "https://graph.microsoft.com").searchParams.get("$filter");

  it("doubles quotes, so that no value leaves its literal", () => {
    const identity = { signInType: "federated", issuer: "mail", issuerAssignedId: "o'brien+a&b#c@example.com' or 1 eq 1" };
    expect(filterOf(buildIdentityPath(identity))).toBe(
      "identities/any(c:c/issuerAssignedId eq 'o''brien+a&b#c@example.com'' or 1 eq 1' and c/issuer eq 'mail')",
    );
    expect(filterOf(buildMailPath("o'brien+a&b@example.com"))).toBe("mail eq 'o''brien+a&b@example.com'");
  });
});
