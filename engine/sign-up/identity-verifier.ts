import type { Context, Use } from "./rule";
import type { SignUp } from "./sign-up";
import type { UpstreamFailure } from "./upstream";
import type { Problem } from "./verdict";

/** The outcome of a verification. */
export type Verification =
  | { readonly kind: "verified" | "refuted" | "review"; readonly vendorReference?: string; readonly code?: string }
  /** Nothing was decided. */
  | { readonly kind: "unavailable"; readonly upstreamFailure: UpstreamFailure };

/** What a vendor is asked about one person, by the vendor's own field names. */
export type Fields = Readonly<Record<string, string>>;

/**
 * A vendor that verifies identities: `idology()`, `experian()`, or one of your own. It is not asked about a sign-up that
 * lacks a value it needs.
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
  /** kebab-case: records and metrics show it, and so does the reference that the vendor gets. */
  readonly name: string;
  readonly uses: readonly Use[];
  /** Short names of the attributes that `fieldsOf` may find a problem with: synth warns if one has no label. */
  readonly asks?: readonly string[];
  /** Pure: the vendor's fields, made from a sign-up's attributes; or the problems that keep the vendor from being asked. */
  fieldsOf(signUp: SignUp): { readonly fields: Fields } | { readonly problems: readonly Problem[] };
  /**
   * Asks the vendor. If anything goes wrong, return "unavailable"; throwing means the same.
   * @param reference a GUID, the same for the same person with the same fields
   */
  verify(fields: Fields, reference: string, context: Context): Promise<Verification>;
}
