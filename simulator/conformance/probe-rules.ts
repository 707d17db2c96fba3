import type { ContractRule } from "../contract/contract";
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
    breach: ({ json }) => (json?.action === "Continue" ? { found: "action is Continue" } : undefined),
  },
} as const satisfies Record<string, ContractRule>;

/** To callers that are not Entra. */
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

export const repeatRule = {
  id: "repeat",
  says: "a repeated call gets the same answer",
  source: "Add an API connector to a user flow, best practices: Entra repeats a call it thinks lost",
} as const;

export const tlsRule = {
  id: "tls",
  says: "TLS 1.2 is spoken, with a cipher that Entra has",
  source: "TLS and cipher suite requirements",
} as const;
