import { parseJsonObject } from "../../engine/json";
import type { Step, TenantKind } from "../../engine/sign-up/sign-up";

export interface HttpAnswer {
  readonly status: number;
  readonly contentType?: string;
  /** The header WWW-Authenticate. */
  readonly challenge?: string;
  /** API Gateway's id of the request. */
  readonly requestId?: string;
  readonly body: string;
  readonly unreadable?: "not UTF-8" | "too large";
}

/** An answer with its parsed body, `json`. It is absent if the body is not a JSON object, which the contract requires. */
export interface ReadAnswer extends HttpAnswer {
  readonly json?: JsonMembers;
}

export type JsonMembers = Readonly<Record<string, unknown>>;

export function membersIn(value: unknown): JsonMembers | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonMembers) : undefined;
}

export function readAnswer(answer: HttpAnswer): ReadAnswer {
  const json = answer.unreadable === undefined ? parseJsonObject(answer.body) : undefined;
  return { ...answer, json };
}

const notClaims = new Set(["version", "action", "status", "code", "userMessage"]);

export function claimsIn(json: JsonMembers): readonly (readonly [string, unknown])[] {
  return Object.entries(json).filter(([name]) => !notClaims.has(name));
}

/**
 * Milliseconds that each kind of tenant waits before it calls a second time. Sources: "Add an API connector to a user flow"; "Add API
 * connectors to Azure AD B2C user flows", on timeouts; "Custom authentication extensions", service limits.
 */
export const patienceMs: Readonly<Record<TenantKind, number>> = { workforce: 20_000, b2c: 5_000, "external-tenant": 2_000 };

export interface ContractFinding {
  readonly found: string;
}

export interface AskedStep {
  readonly tenant: TenantKind;
  readonly step: Step;
  /** The request's body; absent if it was not an object. */
  readonly request?: Readonly<Record<string, unknown>>;
}

export interface ContractRule {
  readonly id: string;
  /** The rule, as a sentence about a good answer. */
  readonly says: string;
  /** The rule's documentation, or "good practice" without one. */
  readonly source: string;
  /** True if Entra, as far as is known, continues although the answer breaks the rule. */
  readonly tolerated?: boolean;
  applies(answer: ReadAnswer, askedStep: AskedStep): boolean;
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

export function wrongStatus(...good: readonly number[]) {
  return ({ status }: ReadAnswer) => (good.includes(status) ? undefined : `status ${status}`);
}

/** @param refusal the start of a sentence about the credentials: "the token is" */
export function describeStatusFault(refusal: string, ...good: readonly number[]) {
  return (answer: ReadAnswer) => {
    const fault = wrongStatus(...good)(answer);
    return fault && [401, 403].includes(answer.status) ? `${fault}: ${refusal} not accepted` : fault;
  };
}

/**
 * @param isAnswer true if the answer has a status that the contract allows. For another status, these rules do not apply, because the
 * status alone breaks a rule
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

export function shortenValue(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
