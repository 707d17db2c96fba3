import type { Context, Use } from "./rule";
import type { SignUp } from "./sign-up";
import type { UpstreamFailure } from "./upstream";
import type { Problem } from "./verdict";

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
