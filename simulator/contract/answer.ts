import { parseJsonObject } from "../../engine/json";

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
  return { ...answer, ...(json !== undefined && { json }) };
}

const notClaims = new Set(["version", "action", "status", "code", "userMessage"]);

export function claimsIn(json: JsonMembers): readonly (readonly [string, unknown])[] {
  return Object.entries(json).filter(([name]) => !notClaims.has(name));
}
