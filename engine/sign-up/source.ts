import { brand } from "./failure";
import type { Context, RecordKey, Use } from "./rule";
import type { UpstreamFailure } from "./service";
import type { Attributes, SignUp } from "./sign-up";
import type { Evidence, Problem } from "./verdict";

/**
 * The reason why a source cannot be asked about a sign-up. "missing" or "unusable": the person can correct an attribute. "untrusted": no
 * provider that the source trusts confirms the address.
 *
 * @example
 * const badges: Source = {
 *   name: "badges",
 *   uses: [],
 *   asks: ["extension_Badge"],
 *   find: ({ attributes: { extension_Badge: badge } }) => {
 *     if (typeof badge !== "string") return new NotAsked("missing", "extension_Badge");
 *     return badge === "B-1" ? { jobTitle: "Guard" } : undefined;
 *   },
 * };
 */
export class NotAsked {
  static {
    brand(NotAsked, "NotAsked");
  }
  readonly attribute: string | undefined;
  constructor(why: "untrusted");
  constructor(why: "missing" | "unusable", attribute: string);
  constructor(
    readonly why: "missing" | "unusable" | "untrusted",
    attribute?: string,
  ) {
    this.attribute = attribute;
  }
}

/** A place where rules look up a person or a value: `profiles()`, `http()`, or a source of your own. */
export interface Source {
  /** kebab-case. */
  readonly name: string;
  readonly uses: readonly Use[];
  /**
   * The effect of a failed call. "continue": the typed values stay.
   * @default "block"
   */
  readonly onFailure?: "continue" | "block";
  /** Pure: the rows that `find` will look at. */
  needs?(signUp: SignUp): readonly RecordKey[];
  /** Attributes that the source searches by: synth warns if one has no label. No later rule may set one of them. @default any */
  readonly asks?: readonly string[];
  /** True if the source finds people by their address: the step must then set `trust`. @default true with `trust` */
  readonly byAddress?: boolean;
  /** Identity providers that the source trusts to confirm an address: narrows the step's `trust`. */
  readonly trust?: readonly string[];
  /**
   * Returns a plain object of the person's attributes, undefined if the source knows nothing about the person, or `NotAsked` if it cannot
   * be asked. Throws UpstreamError if the call fails.
   */
  find(signUp: SignUp, context: Context): Promise<Attributes | NotAsked | undefined> | Attributes | NotAsked | undefined;
  /** Pure: kinds and codes behind the answer, never values. */
  evidence?(signUp: SignUp, context: Context): Evidence;
}

/** A vendor's answer. "unavailable": no decision. */
export type Verification =
  | { readonly kind: "verified" | "refuted" | "review"; readonly vendorReference?: string; readonly code?: string }
  | { readonly kind: "unavailable"; readonly upstreamFailure: UpstreamFailure };

/** Facts about one person, by the vendor's own field names. */
export type Fields = Readonly<Record<string, string>>;

/**
 * A vendor that verifies identities: `idology()`, `experian()`, or one of your own.
 *
 * @example
 * const acme: IdentityVerifier = {
 *   name: "acme",
 *   uses: [{ service: "acme" }, { secret: "acme" }],
 *   fieldsOf: ({ attributes: { surname } }) =>
 *     typeof surname === "string" ? { fields: { surname } } : { problems: [{ attribute: "surname", reason: "attribute.required" }] },
 *   verify: async (fields, reference) => ({ kind: "review", vendorReference: reference }),
 * };
 */
export interface IdentityVerifier {
  /** kebab-case. */
  readonly name: string;
  readonly uses: readonly Use[];
  /** Attributes in which `fieldsOf` may find a problem: synth warns if one has no label. */
  readonly asks?: readonly string[];
  /** Pure: returns the vendor's fields, or the problems because of which the vendor cannot be asked. */
  fieldsOf(signUp: SignUp): { readonly fields: Fields } | { readonly problems: readonly Problem[] };
  /**
   * Asks the vendor. If anything goes wrong, return "unavailable" or throw.
   * @param reference a GUID, the same for the same person with the same fields
   */
  verify(fields: Fields, reference: string, context: Context): Promise<Verification>;
}
