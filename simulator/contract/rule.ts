import type { Step } from "../../engine/sign-up/sign-up";
import type { ReadAnswer } from "./answer";
import type { TenantKind } from "./tenant-kind";

/** Where an answer breaks a rule. */
export interface ContractFinding {
  readonly found: string;
  /** The sample that has the same defect. */
  readonly defect?: string;
}

/** What was asked, as far as rules about the answer depend on it. */
export interface AskedStep {
  readonly tenant: TenantKind;
  readonly step: Step;
  /** The request's body; absent where it was none. */
  readonly request?: Readonly<Record<string, unknown>>;
}

/** One rule about answers. */
export interface ContractRule {
  readonly id: string;
  /** What holds for a good answer. */
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
