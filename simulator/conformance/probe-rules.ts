import { letsThrough } from "../contract/contract";
import type { ContractRule } from "../contract/rule";
import { sampleDefects } from "../contract/sample-defects";

const SECURITY = "Secure your API connectors, HTTP basic authentication";

/** To requests that Entra never sends. */
export const oddRequestRules = {
  survives: {
    id: "odd.survives",
    says: "an odd request gets an answer below status 500",
    source: "good practice",
    applies: () => true,
    breach: ({ status }) => (status < 500 ? undefined : { found: `status ${status}` }),
  },
  refuses: {
    id: "odd.refuses",
    says: "what cannot be read is not let through",
    source: "good practice",
    applies: () => true,
    breach: (answer, asked) => (letsThrough(answer, asked) ? { found: "the person is let through" } : undefined),
  },
} as const satisfies Record<string, ContractRule>;

/** To callers that are not Entra, at an API connector. */
export const credentialRules: readonly ContractRule[] = [
  {
    id: "credentials.refused",
    says: "wrong or missing credentials get status 401",
    source: SECURITY,
    applies: () => true,
    breach: ({ status }) => (status === 401 ? undefined : { found: `status ${status}` }),
  },
  {
    id: "credentials.challenge",
    says: "401 comes with WWW-Authenticate",
    source: "RFC 9110 §11.6.1; RFC 7617",
    applies: ({ status }) => status === 401,
    breach: ({ challenge }) => (challenge ? undefined : { found: "no WWW-Authenticate", defect: sampleDefects.noChallenge }),
  },
];

/** To callers that are not Entra, at an extension. */
export const tokenRules: readonly ContractRule[] = [
  {
    id: "token.refused",
    says: "whatever is no token of Entra's own for this API gets status 401",
    source: "Custom authentication extensions, protect your REST API",
    applies: () => true,
    breach: ({ status }) => (status === 401 ? undefined : { found: `status ${status}` }),
  },
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
