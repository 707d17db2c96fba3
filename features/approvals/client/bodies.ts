import type { GraphIdentity } from "../../../adapters/graph/users";
import { isBuiltInAttribute } from "../../../engine/protocols/attributes";
import { normaliseIssuer } from "../../../engine/sign-up/issuers";
import type { AttributeValue, Identity } from "../../../engine/sign-up/sign-up";
import { readTag } from "../../../engine/sign-up/text";
import { buildLongName } from "../long-names";
import type { ApprovalRequest } from "../request";

export interface Applicant {
  /** See `requestId`. */
  readonly id: string;
  /** Normalised. */
  readonly email: string;
  /** The identities as Entra sent them. Empty for Entra and Microsoft accounts. */
  readonly identities: readonly Identity[];
  /** The attributes by the long names that Entra sent, `extension_<32 hexadecimal digits>_Name`, else by short names. */
  readonly attributes: Readonly<Record<string, AttributeValue | null | undefined>>;
  readonly sponsor?: string | undefined;
  /** BCP 47 tags, the first choice first. */
  readonly locales?: readonly string[];
  /** `account` is the approver's object id. */
  readonly decision?: { readonly account?: string | undefined };
}

export type Profile = Readonly<Record<string, AttributeValue>>;

/** True for providers whose accounts POST /users creates, according to Entra's article on approvals. */
export function isSocial(issuer: string): boolean {
  return /^(google|facebook|mail)(\.com)?$/i.test(issuer.trim());
}

/** Undefined if an identity lacks the provider's id, which Graph requires. */
export function graphIdentities(identities: readonly Identity[]): readonly [GraphIdentity, ...GraphIdentity[]] | undefined {
  const complete = identities.flatMap(({ issuer, issuerAssignedId, signInType = "federated" }) =>
    issuerAssignedId === undefined ? [] : [{ signInType, issuer: normaliseIssuer(issuer), issuerAssignedId }],
  );
  const [first, ...others] = complete;
  return first === undefined || complete.length < identities.length ? undefined : [first, ...others];
}

export function foreseenRefusal(identities: readonly Identity[]): "issuer-not-supported" | "identity-incomplete" | undefined {
  const [first] = identities;
  // People with Entra or Microsoft accounts have no identities. They are invited by address.
  if (first === undefined) return undefined;
  if (!isSocial(first.issuer)) return "issuer-not-supported";
  return graphIdentities(identities) === undefined ? "identity-incomplete" : undefined;
}

/**
 * The language in Graph's form: a language of ISO 639, and the region of the tag or of its script. Undefined if the person's languages are
 * unknown: Graph then writes in English.
 */
export function messageLanguage({ locales: [first] = [] }: Pick<Applicant, "locales">): string | undefined {
  const tag = first === undefined ? undefined : readTag(first);
  if (tag === undefined) return undefined;
  const region = tag.region ?? (tag.script === undefined ? undefined : tag.maximize().region);
  return region === undefined ? tag.language : `${tag.language}-${region}`;
}

export function noAccountWhy({ onApproval, identities }: Pick<ApprovalRequest, "onApproval" | "identities">) {
  return onApproval === "provision" ? foreseenRefusal(identities) : undefined;
}

/**
 * Returns the attributes with a value, with `lastName` under Graph's name.
 * @param extensionsAppId completes short names for which Entra sent no long name
 */
export function buildProfile({ attributes }: Pick<Applicant, "attributes">, extensionsAppId?: string): Profile {
  const { lastName, ...others } = attributes;
  const profileEntries = Object.entries({ ...others, surname: others.surname || lastName });
  return Object.fromEntries(
    profileEntries.flatMap(([name, value]) => {
      // Attributes that no user flow collects, such as `userType`, must not reach a new account.
      const isProfile =
        (isBuiltInAttribute(name) || name.startsWith("extension_")) && value !== undefined && value !== null && value !== "";
      // Graph refuses anything but text in a built-in attribute, and a rule may set a number.
      return isProfile ? [[buildLongName(extensionsAppId, name), isBuiltInAttribute(name) ? String(value) : value]] : [];
    }),
  );
}

/**
 * Limit of the part before the @ in a user principal name. The whole name has at most 113 characters: 64 before the @, the @, and 48 after
 * it. Source: "Password policies and account restrictions in Microsoft Entra ID", username policies.
 */
const MAX_LOCAL_LENGTH = 64;

/** The mark of guests in Entra's article on approvals. Accounts that Entra makes itself have a second #. */
const GUEST_MARK = "#EXT";
/** Number of digits of the request's id in a name: 48 bits. Hexadecimal, because user principal names ignore case. */
const MARK_LENGTH = 12;

/** Characters outside the alphabet of user principal names. Source: Microsoft Graph, "Create user". */
const foreign = /[^A-Za-z0-9'.\-_!#^~]/g;

/**
 * `mina.kang_example.com#EXT@contoso.onmicrosoft.com`. If the plain name is taken, or if letters were replaced or cut off, `_` and digits
 * of the request's id, a keyed hash, precede the #. The digits have no dot. In other names, a dot follows the last `_`, so two addresses
 * never get one name.
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
