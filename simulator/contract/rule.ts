import type { Step } from "../../engine/sign-up/sign-up";
import type { TenantKind } from "../../engine/tenant-kinds";
import type { ReadAnswer } from "./answer";

/**
 * Time until each kind of tenant calls a second time, in milliseconds. Sources: "Add an API connector to a user flow"; "Add API connectors
 * to Azure AD B2C user flows", on timeouts; "Custom authentication extensions", service limits.
 */
export const patienceMs: Readonly<Record<TenantKind, number>> = { workforce: 20_000, b2c: 5_000, "external-tenant": 2_000 };

/** The place at which an answer breaks a rule. */
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
  /** Its documentation, or "good practice" without one. */
  readonly source: string;
  /** True if Entra continues nevertheless, as far as is known. */
  readonly tolerated?: boolean;
  /** False if the rule does not apply to this answer. */
  applies(answer: ReadAnswer, asked: AskedStep): boolean;
  /** Undefined if the rule holds. */
  breach(answer: ReadAnswer, asked: AskedStep): ContractFinding | undefined;
}

/** Rules about any answer in JSON. @param isAnswer false if the status alone breaks a rule */
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

/** Shortens a value for a sentence. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
