/** The answers to "Who may sign up?", in the order in which they appear. */
export const whoAnswers = ["list", "domains", "invited", "open"] as const;

export interface WhoAnswer {
  readonly who: (typeof whoAnswers)[number];
  /** Empty unless `who` is "domains". */
  readonly domains: readonly string[];
}

export interface TypedDomains {
  readonly domains: readonly string[];
  /** Domains at which anyone can get an address. */
  readonly anyones: readonly string[];
  /** Texts that are not domains. */
  readonly wrong: readonly string[];
}

/** "-": only the hand-written file has the line. "+": only the answer's version has it. " ": both have it. */
export interface ChangedLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** A hand-written file, compared with the answer's version. */
export interface WhoChange {
  readonly file: string;
  readonly lines: readonly ChangedLine[];
}
