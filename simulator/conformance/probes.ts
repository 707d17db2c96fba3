import type { Step } from "../../engine/sign-up/sign-up";
import type { HttpCall } from "../client/call";
import { type Person, readPersonFile } from "../client/person";
import { type RequestClaims, requestClaims } from "../client/request";
import { basicAuthorization, jsonCall } from "../client/visit";
import type { Values } from "../contract/attributes";
import { type ContractRule, contract } from "../contract/contract";
import { sampleDefects } from "../contract/sample-defects";
import { credentialRules, oddRequestRules } from "./probe-rules";

/** The endpoint that is probed, as one step's. */
export interface ProbeTarget {
  readonly url: string;
  readonly step: Step;
  readonly username: string;
  readonly password: string;
  /** Whom the probes claim to sign up. */
  readonly email: string;
}

/** One request to an endpoint, and the rules that its answer is held against. */
export interface Probe {
  readonly id: string;
  /** What is special about the request. */
  readonly says: string;
  readonly rules: readonly ContractRule[];
  /** Which sample breaks a rule under this very request: rule id -> defect. */
  readonly defects?: Readonly<Record<string, string>>;
  call(target: ProbeTarget): HttpCall;
}

/** The request that all others are variations of. */
export const GOOD_REQUEST = "good-request";

const BIG_CHARACTERS = 1_024 * 1_024;
const NESTING = 2_000;

export const probes: readonly Probe[] = [
  asEntra(GOOD_REQUEST, "a person who signed in with Google", (claims) => claims),
  asEntra("entra-account", "no identities, as for Entra and Microsoft accounts", ({ identities: _, ...claims }) => claims, firstIdentity()),
  asEntra("empty-identities", "an empty list of identities", (claims) => ({ ...claims, identities: [] }), firstIdentity()),
  asEntra("unknown-issuer", "an identity provider the endpoint cannot know", (claims) => ({
    ...claims,
    identities: [{ signInType: "federated", issuer: "login.example", issuerAssignedId: "1" }],
  })),
  asEntra("short-issuer", "the provider spelled google, as some documents do", (claims) => ({
    ...claims,
    identities: [{ signInType: "federated", issuer: "google", issuerAssignedId: "110248495921238986420" }],
  })),
  asEntra("email-alone", "no claim but the e-mail address", ({ email }) => ({ email })),
  asEntra("no-email", "no e-mail address", ({ email: _, ...claims }) => claims),
  asEntra("nulls", "null and empty texts for what has no value", (claims) => ({ ...claims, displayName: null, jobTitle: "", city: null })),
  asEntra("unicode", "names in Hangul, with an emoji, a right-to-left mark and quotes", (claims) => ({
    ...claims,
    displayName: "박지우 \u{1F642}",
    city: '\u200Fתל אביב "x"',
  })),
  asEntra("several-locales", "more than one language", (claims) => ({ ...claims, ui_locales: "ko-KR, en;q=0.5 xx-KLINGON" })),
  asEntra("odd-locale", "a language that is none", (claims) => ({ ...claims, ui_locales: ",,; *" })),
  asEntra("unknown-claims", "claims that nobody announced", (claims) => ({ ...claims, step: "x", future: { a: [1, null] } })),
  odd("malformed-json", "a body cut in half", [oddRequestRules.refuses], (body) => body.slice(0, body.length / 2)),
  odd("not-an-object", "a list where an object belongs", [oddRequestRules.refuses], () => "[]"),
  odd("no-body", "nothing in the body", [oddRequestRules.refuses], () => ""),
  odd("nested", `${NESTING} lists in each other`, [], (body) => withClaim(body, "future", `${"[".repeat(NESTING)}${"]".repeat(NESTING)}`)),
  odd("big-body", "a claim of a million characters", [], (body) => withClaim(body, "future", JSON.stringify("a".repeat(BIG_CHARACTERS)))),
  {
    id: "content-type",
    says: "JSON that says it is plain text",
    rules: [oddRequestRules.survives],
    call: (target) => withHeaders(goodCall(target), { "content-type": "text/plain" }),
  },
  {
    id: "get",
    says: "GET instead of POST",
    rules: [oddRequestRules.survives, oddRequestRules.refuses],
    call: ({ url, ...caller }) => ({ url, method: "GET", headers: { authorization: basicAuthorization(caller) } }),
  },
  asStranger("no-credentials", "no credentials", () => undefined),
  asStranger("wrong-password", "a wrong password", ({ username }) => basicAuthorization({ username, password: "not the password" })),
  asStranger("wrong-username", "a wrong user name", ({ password }) => basicAuthorization({ username: "nobody", password })),
  asStranger(
    "longer-password",
    "the password with a colon and more behind it",
    ({ username, password }) => basicAuthorization({ username, password: `${password}:x` }),
    {
      "credentials.refused": sampleDefects.colon,
    },
  ),
  asStranger("bearer", "a bearer token", () => "Bearer abc"),
  asStranger("broken-header", "a header that is no base64", () => "Basic %%%"),
];

/** What Entra sends in a normal case. */
function goodClaims({ step, email }: ProbeTarget): RequestClaims {
  const person: Person = readPersonFile({ identityProvider: "google.com", accountId: "110248495921238986420", email, locales: "en-US" });
  const names: Values = { displayName: "Mina Kang", givenName: "Mina", surname: "Kang" };
  const form: Values = {
    jobTitle: "Procurement Lead",
    streetAddress: "418 Alder Street",
    city: "Portland",
    postalCode: "97205",
    country: "United States",
  };
  return requestClaims(step, person, step === "after-sign-in" ? names : { ...names, ...form });
}

function goodCall(target: ProbeTarget): HttpCall {
  return jsonCall(target.url, target, JSON.stringify(goodClaims(target)));
}

/** A request that Entra may send: the answer has to be within the contract. */
function asEntra(id: string, says: string, change: (claims: RequestClaims) => RequestClaims, defects: Probe["defects"] = {}): Probe {
  return { id, says, rules: contract, defects, call: (target) => jsonCall(target.url, target, JSON.stringify(change(goodClaims(target)))) };
}

/** A body that Entra never sends. */
function odd(id: string, says: string, rules: readonly ContractRule[], change: (body: string) => string): Probe {
  return {
    id,
    says,
    rules: [oddRequestRules.survives, ...rules],
    call: (target) => jsonCall(target.url, target, change(JSON.stringify(goodClaims(target)))),
  };
}

/** A caller that is not Entra. */
function asStranger(
  id: string,
  says: string,
  authorization: (target: ProbeTarget) => string | undefined,
  defects: Probe["defects"] = {},
): Probe {
  return {
    id,
    says,
    rules: credentialRules,
    defects,
    call: (target) => withHeaders(goodCall(target), { authorization: authorization(target) }),
  };
}

function withHeaders(call: HttpCall, headers: Readonly<Record<string, string | undefined>>): HttpCall {
  const all = { ...call.headers, ...headers };
  return { ...call, headers: Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)) };
}

/** @param json as it shall stand in the body */
function withClaim(body: string, name: string, json: string): string {
  return `${body.slice(0, -1)},${JSON.stringify(name)}:${json}}`;
}

function firstIdentity(): Probe["defects"] {
  return { status: sampleDefects.firstIdentity };
}
