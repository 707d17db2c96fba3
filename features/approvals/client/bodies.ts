import type { GraphIdentity } from "../../../adapters/graph/users";
import { normaliseIssuer } from "../../../engine/sign-up/issuers";
import type { AttributeValue, Identity } from "../../../engine/sign-up/sign-up";
import { readTag } from "../../../engine/sign-up/text";
import { buildLongName } from "../long-names";
import type { ApprovalRequest } from "../request";

export interface Applicant {
  /** The id of the applicant's request: see `requestId`. */
  readonly id: string;
  /** The address in normalised form. */
  readonly email: string;
  /** Identities as Entra sent them. Empty for Entra and Microsoft accounts. */
  readonly identities: readonly Identity[];
  /**
   * Custom attributes by the long names that Entra sent, `extension_<32 hexadecimal digits>_Name`. If Entra sent no long name for an
   * attribute, by its short name.
   */
  readonly attributes: Readonly<Record<string, AttributeValue | null | undefined>>;
  readonly sponsor?: string | undefined;
  /** BCP 47 tags, the first choice first. */
  readonly locales?: readonly string[];
  /** `account` is the approver's object id, if it is known. */
  readonly decision?: { readonly account?: string | undefined };
}

export type Profile = Readonly<Record<string, AttributeValue>>;

/** The built-in attributes that a user flow can collect. Others, such as `userType`, must not reach a new account. */
const builtIn = new Set(["displayName", "givenName", "surname", "jobTitle", "streetAddress", "city", "postalCode", "state", "country"]);

/**
 * True for providers whose accounts are created by POST /users, according to Entra's article on approvals: Google, Facebook, e-mail
 * one-time passcode.
 */
export function isSocial(issuer: string): boolean {
  return /^(google|facebook|mail)(\.com)?$/i.test(issuer.trim());
}

/** Returns the identities in Graph's form. Undefined if an identity lacks the provider's id, which Graph requires. */
export function graphIdentities(identities: readonly Identity[]): readonly [GraphIdentity, ...GraphIdentity[]] | undefined {
  const complete = identities.flatMap(({ issuer, issuerAssignedId, signInType = "federated" }) =>
    issuerAssignedId === undefined ? [] : [{ signInType, issuer: normaliseIssuer(issuer), issuerAssignedId }],
  );
  const [first, ...others] = complete;
  return first === undefined || complete.length < identities.length ? undefined : [first, ...others];
}

/** Returns the reason why Graph would refuse these identities, if it is known before the request to Graph. */
export function foreseenRefusal(identities: readonly Identity[]): "issuer-not-supported" | "identity-incomplete" | undefined {
  const [first] = identities;
  // People without identities have Entra or Microsoft accounts. They are invited by address.
  if (first === undefined) return undefined;
  if (!isSocial(first.issuer)) return "issuer-not-supported";
  return graphIdentities(identities) === undefined ? "identity-incomplete" : undefined;
}

/**
 * Returns the language of Microsoft's invitation mail in Graph's form: a language of ISO 639, and a region if the person's language tag has
 * one. If the tag has only a script, the region is the likely region of that script. Undefined if the person's languages are not known:
 * then the mail is in English.
 */
export function messageLanguage({ locales: [first] = [] }: Pick<Applicant, "locales">): string | undefined {
  const tag = first === undefined ? undefined : readTag(first);
  if (tag === undefined) return undefined;
  const region = tag.region ?? (tag.script === undefined ? undefined : tag.maximize().region);
  return region === undefined ? tag.language : `${tag.language}-${region}`;
}

/** Returns the reason why an approval creates no account, if the reason is known in advance. */
export function noAccountWhy({ onApproval, identities }: Pick<ApprovalRequest, "onApproval" | "identities">) {
  return onApproval === "provision" ? foreseenRefusal(identities) : undefined;
}

/**
 * Returns the attributes with a value, with `lastName` under Graph's name.
 * @param extensionsAppId id of the app that registers custom attributes. It completes the short names of attributes for which Entra sent no
 * long name
 */
export function buildProfile({ attributes }: Pick<Applicant, "attributes">, extensionsAppId?: string): Profile {
  const { lastName, ...others } = attributes;
  const profileEntries = Object.entries({ ...others, surname: others.surname || lastName });
  return Object.fromEntries(
    profileEntries.flatMap(([name, value]) => {
      const isProfile = (builtIn.has(name) || name.startsWith("extension_")) && value !== undefined && value !== null && value !== "";
      return isProfile ? [[buildLongName(extensionsAppId, name), value]] : [];
    }),
  );
}

/**
 * Limit of characters before the @. The whole name has at most 113 characters: 64 before the @, the @, and 48 after it. Source: "Password
 * policies and account restrictions in Microsoft Entra ID", username policies.
 */
const MAX_LOCAL_LENGTH = 64;

/** The suffix of a guest's name in Entra's article on approvals. Accounts that Entra makes itself have a second #. */
const GUEST_MARK = "#EXT";
/** Number of hexadecimal digits of the request's id in a name: 48 bits. Hexadecimal, because user principal names ignore case. */
const MARK_LENGTH = 12;

/** Matches everything outside the alphabet of user principal names. Source: Microsoft Graph, "Create user". */
const foreign = /[^A-Za-z0-9'.\-_!#^~]/g;

/**
 * A guest's user principal name: `mina.kang_example.com#EXT@contoso.onmicrosoft.com`. Two addresses never get the same name: if letters
 * were replaced or cut off, `_` and a part of the request's id follow. Any other name ends in a domain of at least two labels, so a dot
 * follows the last `_`, but the part of the id has no dot. The name reveals no more than the address, because the id is a keyed hash.
 * @param isTaken true if somebody else with the same address has the plain name
 */
export function userPrincipalName({ email, id }: Pick<Applicant, "email" | "id">, tenantDomain: string, isTaken = false): string {
  const plain = email.replace(/@(?=[^@]*$)/, "_");
  const name = plain.replace(foreign, "_");
  const room = MAX_LOCAL_LENGTH - GUEST_MARK.length;
  if (!isTaken && name === plain && name.length <= room) return `${name}${GUEST_MARK}@${tenantDomain}`;
  const mark = Buffer.from(id, "base64url").toString("hex").slice(0, MARK_LENGTH);
  return `${name.slice(0, room - 1 - MARK_LENGTH)}_${mark}${GUEST_MARK}@${tenantDomain}`;
}
