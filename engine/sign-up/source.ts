import type { Context, RecordKey, Use } from "./rule";
import type { Attributes, SignUp } from "./sign-up";
import type { Evidence } from "./verdict";

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
   * What becomes of a sign-up when it cannot be asked: the author's choice, where it can fail by itself.
   * @default "block"
   */
  readonly onFailure?: "continue" | "block";
  /** Pure: the rows it will look at. */
  needs?(signUp: SignUp): readonly RecordKey[];
  /** What it knows, as attributes; undefined if it knows nothing. Throws UpstreamError if it cannot be asked. */
  find(signUp: SignUp, context: Context): Promise<Attributes | undefined> | Attributes | undefined;
  /** Pure: what the answer rests on, for a sign-up that it knows. Kinds and codes, never values. */
  evidence?(signUp: SignUp, context: Context): Evidence;
}
