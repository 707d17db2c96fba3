/** The answers to "Who may sign up?". */
export const whoAnswers = ["list", "domains", "invited", "open"] as const;

/** An answer, with what it needs. */
export interface WhoChosen {
  readonly who: (typeof whoAnswers)[number];
  /** Of "domains" alone. */
  readonly domains: readonly string[];
}
