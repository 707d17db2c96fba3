import { checkAttributes, findChanges } from "./attributes";
import { assertDeclared, checkKeys, checkVerdict, readVerdict } from "./checks";
import { AddressNeededError, createFailure, FailureError, refuseWithoutAddress, UnfinishedError } from "./failure";
import { eachHash, type HashOf, type PersonHashes } from "./person";
import { distinct, hashAmong, joinRecords, type ReadRecords, readKeys } from "./records";
import type { AnyRule, Context, RecordKey, RestoreContext } from "./rule";
import { openServices } from "./rule-services";
import type { Run } from "./run";
import type { Attributes, SignUp } from "./sign-up";
import type { AnyVerdict, Findings, RuleResult } from "./verdict";

/**
 * Returns the attributes that `prepare` changes; before a token is sent, all attributes that `prepare` sets. Undefined if the rule reads an
 * address that the sign-up lacks.
 */
export function askToPrepare(rule: AnyRule, signUp: SignUp): Attributes | undefined {
  try {
    const attributes = rule.prepare?.(guardAddress(signUp));
    checkAttributes(attributes);
    return signUp.step === "before-sending-token" ? (attributes ?? {}) : findChanges(signUp, attributes ?? {});
  } catch (error) {
    return skipWithoutAddress(rule, error);
  }
}

/**
 * Returns the keys of the rows that the rule needs. If the hash secret has a previous version, returns keys with the hashes of both
 * versions. Undefined if the rule reads an address that the sign-up does not have.
 */
export function askForKeys(rule: AnyRule, signUp: SignUp, hashes: PersonHashes, now: Date): readonly RecordKey[] | undefined {
  try {
    return listKeys(rule, guardAddress(signUp), eachHash(hashes), now);
  } catch (error) {
    return skipWithoutAddress(rule, error);
  }
}

/** Returns the attributes that the rule restores, or undefined if the rule reads an address that the sign-up does not have. */
export function askToRestore(rule: AnyRule, signUp: SignUp, context: RestoreContext): Attributes | undefined {
  try {
    const attributes = rule.restore?.(guardAddress(signUp), context);
    checkAttributes(attributes);
    return attributes ?? {};
  } catch (error) {
    return skipWithoutAddress(rule, error);
  }
}

export interface PreparedRule {
  readonly rule: AnyRule;
  /** Attributes set by the rule's own `prepare`. */
  readonly set: Attributes;
  readonly needs: readonly RecordKey[];
  /** True if the rule read an address that the sign-up does not have. */
  readonly lacksAddress?: true;
}

export interface Turn {
  /** The sign-up that Entra sent. */
  readonly received: SignUp;
  /** The sign-up with the attributes that rules have set. */
  readonly signUp: SignUp;
  /** True if a rule has set anything since the rows were read. */
  readonly hasChanged: boolean;
  readonly records: ReadRecords;
  readonly findings: Findings;
  readonly earlierResults: readonly RuleResult[];
}

/** Returns a rule's verdict, or throws after the deadline. A rule without `decide` only prepares: its verdict is to continue. */
export async function askToDecide({ rule, lacksAddress }: PreparedRule, turn: Turn, run: Run): Promise<AnyVerdict> {
  const { policy, ports, deadline, lateCalls } = run;
  if (lacksAddress) return refuseWithoutAddress(policy.step);
  if (rule.decide === undefined) return { kind: "continue" };
  const { received, signUp, findings, earlierResults } = turn;
  const stop = ports.stopwatch?.(rule.name);
  const opened = openServices(rule, ports, deadline, (error) => lateCalls.push({ rule: rule.name, error }));
  try {
    const context: Context = {
      ...(await readRuleRows(rule, turn, run)),
      findings,
      received: guardAddress(received),
      said: earlierResults,
      // Each rule gets its own Date, because a rule could change a shared Date.
      now: new Date(ports.now),
      signal: deadline.signal,
      remainingMs: deadline.remainingMs,
      services: opened.services,
    };
    const answer = await deadline.hold(() => rule.decide?.(Object.freeze(guardAddress(signUp)), context));
    const unfinished = opened.end();
    if (unfinished.length > 0) throw new UnfinishedError(rule.name, unfinished);
    const verdict = checkVerdict(readVerdict(rule, answer), policy.step);
    assertDeclared(rule, verdict, findChanges(signUp, (verdict.kind === "continue" && verdict.attributes) || {}));
    return verdict;
  } catch (error) {
    if (error instanceof AddressNeededError) return refuseWithoutAddress(policy.step);
    throw error instanceof FailureError ? error : createFailure("rule", error, rule.name);
  } finally {
    stop?.();
    opened.end();
  }
}

/** An earlier rule may have changed attributes that select rows, or a row may contain a hash with the secret's other key. */
async function readRuleRows(
  rule: AnyRule,
  { signUp, hasChanged, records: first }: Turn,
  run: Run,
): Promise<Pick<Context, "records" | "hashOf">> {
  const { ports } = run;
  for (let records = first; ; ) {
    const hashOf = hashAmong(records, ports);
    if (!hasChanged && hashOf === ports.hashOf) return { records, hashOf };
    const keys = listKeys(rule, guardAddress(signUp), [...new Set<HashOf>([...eachHash(ports), hashOf])], ports.now);
    const missing = distinct(keys.filter((key) => !records.has(key)));
    if (missing.length === 0) return { records, hashOf };
    records = joinRecords(records, await readKeys(missing, run, { rule: rule.name }));
  }
}

function listKeys(rule: AnyRule, signUp: SignUp, hashes: readonly HashOf[], now: Date): readonly RecordKey[] {
  return hashes.flatMap((hashOf) => {
    const keys = rule.needs?.(signUp, hashOf, new Date(now));
    return checkKeys(keys);
  });
}

function skipWithoutAddress(rule: AnyRule, error: unknown): undefined {
  if (error instanceof AddressNeededError) return undefined;
  throw new FailureError({ why: "rule", rule: rule.name, error });
}

/**
 * Makes a missing address throw when a rule reads it, so that no rule decides by the address's absence. Before a token is sent, the address
 * does not throw, because rules admit nobody at that step.
 */
export function guardAddress(signUp: SignUp): SignUp {
  if (signUp.step === "before-sending-token" || signUp.email) return signUp;
  const email = {
    // The property is enumerable, so that a spread or JSON reads it and throws.
    enumerable: true,
    get: () => {
      throw new AddressNeededError();
    },
  };
  return Object.defineProperty({ ...signUp }, "email", email);
}
