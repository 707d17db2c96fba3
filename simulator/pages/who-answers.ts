/** The answers to "Who may sign up?", in the order in which they are shown. */
export const whoAnswers = ["list", "domains", "invited", "open"] as const;

/** An answer, with what it needs. */
export interface WhoAnswer {
  readonly who: (typeof whoAnswers)[number];
  /** Of "domains" alone. */
  readonly domains: readonly string[];
}

/** Domains as somebody typed them. */
export interface TypedDomains {
  readonly domains: readonly string[];
  /** Those of them where anybody gets an address. */
  readonly anyones: readonly string[];
  /** Texts that are not domains. */
  readonly wrong: readonly string[];
}

/** A line of a file that somebody has written by hand, and of what an answer would make of it: in both, or in one alone. */
export interface ChangedLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** A file that somebody has written by hand, and what an answer would make of it. */
export interface WhoChange {
  readonly file: string;
  readonly lines: readonly ChangedLine[];
}
