/** The moments at which Entra asks. */
export const steps = ["after-sign-in", "before-create-user", "before-sending-token"] as const;
/**
 * One of those moments.
 */
export type Step = (typeof steps)[number];
/**
 * A step that decides whether a person may sign up; the one before a token is sent only adds claims.
 */
export type DecidingStep = Exclude<Step, "before-sending-token">;

/**
 * Entra's dialects: the API connector of a workforce tenant and of Azure AD B2C, and the custom authentication extension of
 * an external tenant.
 */
export const dialects = ["b2b", "b2c", "external-tenant"] as const;
/** Which of Entra's dialects the request came in. */
export type Dialect = (typeof dialects)[number];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Built-in attributes are strings, custom ones string, boolean or integer; claims Entra may add one day can be any JSON. */
export type AttributeValue = Exclude<Json, null>;

/** Attributes that every tenant has, by the names that Entra and a connector use for them. */
export const builtInAttributes = [
  "displayName",
  "givenName",
  "surname",
  "jobTitle",
  "streetAddress",
  "city",
  "state",
  "postalCode",
  "country",
] as const;

/** False for custom attributes and for names that are none. */
export function isBuiltInAttribute(name: string): boolean {
  return (builtInAttributes as readonly string[]).includes(name);
}

/** Attributes by name. A custom attribute goes by its short name, `extension_PartnerNumber`. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One account at an identity provider. */
export interface Identity {
  /** Lower case, `google.com` rather than `google`; `mail` is e-mail one-time passcode. */
  readonly issuer: string;
  /** The provider's own id of the person: opaque, kept to the letter. */
  readonly issuerAssignedId?: string;
  readonly signInType?: string;
}

/** The application that a person signs up to use. */
export interface Application {
  /** Its client id, lower case. */
  readonly id: string;
  readonly name?: string;
}

/** How a directory stores an attribute. */
export type DirectoryType = "string" | "int64" | "boolean";

/** One person asking to be let in, at one step. */
export interface SignUp {
  /** The moment at which Entra asks. */
  readonly step: Step;
  /** Normalised (see `normaliseEmail`): safe to compare. */
  readonly email: string;
  /**
   * The address may be what the person typed: nobody vouches for it, so it can refuse them and admits nobody. An external
   * tenant does not always tell an address that somebody proved.
   */
  readonly emailTyped?: true;
  /** Empty for Entra and Microsoft accounts. */
  readonly identities: readonly Identity[];
  /** By short name: `signUp.attributes.extension_PartnerNumber`. Before the user is created, what the form holds. */
  readonly attributes: Attributes;
  /** For custom attributes that go by a short name: that name -> the one received, `extension_<app id>_PartnerNumber`. */
  readonly longNames?: Readonly<Record<string, string>>;
  /** BCP 47 tags, the person's first choice first. */
  readonly locales: readonly string[];
  /** The dialect that the request came in. */
  readonly source: Dialect;
  /** The named gate that the call came in by; absent for the default one. */
  readonly gate?: string;
  /** Told by B2C and external tenants. */
  readonly application?: Application;
  /** The person's own address. Told by external tenants. */
  readonly ipAddress?: string;
  /** Entra's id of the sign-in that this call belongs to. Told by external tenants. */
  readonly correlationId?: string;
  /** The account's id in the directory. Told before a token is sent: until then there is no account. */
  readonly userId?: string;
  /** What the user flow collects, by short name. Told by external tenants: an answer can set nothing else. */
  readonly collected?: Readonly<Record<string, DirectoryType>>;
}

/** Stands for the identity provider of people who come without `identities`: Entra and Microsoft accounts. */
export const ENTRA_ISSUER = "entra";
/** Stands for a one-time passcode sent to the address. */
export const MAIL_ISSUER = "mail";

/** The identity providers a person signed in with. */
export function issuersOf(signUp: Pick<SignUp, "identities">): readonly string[] {
  if (signUp.identities.length === 0) return [ENTRA_ISSUER];
  return [...new Set(signUp.identities.map(providerOf))];
}

/** Who vouches for a person: for a local account that goes by an address, the code that was mailed to it. */
export function providerOf({ issuer, signInType }: Identity): string {
  return signInType === "emailAddress" ? MAIL_ISSUER : issuer;
}

/** Short and long spellings of the same provider, as Entra's documents mix them. */
const issuerAliases: Readonly<Record<string, string>> = { google: "google.com", facebook: "facebook.com" };

/** An identity provider's name in the one spelling used everywhere here. */
export function normaliseIssuer(text: string): string {
  const lower = text.trim().toLowerCase();
  return Object.hasOwn(issuerAliases, lower) ? (issuerAliases[lower] as string) : lower;
}

/** Every spelling that `normaliseIssuer` turns into this one. */
export function issuerSpellings(issuer: string): readonly string[] {
  return [issuer, ...Object.keys(issuerAliases).filter((alias) => issuerAliases[alias] === issuer)];
}
