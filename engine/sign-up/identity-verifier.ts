import type { Context, Use } from "./rule";
import type { SignUp } from "./sign-up";
import type { UpstreamFailure } from "./upstream";
import type { Problem } from "./verdict";

/** What became of a verification. */
export type Verification =
  | { readonly kind: "verified" | "refuted" | "review"; readonly vendorReference?: string; readonly code?: string }
  /** Nothing was decided. */
  | { readonly kind: "unavailable"; readonly upstreamFailure: UpstreamFailure };

/** What a vendor is asked about one person: its own names of fields. */
export type Fields = Readonly<Record<string, string>>;

/**
 * A vendor that verifies identities: `idology()`, `experian()`, or one of your own. It is not asked for a sign-up that lacks
 * what it needs.
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
  /** kebab-case: stands in records and metrics, and in the reference that the vendor gets. */
  readonly name: string;
  readonly uses: readonly Use[];
  /** Short names of the attributes that `fieldsOf` may find a problem with: synth warns of one that has no label. */
  readonly asks?: readonly string[];
  /** Pure: the vendor's fields from a sign-up's attributes, or what is missing for them. The vendor is not asked then. */
  fieldsOf(signUp: SignUp): { readonly fields: Fields } | { readonly problems: readonly Problem[] };
  /**
   * Asks. What goes wrong is the outcome "unavailable"; anything thrown counts as that too.
   * @param reference a GUID, the same whenever the same person is asked about with the same fields
   */
  verify(fields: Fields, reference: string, context: Context): Promise<Verification>;
}
