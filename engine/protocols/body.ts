import { MAX_BODY_BYTES, nameFlaw, textFlaw } from "../sign-up/attributes";
import { normaliseEmail } from "../sign-up/email";
import { getProvider, MAIL_ISSUER, normaliseIssuer } from "../sign-up/issuers";
import type { Identity, Json } from "../sign-up/sign-up";
import type { Parsed, SentEvent, WireRequest } from "./dialect";

/** The reason a request cannot be read; carries no claim. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** The request in a gateway's event. */
export function wireRequest({ headers, body, isBase64Encoded }: SentEvent): WireRequest {
  const contentType = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  return { contentType, body: isBase64Encoded ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? "") };
}

/** A call that arrived at a named gate. @param gate undefined for the default one */
export function atGate(parsed: Parsed, gate: string | undefined): Parsed {
  return parsed.ok && gate !== undefined ? { ok: true, received: { ...parsed.received, gate } } : parsed;
}

/**
 * The JSON object that a request holds. Throws UnreadableError for any other body, and for what no honest one holds.
 * @param maxDepth how far the contract's deepest value is nested
 */
export function readJsonObject({ contentType, body }: WireRequest, maxDepth: number): Readonly<Record<string, Json>> {
  if (!/^application\/json\s*(;|$)/i.test(contentType?.trim() ?? "")) throw new UnreadableError("content type");
  if (Buffer.byteLength(body) >= MAX_BODY_BYTES) throw new UnreadableError("size");
  // Bytes that are not UTF-8 decode to this character: two different names must not become one.
  if (body.includes("\ufffd")) throw new UnreadableError("encoding");
  let parsed: unknown;
  try {
    // Readers may pass over a byte order mark: RFC 8259 §8.1.
    parsed = JSON.parse(body.replace(/^\ufeff/, ""));
  } catch {
    throw new UnreadableError("JSON");
  }
  if (!isObject(parsed)) throw new UnreadableError("no object");
  assertPlain(parsed, 1, maxDepth);
  assertNamesDiffer(body);
  return parsed;
}

/** True for what JSON writes in braces. */
export function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member, whatever the case of its name. Two that differ in case alone are one name twice: throws UnreadableError. */
export function findMember(object: Readonly<Record<string, Json>>, name: string): Json | undefined {
  const found = Object.keys(object).filter((key) => key.toLowerCase() === name.toLowerCase());
  if (found.length > 1) throw new UnreadableError("a name twice");
  return object[found[0] ?? name];
}

export function isAbsent(value: unknown): value is null | undefined | "" {
  return value === undefined || value === null || value === "";
}

/** Refuses letters that no form lets a person type. */
export function assertTyped(value: unknown): void {
  const flaw = typeof value === "string" ? textFlaw(value) : undefined;
  if (flaw !== undefined) throw new UnreadableError(flaw);
}

/** Refuses what no honest request holds: keys that reach for prototypes, and nesting without end. */
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

/** Of two members of one name JSON.parse keeps the last, other readers the first: the meaning is unclear. */
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

/** Entra sends one or two identities. */
const MAX_IDENTITIES = 8;
/** Graph's limit for an issuer: "objectIdentity resource type", Microsoft Graph documentation. */
const MAX_ISSUER_BYTES = 512;
/** With the issuer it makes one DynamoDB key, which holds 2,048 bytes. */
const MAX_ID_BYTES = 1_024;

/** Graph's word for how people sign in -> every spelling that a dialect has for it. */
const byAddress = new Set(["email", "emailaddress"]);

/** A person's accounts at identity providers, as every dialect writes them. Throws UnreadableError for what is none. */
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
  // An address is the same account however it was typed; every other id is opaque.
  const address = getProvider(read) === MAIL_ISSUER ? normaliseEmail(issuerAssignedId) : undefined;
  return { ...read, issuerAssignedId: address ?? issuerAssignedId };
}

function isStringOrEmpty(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

/** The addresses that a person signs in with: usually one at the most. */
export function signInAddresses(identities: readonly Identity[]): readonly (string | undefined)[] {
  return [...new Set(identities.filter(isByAddress).map(({ issuerAssignedId }) => issuerAssignedId))];
}

/** The address that a person signs in with, where the account goes by one. Throws UnreadableError where it could be either of two. */
export function signInAddress(identities: readonly Identity[]): string | undefined {
  const [address, ...others] = signInAddresses(identities);
  if (others.length > 0) throw new UnreadableError("several addresses");
  return address;
}

/** True if a code was mailed to the account's address. Older requests write a one-time passcode as a provider. */
export function isByAddress(identity: Identity): boolean {
  return getProvider(identity) === MAIL_ISSUER;
}

/** Beside an identity provider's account, an address only says how to reach the person. */
export function withoutAddresses(identities: readonly Identity[]): readonly Identity[] {
  const federated = identities.filter((identity) => !isByAddress(identity));
  return federated.length === 0 ? identities : federated;
}

/** True for a BCP 47 tag such as `ko-KR`; an underscore counts as a hyphen. */
export function isLanguageTag(text: string): boolean {
  return /^[a-z0-9]{1,8}([-_][a-z0-9]{1,8})*$/i.test(text);
}
