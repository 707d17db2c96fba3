import type { JWK } from "jose";
import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import type { BasicCredentials } from "../client/authorization";
import type { HttpCall } from "../client/call";
import { letsThrough } from "../contract/contract";
import { type ContractRule, contractRule, wrongStatus } from "../contract/rule";

const SECURITY = "Secure your API connectors, HTTP basic authentication";

const always = () => true;

/** Rules for answers to requests that Entra never sends. */
export const oddRequestRules = {
  survives: contractRule("odd.survives", "an odd request gets an answer below status 500", "good practice", always, ({ status }) =>
    status < 500 ? undefined : `status ${status}`,
  ),
  refuses: contractRule("odd.refuses", "what cannot be read is not let through", "good practice", always, (answer, askedStep) =>
    letsThrough(answer, askedStep) ? "the person is let through" : undefined,
  ),
};

/** Rules for an API connector's answers to callers other than Entra. */
export const credentialRules: readonly ContractRule[] = [
  contractRule("credentials.refused", "wrong or missing credentials get status 401", SECURITY, always, wrongStatus(401)),
  contractRule(
    "credentials.challenge",
    "401 comes with WWW-Authenticate",
    "RFC 9110 §11.6.1; RFC 7617",
    ({ status }) => status === 401,
    ({ challenge }) => (challenge ? undefined : "no WWW-Authenticate"),
  ),
];

/** Rules for an extension's answers to callers other than Entra. */
export const tokenRules: readonly ContractRule[] = [
  contractRule(
    "token.refused",
    "whatever is no token of Entra's own for this API gets status 401",
    "Custom authentication extensions, protect your REST API",
    always,
    wrongStatus(401),
  ),
];

const REPEATS = "Entra repeats a call it thinks lost";

export const repeatRule = {
  id: "repeat",
  says: "a repeated call gets the same answer",
  source: `Add an API connector to a user flow, best practices: ${REPEATS}`,
} as const;

export const inFlightRule = {
  id: "repeat.in-flight",
  says: "a call repeated while the first still runs gets the same verdict",
  source: `good practice: ${REPEATS}, and both do their work`,
} as const;

export const tlsRule = {
  id: "tls",
  says: "TLS 1.2 is spoken, with a cipher that Entra has",
  source: "TLS and cipher suite requirements",
} as const;

interface Endpoint {
  readonly url: string;
  readonly step: Step;
  /** The person in the probes' sign-ups. */
  readonly email: string;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

export interface ConnectorTarget extends Endpoint, BasicCredentials {
  readonly tenant: Exclude<TenantKind, "external-tenant">;
}

export interface ExtensionTarget extends Endpoint {
  readonly tenant: "external-tenant";
  readonly tenantId: string;
  /** A token that the endpoint accepts. */
  readonly token: string;
  /** The key that signs tokens for the endpoint. It is known only for a stand-in, because Entra's key is secret. */
  readonly signingKey?: JWK;
}

export type ProbeTarget = ConnectorTarget | ExtensionTarget;

export interface Skipped {
  readonly skipped: string;
}

export interface Probe {
  readonly id: string;
  /** Describes what is special about the request. */
  readonly says: string;
  /** Rules for the answer. If absent, the tenant's whole contract applies. */
  readonly rules?: readonly ContractRule[];
  call(): HttpCall | Skipped | Promise<HttpCall | Skipped>;
}

/** The id of the good request. All other requests are variations of it. */
export const GOOD_REQUEST = "good-request";

const BIG_CHARACTERS = 1_024 * 1_024;
const NESTING = 2_000;

/** Lists requests with bodies that Entra never sends. @param send builds a call with a body in place of the good one */
export function oddBodyProbes(good: string, send: (body: string) => HttpCall): readonly Probe[] {
  const odd = (id: string, says: string, body: string, rules: readonly ContractRule[] = []): Probe => ({
    id,
    says,
    rules: [oddRequestRules.survives, ...rules],
    call: () => send(body),
  });
  const { refuses } = oddRequestRules;
  return [
    odd("malformed-json", "a body cut in half", good.slice(0, good.length / 2), [refuses]),
    odd("not-an-object", "a list where an object belongs", "[]", [refuses]),
    odd("no-body", "nothing in the body", "", [refuses]),
    odd("nested", `${NESTING} lists in each other`, withMember(good, `${"[".repeat(NESTING)}${"]".repeat(NESTING)}`)),
    odd("big-body", "a claim of a million characters", withMember(good, JSON.stringify("a".repeat(BIG_CHARACTERS)))),
  ];
}

function withMember(body: string, json: string): string {
  return `${body.slice(0, -1)},"future":${json}}`;
}

export function oddHttpProbes(good: HttpCall): readonly Probe[] {
  const { body: _, ...bodiless } = good;
  return [
    {
      id: "content-type",
      says: "JSON that says it is plain text",
      rules: [oddRequestRules.survives],
      call: () => withHeaders(good, { "content-type": "text/plain" }),
    },
    {
      id: "get",
      says: "GET instead of POST",
      rules: [oddRequestRules.survives, oddRequestRules.refuses],
      call: () => withHeaders({ ...bodiless, method: "GET" }, { "content-type": undefined }),
    },
  ];
}

/** Changes a call's headers. @param headers a header that is undefined is removed */
export function withHeaders(call: HttpCall, headers: Readonly<Record<string, string | undefined>>): HttpCall {
  const all = { ...call.headers, ...headers };
  return { ...call, headers: Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)) };
}
