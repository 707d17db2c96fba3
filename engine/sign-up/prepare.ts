import { checkedAttributes, checkedKeys } from "./checks";
import { AddressNeededError, FailureError, failed, guarded } from "./failure";
import { eachHash, type HashOf, type PersonHashes } from "./person";
import type { Ports } from "./ports";
import { distinct, type ReadRecords, recordsOf, together } from "./records";
import type { AnyRule, RecordKey, Row, ShadowRule } from "./rule";
import type { Attributes, SignUp } from "./sign-up";
import { changes, frozen, guardedAddress, type Prepared, withAttributes } from "./state";
import type { Deadline } from "./time";

export interface PreparedPolicy {
  /** As it came. */
  readonly received: SignUp;
  readonly signUp: SignUp;
  /** In the policy's order. A shadowed rule has no part in what is prepared and read. */
  readonly rules: readonly (Prepared | ShadowRule)[];
}

/** Collects what all rules set and need. */
export function prepareAll(
  entries: readonly (AnyRule | ShadowRule)[],
  event: SignUp,
  ports: PersonHashes & Pick<Ports, "now">,
): PreparedPolicy {
  const received = frozen(event);
  let signUp = received;
  const lacking = new Set<AnyRule>();
  function said<T>(rule: AnyRule, work: () => T, none: T): T {
    const found = unlessItNeedsAnAddress(rule, work);
    if (found === undefined) lacking.add(rule);
    return found ?? none;
  }
  const sets = entries.map((entry) => {
    if ("shadow" in entry) return {};
    const set = said(entry, () => setBy(entry, signUp), {});
    signUp = withAttributes(signUp, set);
    return set;
  });
  const rules = entries.map((entry, index) => {
    if ("shadow" in entry) return entry;
    const needs = said(entry, () => needsOf(entry, signUp, eachHash(ports), ports.now), []);
    return { rule: entry, set: sets[index] as Attributes, needs, ...(lacking.has(entry) && { lacksAddress: true as const }) };
  });
  return { received, signUp, rules };
}

/** Runs a rule's part before `decide`. Undefined if it needs an address that is absent. */
export function unlessItNeedsAnAddress<T>(rule: AnyRule, work: () => T): T | undefined {
  try {
    return guarded(rule, work);
  } catch (error) {
    if (error instanceof FailureError && error.failure.error instanceof AddressNeededError) return undefined;
    throw error;
  }
}

/** The attributes that a rule's `prepare` changes; before a token is sent, all that it sets. */
export function setBy(rule: AnyRule, signUp: SignUp): Attributes {
  const set = checkedAttributes(rule.prepare?.(guardedAddress(signUp)));
  return signUp.step === "before-sending-token" ? set : changes(signUp.attributes, set);
}

/** The rows that a rule will look at, under either hash. */
export function needsOf(rule: AnyRule, signUp: SignUp, hashes: readonly HashOf[], now: Date): readonly RecordKey[] {
  const shown = guardedAddress(signUp);
  return hashes.flatMap((hashOf) => checkedKeys(rule.needs?.(shown, hashOf, new Date(now))));
}

/** Reads the rows that rules need besides, if the sign-up turned out to be another person's. */
export async function readRest({ rules }: PreparedPolicy, records: ReadRecords, ports: Ports, deadline: Deadline): Promise<ReadRecords> {
  const keys = distinct(needsOfAll(rules)).filter((key) => !records.has(key));
  if (keys.length === 0) return records;
  try {
    return together(records, recordsOf(keys, frozen(await deadline.hold(() => ports.read(keys, deadline.signal)))));
  } catch (error) {
    throw failed("read", error);
  }
}

function needsOfAll(rules: PreparedPolicy["rules"]): readonly RecordKey[] {
  return rules.flatMap((prepared) => ("shadow" in prepared ? [] : prepared.needs));
}

/** Keys that go along with those of the rules; optional ones may not be found for any reason. */
interface MoreKeys {
  readonly more?: readonly RecordKey[] | undefined;
  readonly optional: readonly RecordKey[];
}

/** One read for all rules. */
export async function readAll(
  rules: PreparedPolicy["rules"],
  { more = [], optional }: MoreKeys,
  ports: Ports,
  deadline: Deadline,
): Promise<ReadRecords> {
  const keys = distinct([...more, ...needsOfAll(rules)]);
  try {
    const found: ReadonlyMap<string, Row> =
      keys.length + optional.length === 0 ? new Map() : frozen(await deadline.hold(() => ports.read(keys, deadline.signal, optional)));
    return recordsOf([...optional, ...keys], found);
  } catch (error) {
    throw failed("read", error);
  }
}
