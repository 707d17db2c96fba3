import { describedAccountId, signUpOfPerson } from "../../../engine/protocols/described-person";

describe("a person as an operator describes them", () => {
  it.each([
    { issuer: undefined, id: undefined, identities: [] },
    { issuer: "Google", id: undefined, identities: [{ issuer: "google.com", signInType: "federated" }] },
    { issuer: "google.com", id: "1184", identities: [{ issuer: "google.com", issuerAssignedId: "1184", signInType: "federated" }] },
  ])("signs up with $issuer and $id", ({ issuer, id, identities }) =>
    expect(signUpOfPerson({ email: " Kim@Contoso.com ", issuer, id })).toEqual({
      ok: true,
      signUp: { step: "before-create-user", email: "kim@contoso.com", identities, attributes: {}, locales: [], source: "b2b" },
    }),
  );

  it("is told what Entra's request would be told", () =>
    expect(signUpOfPerson({ email: "kim", issuer: undefined, id: undefined })).toMatchObject({ ok: false, reason: "request.email" }));
});

it.each([
  { issuer: "mail", id: undefined, account: "kim@contoso.com" },
  { issuer: "mail", id: "lee@contoso.com", account: "lee@contoso.com" },
  { issuer: "google.com", id: undefined, account: undefined },
])("knows who signs in with $issuer by $account", ({ issuer, id, account }) => {
  expect(describedAccountId({ email: "kim@contoso.com", issuer, id })).toBe(account);
});
