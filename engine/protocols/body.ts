import { MAX_BODY_BYTES, nameFlaw, textFlaw } from "../sign-up/attributes";
import { normaliseEmail } from "../sign-up/email";
import { getProvider, MAIL_ISSUER, normaliseIssuer } from "../sign-up/issuers";
import type { Identity, Json } from "../sign-up/sign-up";
import type { Parsed, SentEvent, WireRequest } from "./dialect";

/** Says why a request cannot be read. The error contains no claim. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

export function wireRequest({ headers, body, isBase64Encoded }: SentEvent): WireRequest {
  const contentType = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  return { contentType, body: isBase64Encoded ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? "") };
}

/** @param gate undefined for the default gate */
export function addGate(parsed: Parsed, gate: string | undefined): Parsed {
  return parsed.ok && gate !== undefined ? { ok: true, received: { ...parsed.received, gate } } : parsed;
}

/**
 * Throws UnreadableError for a body that is no JSON object, and for content that no honest request has.
 * @param maxDepth nesting of the contract's deepest value
 */
export function readJsonObject({ contentType, body }: WireRequest, maxDepth: number): Readonly<Record<string, Json>> {
  if (!/^application\/json\s*(;|$)/.test(contentType?.trim().toLowerCase() ?? "")) throw new UnreadableError("content type");
  if (Buffer.byteLength(body) >= MAX_BODY_BYTES) throw new UnreadableError("size");
  // Bytes that are not UTF-8 decode to this character. So two different names could become one.
  if (body.includes("\ufffd")) throw new UnreadableError("encoding");
  let parsed: unknown;
  try {
    // Readers may ignore a byte order mark: RFC 8259 §8.1.
    parsed = JSON.parse(body.replace(/^\ufeff/, ""));
  } catch {
    throw new UnreadableError("JSON");
  }
  if (!isObject(parsed)) throw new UnreadableError("no object");
  assertPlain(parsed, 1, maxDepth);
  assertNamesDiffer(body);
  return parsed;
}

export function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function findMember(object: Readonly<Record<string, Json>>, name: string): Json | undefined {
  const found = Object.keys(object).filter((key) => key.toLowerCase() === name.toLowerCase());
  if (found.length > 1) throw new UnreadableError("a name twice");
  return object[found[0] ?? name];
}

export function isAbsent(value: unknown): value is null | undefined | "" {
  return value === undefined || value === null || value === "";
}

export function assertTyped(value: unknown): void {
  const flaw = typeof value === "string" ? textFlaw(value) : undefined;
  if (flaw !== undefined) throw new UnreadableError(flaw);
}

/** Throws for content that no honest request has: names that reach prototypes, half a character, and nesting deeper than `maxDepth`. */
function assertPlain(value: unknown, depth: number, maxDepth: number): void {
  if (typeof value === "string" && !value.isWellFormed()) throw new UnreadableError("half a character");
  if (typeof value !== "object" || value === null) return;
  if (depth > maxDepth) throw new UnreadableError("depth");
  for (const [key, member] of Object.entries(value)) {
    const flaw = nameFlaw(key);
    if (flaw !== undefined) throw new UnreadableError(flaw);
    assertPlain(member, depth + 1, maxDepth);
  }
}

const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/gs;

/** Throws for two members of the same name: JSON.parse keeps the last, other readers the first, so the meaning is unclear. */
function assertNamesDiffer(json: string): void {
  const open: Set<string>[] = [];
  for (const [text, colon] of json.matchAll(token)) {
    if (text === "{") open.push(new Set());
    else if (text === "}") open.pop();
    else if (colon !== undefined) {
      const name: string = JSON.parse(text.slice(0, -colon.length));
      const names = open.at(-1) as Set<string>;
      if (names.has(name)) throw new UnreadableError("a name twice");
      names.add(name);
    }
  }
}

/** Limit of the identities in a call. Entra sends one or two. */
const MAX_IDENTITIES = 8;
/** Graph's limit for an issuer, in bytes: "objectIdentity resource type", Microsoft Graph documentation. */
const MAX_ISSUER_BYTES = 512;
/** Limit of an id, in bytes. The id and the issuer make one DynamoDB key, which holds 2,048 bytes. */
const MAX_ID_BYTES = 1_024;

/** Spellings, in lower case, that the dialects have for Graph's sign-in type `emailAddress`. */
const byAddress = new Set(["email", "emailaddress"]);

/** Reads a person's accounts, which all dialects write in the same form. Throws UnreadableError for any other form. */
export function readIdentities(claim: unknown): readonly Identity[] {
  if (claim === undefined || claim === null) return [];
  if (!Array.isArray(claim) || claim.length > MAX_IDENTITIES) throw new UnreadableError("identities");
  return claim.map(readIdentity);
}

function readIdentity(identity: unknown): Identity {
  if (!isObject(identity)) throw new UnreadableError("identity");
  const issuer = findMember(identity, "issuer");
  const issuerAssignedId = findMember(identity, "issuerAssignedId");
  const signInType = findMember(identity, "signInType");
  if (typeof issuer !== "string" || issuer.trim() === "") throw new UnreadableError("issuer");
  if (!isStringOrEmpty(issuerAssignedId) || !isStringOrEmpty(signInType)) throw new UnreadableError("identity");
  [issuer, issuerAssignedId, signInType].forEach(assertTyped);
  if (Buffer.byteLength(issuer) > MAX_ISSUER_BYTES || Buffer.byteLength(issuerAssignedId ?? "") > MAX_ID_BYTES) {
    throw new UnreadableError("size of an identity");
  }
  const read = {
    issuer: normaliseIssuer(issuer),
    ...(signInType && { signInType: byAddress.has(signInType.toLowerCase()) ? "emailAddress" : signInType }),
  };
  if (!issuerAssignedId) return read;
  // All spellings of an address mean one account. Every other id is opaque.
  const address = getProvider(read) === MAIL_ISSUER ? normaliseEmail(issuerAssignedId) : undefined;
  return { ...read, issuerAssignedId: address ?? issuerAssignedId };
}

function isStringOrEmpty(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

export function signInAddresses(identities: readonly Identity[]): readonly (string | undefined)[] {
  return [...new Set(identities.filter(isByAddress).map(({ issuerAssignedId }) => issuerAssignedId))];
}

export function signInAddress(identities: readonly Identity[]): string | undefined {
  const [address, ...others] = signInAddresses(identities);
  if (others.length > 0) throw new UnreadableError("several addresses");
  return address;
}

/**
 * True if a code was mailed to the account's address. Such an account has the sign-in type `emailAddress`, or in older requests the
 * provider `mail`.
 */
export function isByAddress(identity: Identity): boolean {
  return getProvider(identity) === MAIL_ISSUER;
}

/** If a person has an account at an identity provider, leaves out the identities by address. The address is then only contact data. */
export function dropIdentitiesByAddress(identities: readonly Identity[]): readonly Identity[] {
  const federated = identities.filter((identity) => !isByAddress(identity));
  return federated.length === 0 ? identities : federated;
}

/** True for a BCP 47 tag such as `ko-KR`; an underscore counts as a hyphen. */
export function isLanguageTag(text: string): boolean {
  return /^[A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8})*$/.test(text);
}
