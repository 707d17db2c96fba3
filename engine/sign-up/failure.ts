import type { Dialect, Parsed } from "../protocols/dialect";
import type { Answer, Decision, Failure, PartialDecision } from "./decision";
import type { AnyRule } from "./rule";
import type { Step } from "./sign-up";
import { DeadlineError } from "./time";
import type { AnyVerdict } from "./verdict";

/** The reason of every block that a failure of ours causes. */
export const UNAVAILABLE = "gatehouse.unavailable";

/** The decision on a call that no rule got to see. */
export function refusal(reason: string, step: Step): Decision {
  return { answer: withoutRules(reason, step), trace: [], replayed: [] };
}

/** The answer where the rules cannot give one: a block, or at the step that stops nobody a token without claims. */
export function withoutRules(reason: string, step: Step): Answer {
  return step === "before-sending-token" ? { kind: "continue", attributes: {} } : { kind: "block", reason };
}

/** Ends a sign-up; `decide` turns it into a block. */
export class FailureError extends Error {
  constructor(
    readonly failure: Failure,
    /** What there was of the decision. */
    readonly had: PartialDecision = {},
  ) {
    super(failure.why);
  }
}

/** An error as the failure of a sign-up that had come so far. */
export function failureWith(had: PartialDecision, error: unknown): FailureError {
  if (!(error instanceof FailureError)) return new FailureError({ why: "rule", error }, had);
  return new FailureError(error.failure, { ...had, ...error.had });
}

/** Work whose error carries what there was of the decision before it. */
export async function carrying<T>(had: PartialDecision, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureWith(had, error);
  }
}

/** The decision on a sign-up that ended with an error. */
export function failedDecision(thrown: unknown, step: Step): Decision {
  const { failure, had } = failureWith({}, thrown);
  const by = failure.rule !== undefined && { decidedBy: failure.rule };
  return { ...refusal(UNAVAILABLE, step), ...by, ...had, failure };
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

/** The decision as the dialect can say it. One that it cannot say fails as a rule would that says it. */
export function carriedBy(
  dialect: Pick<Dialect, "carry">,
  parsed: Parsed,
  decision: Decision,
): { readonly carried: Decision; readonly notCollected: readonly string[] } {
  if (!parsed.ok || decision.answer.kind !== "continue") return { carried: decision, notCollected: [] };
  try {
    const { attributes, notCollected } = dialect.carry(decision.answer.attributes, parsed.signUp);
    return { carried: { ...decision, answer: { kind: "continue", attributes } }, notCollected };
  } catch (error) {
    const answer = withoutRules(UNAVAILABLE, parsed.signUp.step);
    return { carried: { ...decision, answer, failure: { why: "rule", error } }, notCollected: [] };
  }
}

/** The verdict of a rule that needs an address and has none. Before a token is sent the rule sets nothing. */
export function withoutAddress(step: Step): AnyVerdict {
  return step === "before-sending-token" ? { kind: "continue" } : { kind: "block", reason: "request.email" };
}
