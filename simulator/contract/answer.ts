/** An answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType?: string;
  /** The header WWW-Authenticate. */
  readonly challenge?: string;
  readonly body: string;
  /** What makes the body unreadable, whatever it says. */
  readonly unreadable?: "not UTF-8" | "too large";
}

/** An answer with its body parsed, as far as it is the object that the contract asks for. */
export interface ReadAnswer extends HttpAnswer {
  readonly json?: Readonly<Record<string, unknown>>;
}

export function readAnswer(answer: HttpAnswer): ReadAnswer {
  const json = answer.unreadable === undefined ? parsed(answer.body) : undefined;
  return { ...answer, ...(typeof json === "object" && json !== null && !Array.isArray(json) && { json: json as ReadAnswer["json"] }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keys of an answer that are no claims. */
const notClaims = new Set(["version", "action", "status", "code", "userMessage"]);

/** What stands beside the action. */
export function claimsIn(json: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(json).filter(([name]) => !notClaims.has(name));
}
