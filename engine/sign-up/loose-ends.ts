/** Work of a rule that nobody waits for, and what became of it. */
export interface LooseEnd {
  readonly rule: string;
  readonly error: unknown;
}

/** Sees what fails with nobody waiting for it: what a rule throws inside `forEach(async …)`. */
export interface LooseEnds {
  /** Does a rule's work, so that what it leaves is known as its own. Throws if it answers with calls under way. */
  of<T>(rule: string, work: () => T | Promise<T>): Promise<T>;
  /** Those that failed so far, once all that is due by now has run. */
  failed(): Promise<readonly LooseEnd[]>;
}
