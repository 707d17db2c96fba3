import type { Context, RecordKey, Use } from "./rule";
import type { Attributes, SignUp } from "./sign-up";
import type { Evidence } from "./verdict";

/**
 * Why a source is not asked about a sign-up, which is not "it knows nothing": "missing" or "unusable", an attribute that the
 * person can correct; "untrusted", nobody whom the source trusts vouches for the address.
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

/**
 * Where rules find what somebody else knows of a person or a value: `profiles()`, `http()`, or one of your own.
 *
 * @example
 * const staff: Source = {
 *   name: "staff",
 *   uses: [],
 *   find: ({ email }) => (email.endsWith("@contoso.com") ? { jobTitle: "Employee" } : undefined),
 * };
 */
export interface Source {
  /** kebab-case: stands in records and metrics. */
  readonly name: string;
  readonly uses: readonly Use[];
  /**
   * What becomes of a sign-up when a call to it fails: the author's choice, where it can fail by itself. "continue": what was
   * typed stays.
   * @default "block"
   */
  readonly onFailure?: "continue" | "block";
  /** Pure: the rows it will look at. */
  needs?(signUp: SignUp): readonly RecordKey[];
  /** Short names of the attributes without which it cannot be asked: synth warns of one that has no label. */
  readonly asks?: readonly string[];
  /** The identity providers whose word for an address it takes, if it looks at that. */
  readonly trust?: readonly string[];
  /**
   * What it knows, as attributes; undefined if it was asked and knows nothing; `NotAsked` if this sign-up keeps it from being
   * asked. Throws UpstreamError if the call fails.
   */
  find(signUp: SignUp, context: Context): Promise<Attributes | NotAsked | undefined> | Attributes | NotAsked | undefined;
  /** Pure: what the answer rests on, for a sign-up that it knows. Kinds and codes, never values. */
  evidence?(signUp: SignUp, context: Context): Evidence;
}
