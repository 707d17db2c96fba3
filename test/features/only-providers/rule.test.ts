import { onlyProviders } from "../../../features/only-providers/rule";
import { refusal } from "../../engine/rules/refusal";
import { person } from "../../engine/sign-up/people";

const rule = onlyProviders([" Mail ", "google"]);
const ask = (...identities: { issuer: string; issuerAssignedId: string; signInType?: string }[]) =>
  rule.decide?.(person({ identities }), {} as never);
const by = (issuer: string) => ({ issuer, issuerAssignedId: "1184" });

describe("onlyProviders", () => {
  it.each([
    { given: "a one-time passcode", identities: [by("mail")] },
    { given: "a provider in its long spelling", identities: [by("google.com")] },
    { given: "two of the list", identities: [by("google.com"), by("mail")] },
    {
      given: "a local account with an address, to which a code was mailed",
      identities: [{ issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim@contoso.com", signInType: "emailAddress" }],
    },
  ])("admits people with $given", ({ identities }) => expect(ask(...identities)).toEqual({ kind: "continue" }));

  it.each([
    { given: "another provider", identities: [by("facebook.com")] },
    { given: "one of the list and another one", identities: [by("mail"), by("facebook.com")] },
    { given: "no identity: an Entra account", identities: [] },
    { given: "a provider that the request does not name", identities: [by("unknown")] },
    {
      given: "a local account with a name alone",
      identities: [{ issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim", signInType: "userName" }],
    },
  ])("blocks $given", ({ identities }) => expect(ask(...identities)).toEqual({ kind: "block", ...refusal("provider.not-allowed") }));

  it("accepts Entra and Microsoft accounts by name", () =>
    expect(onlyProviders(["entra"]).decide?.(person({ identities: [] }), {} as never)).toEqual({ kind: "continue" }));
});
