import { normaliseEmail } from "../sign-up/email";
import { type Identity, MAIL_ISSUER, normaliseIssuer, providerOf } from "../sign-up/sign-up";
import { isObject, memberOf, UnreadableError } from "./body";

/** Entra sends one or two identities. */
const MAX_IDENTITIES = 8;
/** Issuer and id make one DynamoDB key, which holds 2,048 bytes. */
const MAX_ISSUER_BYTES = 255;
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
  const issuer = memberOf(identity, "issuer");
  const issuerAssignedId = memberOf(identity, "issuerAssignedId");
  const signInType = memberOf(identity, "signInType");
  if (typeof issuer !== "string" || issuer.trim() === "") throw new UnreadableError("issuer");
  if (!isStringOrEmpty(issuerAssignedId) || !isStringOrEmpty(signInType)) throw new UnreadableError("identity");
  if (Buffer.byteLength(issuer) > MAX_ISSUER_BYTES || Buffer.byteLength(issuerAssignedId ?? "") > MAX_ID_BYTES) {
    throw new UnreadableError("size of an identity");
  }
  const read = {
    issuer: normaliseIssuer(issuer),
    ...(signInType && { signInType: byAddress.has(signInType.toLowerCase()) ? "emailAddress" : signInType }),
  };
  if (!issuerAssignedId) return read;
  // An address is the same account however it was typed; every other id is opaque.
  const address = providerOf(read) === MAIL_ISSUER ? normaliseEmail(issuerAssignedId) : undefined;
  return { ...read, issuerAssignedId: address ?? issuerAssignedId };
}

function isStringOrEmpty(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

/** The address that a person signs in with, where the account goes by one. Throws UnreadableError where it could be either of two. */
export function signInAddress(identities: readonly Identity[]): string | undefined {
  const local = identities.filter(({ signInType }) => signInType === "emailAddress");
  const [address, ...others] = new Set(local.map(({ issuerAssignedId }) => issuerAssignedId));
  if (others.length > 0) throw new UnreadableError("several addresses");
  return address;
}
