import { DeadlineError } from "./deadline";
import type { Failure } from "./decision";
import type { AnyRule } from "./rule";

/** Ends a sign-up; `decide` turns it into a block. */
export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.why);
  }
}

/** The failure of something done within a deadline. @param rule the one at work */
export function failed(why: "rule" | "read" | "write", error: unknown, rule?: string): FailureError {
  return new FailureError({ why: error instanceof DeadlineError ? "deadline" : why, rule, error });
}

/** What a rule does before it decides, its failure named after it. */
export function guarded<T>(rule: AnyRule, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new FailureError({ why: "rule", rule: rule.name, error });
  }
}
