import type { Step } from "../../engine/sign-up/sign-up";
import type { TenantKind } from "../../engine/tenant-kinds";
import type { ReadAnswer } from "./answer";

/**
 * How long each waits for an answer before it asks once more, in milliseconds. Sources: "Add an API connector to a user flow";
 * "Add API connectors to Azure AD B2C user flows", on timeouts; "Custom authentication extensions", service limits.
 */
export const patienceMs: Readonly<Record<TenantKind, number>> = { workforce: 20_000, b2c: 5_000, "external-tenant": 2_000 };

/** Where an answer breaks a rule. */
export interface ContractFinding {
  readonly found: string;
  /** The sample that has the same defect. */
  readonly defect?: string;
}

/** The parts of a request on which rules about the answer depend. */
export interface AskedStep {
  readonly tenant: TenantKind;
  readonly step: Step;
  /** The request's body; absent where it was none. */
  readonly request?: Readonly<Record<string, unknown>>;
}

/** One rule about answers. */
export interface ContractRule {
  readonly id: string;
  /** The rule, as a sentence about a good answer. */
  readonly says: string;
  /** Where it is documented; "good practice" where it is not. */
  readonly source: string;
  /** Entra goes on all the same, as far as is known. */
  readonly tolerated?: boolean;
  /** False if the rule has nothing to say about this answer. */
  applies(answer: ReadAnswer, asked: AskedStep): boolean;
  /** Undefined if the rule holds. */
  breach(answer: ReadAnswer, asked: AskedStep): ContractFinding | undefined;
}

/** Rules about any answer that is JSON at all. @param isAnswer false where the status already says that it is none */
export function jsonRules(source: string, isAnswer: ContractRule["applies"]): readonly ContractRule[] {
  return [
    {
      id: "content-type",
      says: "Content-Type is application/json",
      source,
      applies: isAnswer,
      breach: ({ contentType }) =>
        /^application\/json\s*(;|$)/i.test(contentType ?? "")
          ? undefined
          : { found: contentType ? `Content-Type ${contentType}` : "no Content-Type" },
    },
    {
      id: "body",
      says: "the body is one JSON object in UTF-8",
      source,
      applies: isAnswer,
      breach: ({ json, unreadable, body }) => {
        if (json !== undefined) return undefined;
        return { found: unreadable ?? (body === "" ? "no body" : "no JSON object") };
      },
    },
  ];
}

const MAX_SHOWN = 60;

/** A value in a sentence, cut to what one can read. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** Defects of the documentation's own samples. An endpoint with one was probably copied from there. */
export const sampleDefects = {
  allow: "approval sample: the status check answers with the action Allow, which the contract does not know",
  bareSuccess: "identity verification samples: a success without version and action",
  bareRefusal: "validation sample: a bare 400 for a request it cannot use, without action and userMessage",
  firstIdentity: "approval sample: takes the first of the identities, and throws if there is none",
  invalidAs200: "approval sample: ValidationError with HTTP status 200",
  invalidTooEarly: "approval and validation samples: ValidationError after sign-in, where there is no page to return to",
  blockAs400: "approval sample: a refusal that says status 400",
  nulls: "approval sample: null for attributes without a value",
  noChallenge: "approval sample: 401 without the header WWW-Authenticate",
  colon: "validation sample: splits user name and password at every colon",
  firstAt: "validation samples: the domain is what follows the first @, so kim@contoso.com@example.org counts as contoso.com",
  slow: "identity verification samples: no time-out of their own when they ask a vendor",
  repeat: "approval and identity verification samples: a repeated call is handled as a new one",
  capital: "attribute collection samples: ShowValidationError with a capital letter",
  extensionAs400: "extensions made from API connectors: a validation error with HTTP status 400",
  anyParty: "samples that check the audience alone: any application of the tenant may call",
  anyTenant: "attribute collection samples: the tenant in the body is not compared with the token's",
} as const;
