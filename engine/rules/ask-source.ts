import { assertSettable, type Context } from "../sign-up/rule";
import { type Attributes, type AttributeValue, isBuiltInAttribute, type SignUp } from "../sign-up/sign-up";
import type { Source } from "../sign-up/source";
import { UpstreamError, type UpstreamFailure } from "../sign-up/upstream";
import type { Evidence } from "../sign-up/verdict";

export type SourceResult =
  | { readonly known: Attributes; readonly evidence?: Evidence }
  /** It knows nothing of this sign-up. */
  | { readonly known: undefined }
  /** It could not be asked, and its author lets sign-ups go on without. */
  | { readonly upstreamFailure: UpstreamFailure };

/** Throws TypeError for what is no source. @param rule as a policy spells it */
export function assertSource(source: Source | undefined, rule: string): void {
  if (typeof source?.find === "function" && Array.isArray(source.uses)) return;
  throw new TypeError(`${rule} takes a source, like profiles({ trust: ["mail"] }) or http({ … }).`);
}

/** Asks a source. A failure that its author does not let pass is thrown on, and so blocks the sign-up. */
export async function askSource(source: Source, signUp: SignUp, context: Context): Promise<SourceResult> {
  try {
    const found = await source.find(signUp, context);
    if (found === undefined) return { known: undefined };
    const evidence = source.evidence?.(signUp, context);
    return { known: settable(source.name, found), ...(evidence && { evidence }) };
  } catch (error) {
    if (error instanceof UpstreamError && source.onFailure === "continue") return { upstreamFailure: error.failure };
    throw error;
  }
}

/** Without attributes that have no value. A source that names one which only Entra may set is not to be relied on. */
function settable(service: string, found: Attributes): Attributes {
  try {
    if (typeof found !== "object" || Array.isArray(found)) throw new TypeError("What was found are no attributes.");
    const filled = Object.entries(found).filter(([, value]) => value !== undefined && value !== null);
    return Object.fromEntries(filled.map(([name, value]) => [name, typed(name, value)]));
  } catch (cause) {
    throw new UpstreamError({ service, kind: "unexpected" }, { cause });
  }
}

/** A value as Entra takes it: a postal code may be a number elsewhere. Throws for what may not be set, or not to that. */
function typed(name: string, value: AttributeValue): AttributeValue {
  assertSettable(name);
  if ((JSON.stringify(value) ?? "null") === "null") throw new TypeError("This is nothing that JSON can carry.");
  if (!isBuiltInAttribute(name) || typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new TypeError("A built-in attribute holds a text.");
}
