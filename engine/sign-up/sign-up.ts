/** The two moments at which Entra asks. */
export const steps = ["after-sign-in", "before-create-user"] as const;
/**
 * One of the two moments.
 */
export type Step = (typeof steps)[number];

/** Which of Entra's dialects the request came in. */
export type Dialect = "b2b";

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

/** One person asking to be let in, at one step. */
export interface SignUp {
  readonly step: Step;
  /** Normalised (see `normaliseEmail`): safe to compare. */
  readonly email: string;
  /** Empty for Entra and Microsoft accounts. */
  readonly identities: readonly Identity[];
  readonly attributes: Attributes;
  /** For custom attributes that go by a short name: that name -> the one received, `extension_<app id>_PartnerNumber`. */
  readonly longNames?: Readonly<Record<string, string>>;
  /** BCP 47 tags, the person's first choice first. */
  readonly locales: readonly string[];
  readonly source: Dialect;
}

/** Stands for the identity provider of people who come without `identities`: Entra and Microsoft accounts. */
export const ENTRA_ISSUER = "entra";

/** The identity providers a person signed in with. */
export function issuersOf(signUp: Pick<SignUp, "identities">): readonly string[] {
  if (signUp.identities.length === 0) return [ENTRA_ISSUER];
  return [...new Set(signUp.identities.map((identity) => identity.issuer))];
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
