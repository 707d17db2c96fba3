import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import type { ReadAnswer } from "./answer";

/**
 * Milliseconds that each kind of tenant waits before it calls a second time. Sources: "Add an API connector to a user flow"; "Add API
 * connectors to Azure AD B2C user flows", on timeouts; "Custom authentication extensions", service limits.
 */
export const patienceMs: Readonly<Record<TenantKind, number>> = { workforce: 20_000, b2c: 5_000, "external-tenant": 2_000 };

/** The fault in an answer that breaks a rule. */
export interface ContractFinding {
  readonly found: string;
}

/** The parts of a request that rules about the answer need. */
export interface AskedStep {
  readonly tenant: TenantKind;
  readonly step: Step;
  /** The request's body; absent if it was not an object. */
  readonly request?: Readonly<Record<string, unknown>>;
}

/** One rule about answers. */
export interface ContractRule {
  readonly id: string;
  /** The rule, as a sentence about a good answer. */
  readonly says: string;
  /** The rule's documentation, or "good practice" without one. */
  readonly source: string;
  /** True if Entra, as far as is known, continues although the answer breaks the rule. */
  readonly tolerated?: boolean;
  /** Returns false if the rule does not apply to this answer. */
  applies(answer: ReadAnswer, askedStep: AskedStep): boolean;
  /** Returns what is wrong with the answer; undefined if the answer keeps the rule. */
  breach(answer: ReadAnswer, askedStep: AskedStep): ContractFinding | undefined;
}

/** Builds a rule. @param find returns what is wrong, in words; undefined if the rule holds */
export function contractRule(
  id: string,
  says: string,
  source: string,
  applies: ContractRule["applies"],
  find: (answer: ReadAnswer, askedStep: AskedStep) => string | undefined,
): ContractRule {
  return {
    ...{ id, says, source, applies },
    breach(answer, askedStep) {
      const fault = find(answer, askedStep);
      return fault === undefined ? undefined : { found: fault };
    },
  };
}

/** Builds a rule that Entra does not enforce, as far as is known. */
export function tolerantRule(...parts: Parameters<typeof contractRule>): ContractRule {
  return { ...contractRule(...parts), tolerated: true };
}

/** Returns a function that finds any HTTP status other than the good ones. */
export function wrongStatus(...good: readonly number[]) {
  return ({ status }: ReadAnswer) => (good.includes(status) ? undefined : `status ${status}`);
}

/**
 * Returns a function that finds any HTTP status other than the good ones. If the status is 401 or 403, the finding says that the
 * credentials are not accepted.
 * @param refusal the start of a sentence about the credentials: "the token is"
 */
export function otherStatusOrRefused(refusal: string, ...good: readonly number[]) {
  return (answer: ReadAnswer) => {
    const fault = wrongStatus(...good)(answer);
    return fault && [401, 403].includes(answer.status) ? `${fault}: ${refusal} not accepted` : fault;
  };
}

/**
 * Returns the rules about any answer in JSON.
 * @param isAnswer false if the answer's status alone breaks a rule, so that these rules do not apply
 */
export function jsonRules(source: string, isAnswer: ContractRule["applies"]): readonly ContractRule[] {
  return [
    contractRule("content-type", "Content-Type is application/json", source, isAnswer, ({ contentType = "" }) => {
      if (/^application\/json\s*(;|$)/i.test(contentType)) return undefined;
      return contentType === "" ? "no Content-Type" : `Content-Type ${contentType}`;
    }),
    contractRule("body", "the body is one JSON object in UTF-8", source, isAnswer, ({ json, unreadable, body }) =>
      json === undefined ? (unreadable ?? (body === "" ? "no body" : "no JSON object")) : undefined,
    ),
  ];
}

const MAX_SHOWN = 60;

/** Shortens a value for a sentence. */
export function shortenValue(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
