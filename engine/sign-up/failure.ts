import type { Dialect, Parsed } from "../protocols/dialect";
import type { Answer, Decision, Failure, RuleResults } from "./decision";
import type { UpstreamFailure } from "./service";
import type { Step } from "./sign-up";
import { DeadlineError } from "./time";
import type { AnyVerdict } from "./verdict";

/**
 * Makes `instanceof` recognize objects of every copy of this package: a policy may bring its own. A subclass recognizes only its own
 * objects.
 * @param name the class's name in all copies
 */
export function brand(type: abstract new (...given: never[]) => object, name: string): void {
  const mark = Symbol.for(`entra-gatehouse:${name}`);
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === "object" && value !== null && mark in value;
    },
  });
}

/** A rule read the address of a person who has none: it cannot judge this person. */
export class AddressNeededError extends Error {
  static {
    brand(AddressNeededError, "AddressNeededError");
  }
  override readonly name = "AddressNeededError";
  constructor() {
    super("The request has no e-mail address.");
  }
}

/**
 * A call to another system failed. If a rule or a source throws it, the sign-up is blocked and an alarm rings.
 *
 * @example
 * throw new UpstreamError({ service: "crm", kind: "failed", status: 503 });
 */
export class UpstreamError extends Error {
  static {
    brand(UpstreamError, "UpstreamError");
  }
  override readonly name = "UpstreamError";
  constructor(
    readonly failure: UpstreamFailure,
    options?: ErrorOptions,
  ) {
    super(`${failure.service}: ${failure.kind}${failure.status === undefined ? "" : ` (${failure.status})`}`, options);
  }
}

const DOWN_STATUSES: readonly (number | undefined)[] = [502, 503, 504];

/**
 * True if a call failed because the system is down: no connection, no answer in time, or a status 502, 503 or 504. False if
 * it answered, however unusable: 401, 429, 500, HTML, other JSON.
 *
 * @example
 * defineRule(
 *   "crm",
 *   async ({ services }) => {
 *     try {
 *       await services.call("crm", { method: "POST", path: "/sign-ups", json: {} });
 *       return pass();
 *     } catch (error) {
 *       if (!isDown(error)) throw error;
 *       return pass({ upstreamFailure: error.failure });
 *     }
 *   },
 *   { uses: [service("crm", { url: "https://crm.contoso.com" })] },
 * )
 */
export function isDown(error: unknown): error is UpstreamError {
  if (!(error instanceof UpstreamError)) return false;
  const { kind, status } = error.failure;
  return kind === "timeout" || kind === "connection" || (kind === "failed" && DOWN_STATUSES.includes(status));
}

/** A rule answered while its own calls were still running, so their result is unknown. */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
  /** @param work names of services and secrets, "read", "write" */
  constructor(
    rule: string,
    readonly work: readonly string[],
  ) {
    super(`The rule "${rule}" answered before its work had ended (${work.join(", ")}): await every call, also inside forEach and map.`);
  }
}

/** The reason of every block that a failure of Gatehouse causes. */
export const UNAVAILABLE = "gatehouse.unavailable";

export function refusal(reason: string, step: Step): Decision {
  return { answer: answerWithoutRules(reason, step), trace: [], replayed: [] };
}

export function answerWithoutRules(reason: string, step: Step): Answer {
  return step === "before-sending-token" ? { kind: "continue", attributes: {} } : { kind: "block", reason };
}

export class FailureError extends Error {
  /** @param results of the rules until then */
  constructor(
    readonly failure: Failure,
    readonly results: RuleResults = {},
  ) {
    super(failure.why);
  }
}

export function toFailure(error: unknown): Failure {
  return error instanceof FailureError ? error.failure : { why: "rule", error };
}

export function withResults(error: unknown, results: RuleResults): FailureError {
  return new FailureError(toFailure(error), results);
}

/** Makes an error with the given `why`, or with "deadline" if `error` is a DeadlineError. @param rule the rule that was running */
export function createFailure(why: "rule" | "read" | "write", error: unknown, rule?: string): FailureError {
  return new FailureError({ why: error instanceof DeadlineError ? "deadline" : why, rule, error });
}

/** Returns the decision with only the attributes that the dialect can send. The decision fails if the dialect has no form for a value. */
export function carriedBy(
  dialect: Pick<Dialect, "carry">,
  parsed: Parsed,
  decision: Decision,
): { readonly carried: Decision; readonly notCollected: readonly string[] } {
  if (!parsed.ok || decision.answer.kind !== "continue") return { carried: decision, notCollected: [] };
  try {
    const { attributes, notCollected } = dialect.carry(decision.answer.attributes, parsed.received);
    return { carried: { ...decision, answer: { kind: "continue", attributes } }, notCollected };
  } catch (error) {
    const answer = answerWithoutRules(UNAVAILABLE, parsed.received.step);
    return { carried: { ...decision, answer, failure: { why: "rule", error } }, notCollected: [] };
  }
}

export function refuseWithoutAddress(step: Step): AnyVerdict {
  return step === "before-sending-token" ? { kind: "continue" } : { kind: "block", reason: "request.email" };
}
