/** Kinds of Entra tenants, as commands name them. */
export const tenantKinds = ["workforce", "b2c", "external-tenant"] as const;
export type TenantKind = (typeof tenantKinds)[number];

/** The moments at which Entra calls a gate. */
export const steps = ["after-sign-in", "before-create-user", "before-sending-token"] as const;
/** The moment at which Entra calls the gate. */
export type Step = (typeof steps)[number];
/** A step that decides whether a person may sign up. */
export type DecidingStep = Exclude<Step, "before-sending-token">;

/** The API connector of a workforce tenant and of Azure AD B2C; the custom authentication extension of an external tenant. */
export const dialects = ["b2b", "b2c", "external-tenant"] as const;
export type DialectName = (typeof dialects)[number];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A string; for custom attributes also a boolean or integer; for other claims any JSON. */
export type AttributeValue = Exclude<Json, null>;

/** Attributes by name. A custom attribute has its short name, `extension_PartnerNumber`. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One account at an identity provider. */
export interface Identity {
  /** The provider in lower case, `google.com` and not `google`. `mail` stands for a one-time passcode by e-mail. */
  readonly issuer: string;
  /** The provider's own id of the person: opaque, kept exactly. */
  readonly issuerAssignedId?: string;
  readonly signInType?: string;
}

/** Identity providers that are trusted to confirm an address, or "any". */
export type Trust = readonly string[] | "any";

/** The application that a person signs up to use. */
export interface Application {
  /** Its client id, lower case. */
  readonly id: string;
  readonly name?: string;
}

/** The type of an attribute in the directory, as Graph names it. */
export type DirectoryType = "string" | "stringCollection" | "int64" | "boolean";

/** One person who signs up, at one step. */
export interface SignUp {
  readonly step: Step;
  /**
   * The normalised address. Reading a missing address ends the sign-up with `request.email` (see `addressOf`). Before a token is sent, a
   * missing one is empty.
   */
  readonly email: string;
  /**
   * True if no provider vouches for the address. A rule may refuse somebody because of such an address, but never admit anybody because of
   * it.
   */
  readonly emailTyped?: true;
  /** The step's `trust`, which `addressProven` applies. */
  readonly trust?: Trust;
  /** Accounts at identity providers. Empty for people who sign in with an Entra or Microsoft account. */
  readonly identities: readonly Identity[];
  /** Attributes by short name. Before the account is created, they are the values of the form. */
  readonly attributes: Attributes;
  /** Custom attributes: short name -> received name, `extension_<app id>_PartnerNumber`. */
  readonly longNames?: Readonly<Record<string, string>>;
  /** BCP 47 tags, the person's first choice first. */
  readonly locales: readonly string[];
  readonly source: DialectName;
  /** The named gate; absent for the default gate. */
  readonly gate?: string;
  /** Sent by B2C and external tenants. */
  readonly application?: Application;
  /** Sent by external tenants. */
  readonly ipAddress?: string;
  /** Entra's id of the sign-in; sent by external tenants. */
  readonly correlationId?: string;
  /** The account's id in the directory; sent only before a token is sent. */
  readonly userId?: string;
  /** ISO 8601; sent by external tenants before a token is sent. */
  readonly userCreatedAt?: string;
  /** Attributes that the user flow collects, by short name: an answer can set no others. External tenants send them. */
  readonly collected?: Readonly<Record<string, DirectoryType>>;
  /** Short names of the attributes that hold a list of texts, from entra-attributes.ts. */
  readonly listAttributes?: readonly string[];
}
