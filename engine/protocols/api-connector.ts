import { normaliseEmail } from "../sign-up/email";
import {
  type AttributeValue,
  builtInAttributes,
  type Identity,
  type Json,
  normaliseIssuer,
  type SignUp,
  type Step,
} from "../sign-up/sign-up";
import type { Parsed, Protocol, Reply, WireRequest, WireResponse } from "./protocol";

/** No contract limit is documented; a sign-up form's claims stay far below. */
export const MAX_BODY_BYTES = 64 * 1024;
/** The contract's deepest value is a member of an object in `identities`. */
const MAX_DEPTH = 8;
/** Entra sends one or two identities. */
const MAX_IDENTITIES = 8;
/** Issuer and id make one DynamoDB key, which holds 2,048 bytes. */
const MAX_ISSUER_BYTES = 255;
const MAX_ID_BYTES = 1_024;
const MAX_LOCALES = 16;

const prototypeKeys = new Set(["__proto__", "constructor", "prototype"]);
/** Built-in claims: string or nothing. */
const stringClaims = new Set<string>(["email", "lastName", "ui_locales", ...builtInAttributes]);
/** Claims that are no attributes. */
const notAttributes = new Set(["email", "identities", "ui_locales", "lastName"]);
/** `extension_` + the 32 hex digits of an app id + `_` + the attribute's own name. */
const extensionName = /^extension_[0-9a-f]{32}_(.+)$/i;

/** No form lets a person type these; line breaks and tabs may stand in an address. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controlCharacters = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** The reason a request cannot be read; carries no claim. */
class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/**
 * API connectors of self-service sign-up in a workforce tenant: flat JSON in, one of three answers out.
 * Source: "Add an API connector to a user flow", Microsoft Entra External ID documentation.
 */
export const apiConnector: Protocol = { parse, render };

function parse(request: WireRequest, step: Step): Parsed {
  let locales: readonly string[] = [];
  try {
    const claims = readClaims(request);
    if (typeof claims.ui_locales === "string") locales = readLocales(claims.ui_locales);
    assertTypes(claims);
    const identities = readIdentities(claims.identities);
    const email = typeof claims.email === "string" ? normaliseEmail(claims.email) : undefined;
    if (email === undefined) return { ok: false, reason: "request.email", locales };
    return { ok: true, signUp: { step, email, identities, ...readAttributes(claims), locales, source: "b2b" } };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { ok: false, reason: "request.unreadable", locales };
  }
}

type Claims = Readonly<Record<string, AttributeValue>>;

function readClaims({ contentType, body }: WireRequest): Claims {
  if (!/^application\/json\s*(;|$)/i.test(contentType?.trim() ?? "")) throw new UnreadableError("content type");
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) throw new UnreadableError("size");
  // What decoding leaves of bytes that are no UTF-8: somebody else's name must not come of them.
  if (body.includes("\ufffd")) throw new UnreadableError("encoding");
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new UnreadableError("JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new UnreadableError("no object");
  assertPlain(parsed, 1);
  return withoutEmpty(parsed as Record<string, Json>);
}

/** Refuses what no honest request holds: keys that reach for prototypes, and nesting without end. */
function assertPlain(value: unknown, depth: number): void {
  if (typeof value === "string" && !value.isWellFormed()) throw new UnreadableError("half a character");
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) throw new UnreadableError("depth");
  for (const [key, member] of Object.entries(value)) {
    if (prototypeKeys.has(key)) throw new UnreadableError("prototype key");
    assertPlain(member, depth + 1);
  }
}

/** A claim without a value ought to be left out; null and the empty string say the same. */
function withoutEmpty(claims: Record<string, Json>): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null && value !== "")) as Claims;
}

function assertTypes(claims: Claims): void {
  for (const [name, value] of Object.entries(claims)) {
    if (stringClaims.has(name) && typeof value !== "string") throw new UnreadableError("type of a built-in claim");
    if (name.startsWith("extension_") && typeof value === "object") throw new UnreadableError("type of a custom claim");
    if (typeof value === "string" && controlCharacters.test(value)) throw new UnreadableError("control characters");
  }
}

function readIdentities(claim: AttributeValue | undefined): readonly Identity[] {
  if (claim === undefined) return [];
  if (!Array.isArray(claim) || claim.length > MAX_IDENTITIES) throw new UnreadableError("identities");
  return claim.map(readIdentity);
}

function readIdentity(identity: unknown): Identity {
  if (typeof identity !== "object" || identity === null || Array.isArray(identity)) throw new UnreadableError("identity");
  const { issuer, issuerAssignedId, signInType } = identity as Record<string, unknown>;
  if (typeof issuer !== "string" || issuer.trim() === "") throw new UnreadableError("issuer");
  if (!isStringOrEmpty(issuerAssignedId) || !isStringOrEmpty(signInType)) throw new UnreadableError("identity");
  if (Buffer.byteLength(issuer) > MAX_ISSUER_BYTES || Buffer.byteLength(issuerAssignedId ?? "") > MAX_ID_BYTES) {
    throw new UnreadableError("size of an identity");
  }
  return {
    issuer: normaliseIssuer(issuer),
    ...(issuerAssignedId && { issuerAssignedId }),
    ...(signInType && { signInType }),
  };
}

function isStringOrEmpty(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

/** Space, comma, or both: the separator is not documented. */
function readLocales(text: string): readonly string[] {
  return text.split(/[\s,]+/, MAX_LOCALES).filter((tag) => /^[a-z0-9]{1,8}([-_][a-z0-9]{1,8})*$/i.test(tag));
}

function readAttributes(claims: Claims): Pick<SignUp, "attributes" | "longNames"> {
  const attributes: Record<string, AttributeValue> = {};
  const longNames: Record<string, string> = {};
  for (const [name, value] of Object.entries(claims)) {
    if (notAttributes.has(name)) continue;
    const shortName = name.replace(extensionName, "extension_$1");
    // Two apps' attributes of the same short name keep their long ones, rather than one hiding the other.
    const taken = shortName !== name && (Object.hasOwn(claims, shortName) || Object.hasOwn(attributes, shortName));
    attributes[taken ? name : shortName] = value;
    if (!taken && shortName !== name) longNames[shortName] = name;
  }
  // Some documented requests call the family name lastName.
  const surname = claims.surname ?? claims.lastName;
  return {
    attributes: surname === undefined ? attributes : { ...attributes, surname },
    ...(Object.keys(longNames).length > 0 && { longNames }),
  };
}

const VERSION = "1.0.0";

function render(reply: Reply): WireResponse {
  switch (reply.kind) {
    case "continue":
      return { status: 200, body: JSON.stringify({ version: VERSION, action: "Continue", ...reply.attributes }) };
    case "block":
      return { status: 200, body: JSON.stringify({ version: VERSION, action: "ShowBlockPage", userMessage: reply.message }) };
    case "invalid":
      return {
        status: 400,
        body: JSON.stringify({ version: VERSION, action: "ValidationError", status: 400, userMessage: reply.message }),
      };
  }
}
