import { parseJsonObject } from "../../engine/json";

/** An answer as received. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType?: string;
  /** The header WWW-Authenticate. */
  readonly challenge?: string;
  /** API Gateway's id of the request. */
  readonly requestId?: string;
  readonly body: string;
  /** Present if the body cannot be read. */
  readonly unreadable?: "not UTF-8" | "too large";
}

/** An answer with its parsed body. The parsed body is present if it is an object, as the contract requires. */
export interface ReadAnswer extends HttpAnswer {
  readonly json?: JsonMembers;
}

export type JsonMembers = Readonly<Record<string, unknown>>;

/** Returns the value if it is a JSON object, otherwise undefined. */
export function membersIn(value: unknown): JsonMembers | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonMembers) : undefined;
}

export function readAnswer(answer: HttpAnswer): ReadAnswer {
  const json = answer.unreadable === undefined ? parseJsonObject(answer.body) : undefined;
  return { ...answer, ...(json !== undefined && { json }) };
}

/** Keys of an answer that are not claims. */
const notClaims = new Set(["version", "action", "status", "code", "userMessage"]);

/** Returns the members that are claims. */
export function claimsIn(json: JsonMembers): readonly (readonly [string, unknown])[] {
  return Object.entries(json).filter(([name]) => !notClaims.has(name));
}
