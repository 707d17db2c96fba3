import { basicAuthorization } from "../client/authorization";
import { type Person, readPersonFile } from "../client/person";
import { connectorRequest, type RequestClaims, TENANT_DOMAIN } from "../client/request";
import { jsonCall } from "../client/visit";
import type { Values } from "../contract/attributes";
import {
  type ConnectorTarget,
  credentialRules,
  GOOD_REQUEST,
  oddBodyProbes,
  oddHttpProbes,
  oddRequestRules,
  type Probe,
  withHeaders,
} from "./probe";

export function connectorProbes(target: ConnectorTarget): readonly Probe[] {
  const claims = goodClaims(target);
  const good = JSON.stringify(claims);
  const send = (body: string) => jsonCall(target.url, basicAuthorization(target), body);
  const asEntra = (id: string, says: string, change: (claims: RequestClaims) => RequestClaims): Probe => ({
    id,
    says,
    call: () => send(JSON.stringify(change(claims))),
  });
  return [
    asEntra(GOOD_REQUEST, "a person who signed in with Google", (goodRequest) => goodRequest),
    ...personProbes(asEntra, target.email),
    ...(target.tenant === "b2c" ? b2cProbes(target, asEntra) : []),
    // The next probe is left out at before-sending-token, because no answer blocks a person there. Even if the address is invalid, the
    // endpoint may add claims that do not depend on the person.
    ...(target.step === "before-sending-token" ? [] : [twoAtsProbe(target, asEntra)]),
    ...oddBodyProbes(good, send),
    ...oddHttpProbes(send(good)),
    ...strangerProbes(target, good),
  ];
}

type AsEntra = (id: string, says: string, change: (claims: RequestClaims) => RequestClaims) => Probe;

const having = (more: object) => (claims: RequestClaims) => ({ ...claims, ...more });
const identity = (signInType: string, issuer: string, issuerAssignedId: string) => ({
  identities: [{ signInType, issuer, issuerAssignedId }],
});
const unicode = { displayName: "박지우 \u{1F642}", city: '\u200Fתל אביב "x"' };

/**
 * @param email the person's address. In a request without an address, it is the account's id, so that the endpoint still recognizes a drill
 */
function personProbes(asEntra: AsEntra, email: string): readonly Probe[] {
  return [
    asEntra("entra-account", "no identities, as for Entra and Microsoft accounts", ({ identities: _, ...claims }) => claims),
    asEntra("empty-identities", "an empty list of identities", having({ identities: [] })),
    asEntra("unknown-issuer", "an identity provider the endpoint cannot know", having(identity("federated", "login.example", "1"))),
    asEntra("short-issuer", "the provider spelled google, as some documents do", (claims) => ({
      ...claims,
      identities: (claims.identities as readonly object[]).map((identity) => ({ ...identity, issuer: "google" })),
    })),
    asEntra("email-alone", "no claim but the e-mail address", ({ email, step, client_id }) => ({
      email,
      ...(step !== undefined && { step, client_id }),
    })),
    asEntra("no-email", "no e-mail address", ({ email: _, ...claims }) => ({
      ...claims,
      ...identity("federated", "login.example", email),
    })),
    asEntra("nulls", "null and empty texts for what has no value", having({ displayName: null, jobTitle: "", city: null })),
    asEntra("unicode", "names in Hangul, with an emoji, a right-to-left mark and quotes", having(unicode)),
    asEntra("several-locales", "more than one language", having({ ui_locales: "ko-KR, en;q=0.5 xx-KLINGON" })),
    asEntra("odd-locale", "a language that is none", having({ ui_locales: ",,; *" })),
    asEntra("unknown-claims", "claims that nobody announced", (claims) => ({ step: "x", ...claims, future: { a: [1, null] } })),
  ];
}

function b2cProbes({ step, email }: ConnectorTarget, asEntra: AsEntra): readonly Probe[] {
  const otherStep = step === "before-create-user" ? "PostFederationSignup" : "PostAttributeCollection";
  const elsewhere = asEntra("other-step", "a request of another step", having({ step: otherStep }));
  const renameStep = having({ step: "PreTokenApplicationClaims" });
  return [
    asEntra("local-account", "a local account by e-mail", having(identity("emailAddress", TENANT_DOMAIN, email))),
    asEntra("user-name", "a local account by user name, without an e-mail address", ({ email: _, ...claims }) => ({
      ...claims,
      ...identity("userName", TENANT_DOMAIN, email),
    })),
    asEntra("client-id-spelled", "clientId, as one documented request has it", ({ client_id, ...claims }) => ({
      ...claims,
      clientId: client_id,
    })),
    ...(step === "before-sending-token"
      ? [asEntra("step-spelled", "PreTokenApplicationClaims, the token step's other name", renameStep)]
      : []),
    { ...elsewhere, rules: [oddRequestRules.survives, oddRequestRules.refuses] },
  ];
}

/** An endpoint that checks only the first domain would admit anyone who owns the second. */
function twoAtsProbe({ email }: ConnectorTarget, asEntra: AsEntra): Probe {
  const probe = asEntra("two-ats", "an e-mail address with two @", (claims) => ({ ...claims, email: `${email}@other.example` }));
  return { ...probe, rules: [oddRequestRules.survives, oddRequestRules.refuses] };
}

function strangerProbes(target: ConnectorTarget, body: string): readonly Probe[] {
  const { username, password, url } = target;
  const good = jsonCall(url, basicAuthorization(target), body);
  const asStranger = (id: string, says: string, authorization: string | undefined): Probe => ({
    id,
    says,
    rules: credentialRules,
    call: () => withHeaders(good, { authorization }),
  });
  return [
    asStranger("no-credentials", "no credentials", undefined),
    asStranger("wrong-password", "a wrong password", basicAuthorization({ username, password: "not the password" })),
    asStranger("wrong-username", "a wrong user name", basicAuthorization({ username: "nobody", password })),
    asStranger(
      "longer-password",
      "the password with a colon and more behind it",
      basicAuthorization({ username, password: `${password}:x` }),
    ),
    asStranger("bearer", "a bearer token", "Bearer abc"),
    asStranger("broken-header", "a header that is no base64", "Basic %%%"),
  ];
}

function goodClaims({ tenant, step, email }: ConnectorTarget): RequestClaims {
  const person: Person = readPersonFile({ issuer: "google.com", email, locales: "en-US" });
  // At before-sending-token, the display name is the address, so that the endpoint recognizes a drill even in a request without an address.
  const displayName = step === "before-sending-token" ? email : "Mina Kang";
  const names: Values = { displayName, givenName: "Mina", surname: "Kang" };
  const form: Values = {
    jobTitle: "Procurement Lead",
    streetAddress: "418 Alder Street",
    city: "Portland",
    postalCode: "97205",
    country: "United States",
  };
  return connectorRequest(tenant, step, person, step === "after-sign-in" ? names : { ...names, ...form });
}
