import type { GraphIdentity } from "../../../adapters/graph/users";
import { normaliseIssuer } from "../../../engine/sign-up/issuers";
import type { AttributeValue, Identity } from "../../../engine/sign-up/sign-up";
import { longNameBy } from "../long-names";

/** Somebody who may come in. */
export interface Applicant {
  /** Their request's: see `requestId`. */
  readonly id: string;
  /** Normalised. */
  readonly email: string;
  /** As Entra sent them; empty for Entra and Microsoft accounts. */
  readonly identities: readonly Identity[];
  /** Custom attributes by the long names that Entra sent, `extension_<32 hexadecimal digits>_Name`; short where it sent none. */
  readonly attributes: Readonly<Record<string, AttributeValue | null | undefined>>;
  /** The address of somebody of the tenant who answers for this person. */
  readonly sponsor?: string | undefined;
  /** `account` is the approver's object id, where it is known. */
  readonly decision?: { readonly account?: string | undefined };
}

/** Values of an account by the names that Graph has for them. */
export type Profile = Readonly<Record<string, AttributeValue>>;

/** The built-in attributes that a user flow can collect. Whatever else came is no business of an account's maker: `userType`, say. */
const builtIn = new Set(["displayName", "givenName", "surname", "jobTitle", "streetAddress", "city", "postalCode", "state", "country"]);

/** The providers whose accounts are created by POST /users, according to Entra's article on approvals: Google, Facebook, e-mail one-time passcode. */
export function isSocial(issuer: string): boolean {
  return /^(google|facebook|mail)(\.com)?$/i.test(issuer.trim());
}

/** The identities as Graph wants them; undefined if one lacks the provider's id, without which Graph takes none. */
export function graphIdentities(identities: readonly Identity[]): readonly [GraphIdentity, ...GraphIdentity[]] | undefined {
  const complete = identities.flatMap(({ issuer, issuerAssignedId, signInType = "federated" }) =>
    issuerAssignedId === undefined ? [] : [{ signInType, issuer: normaliseIssuer(issuer), issuerAssignedId }],
  );
  const [first, ...others] = complete;
  return first === undefined || complete.length < identities.length ? undefined : [first, ...others];
}

/** Why Graph will not make an account of these identities, as far as they tell before it is asked. */
export function foreseenRefusal(identities: readonly Identity[]): "issuer-not-supported" | "identity-incomplete" | undefined {
  const [first] = identities;
  // An Entra or Microsoft account is invited by its address.
  if (first === undefined) return undefined;
  if (!isSocial(first.issuer)) return "issuer-not-supported";
  return graphIdentities(identities) === undefined ? "identity-incomplete" : undefined;
}

/**
 * The attributes that become the account's: those that have a value, `lastName` under Graph's name for it.
 * @param extensionsAppId of the app that registers custom attributes: those that Entra did not name go by it
 */
export function profileOf({ attributes }: Pick<Applicant, "attributes">, extensionsAppId?: string): Profile {
  const { lastName, ...others } = attributes;
  const named = Object.entries({ ...others, surname: others.surname || lastName });
  return Object.fromEntries(
    named.flatMap(([name, value]) => {
      const isProfile = (builtIn.has(name) || name.startsWith("extension_")) && value !== undefined && value !== null && value !== "";
      return isProfile ? [[longNameBy(extensionsAppId, name), value]] : [];
    }),
  );
}

/**
 * Before and after the @, in characters; both with the @ make the 113 of the whole. Source: "Password policies and account
 * restrictions in Microsoft Entra ID", username policies.
 */
const MAX_LOCAL_LENGTH = 64;

/** What Entra's article on approvals puts after a guest's name. Accounts that Entra makes itself have a second #. */
const GUEST_MARK = "#EXT";
/** Hexadecimal, as user principal names are compared without regard to case: 48 bits. */
const MARK_LENGTH = 12;

/** All but the alphabet of user principal names. Source: Microsoft Graph, "Create user". */
const foreign = /[^A-Za-z0-9'.\-_!#^~]/g;

/**
 * A guest's user principal name: `mina.kang_example.com#EXT@contoso.onmicrosoft.com`. Two addresses never get the same:
 * where letters had to be replaced or cut off, a part of the request's id follows. No address looks like that, as none
 * ends in a domain of one label. The name says no more of the person than the address does: the id is a keyed hash.
 * @param isTaken the plain name is somebody else's, who has the same address
 */
export function userPrincipalName({ email, id }: Pick<Applicant, "email" | "id">, tenantDomain: string, isTaken = false): string {
  const plain = email.replace(/@(?=[^@]*$)/, "_");
  const name = plain.replace(foreign, "_");
  const room = MAX_LOCAL_LENGTH - GUEST_MARK.length;
  if (!isTaken && name === plain && name.length <= room) return `${name}${GUEST_MARK}@${tenantDomain}`;
  const mark = Buffer.from(id, "base64url").toString("hex").slice(0, MARK_LENGTH);
  return `${name.slice(0, room - 1 - MARK_LENGTH)}_${mark}${GUEST_MARK}@${tenantDomain}`;
}
