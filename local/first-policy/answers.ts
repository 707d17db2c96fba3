/** The answers to "Who may sign up?", in the order in which they appear. */
export const whoAnswers = ["list", "domains", "invited", "open"] as const;

/** An answer and its domains. */
export interface WhoAnswer {
  readonly who: (typeof whoAnswers)[number];
  /** Present only for "domains". */
  readonly domains: readonly string[];
}

/** Domains as typed. */
export interface TypedDomains {
  readonly domains: readonly string[];
  /** Domains at which anyone can get an address. */
  readonly anyones: readonly string[];
  /** Texts that are not domains. */
  readonly wrong: readonly string[];
}

/** A line in a comparison of a hand-written file with the answer's version: in both, or in only one. */
export interface ChangedLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** A hand-written file, compared with the answer's version. */
export interface WhoChange {
  readonly file: string;
  readonly lines: readonly ChangedLine[];
}
