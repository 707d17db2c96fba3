import type { Page, PostponedRule } from "./decision";
import { addressOf } from "./email";
import { AddressNeededError } from "./failure";
import type { AnyRule, RecordKey } from "./rule";
import type { Attributes, SignUp } from "./sign-up";
import type { AnyVerdict, Block, Effect, Findings, Problem, RuleResult } from "./verdict";

/** Where the rules have brought a sign-up: each one's verdict is added to what was before. */
export interface State {
  readonly verdict: { readonly kind: "continue" } | Page | { readonly kind: "invalid"; readonly problems: readonly Problem[] };
  readonly decidedBy?: string;
  /** The verdict accepts the sign-up for later. */
  readonly isDeferred?: boolean;
  readonly signUp: SignUp;
  readonly findings: Findings;
  /** Values that were put back from what was read: no rule changes them. */
  readonly kept: Attributes;
  /** The writes that go with this verdict and no other, and those that go with any. */
  readonly effects: readonly Attributed[];
  readonly trace: readonly RuleResult[];
  readonly postponed: readonly PostponedRule[];
}

/** A rule and what it will look at. */
export interface Prepared {
  readonly rule: AnyRule;
  /** Set by the rule's own `prepare`. */
  readonly set: Attributes;
  readonly needs: readonly RecordKey[];
  /** It looked at an address that is not there. */
  readonly lacksAddress?: true;
}

/** A write, and the rule that wants it: one of a name that several may have. */
export interface Attributed {
  readonly by: Prepared;
  readonly effect: Effect;
}

/** The state of a sign-up before any rule has decided. */
export function initialState(signUp: SignUp, kept: Attributes = {}): State {
  const nothing = { findings: frozen({}), effects: [], trace: [], postponed: [] };
  return { verdict: { kind: "continue" }, signUp: withAttributes(signUp, kept), kept, ...nothing };
}

/** The same with one more line in the trace. */
export function traced(state: State, result: RuleResult): State {
  return { ...state, trace: [...state.trace, result] };
}

/** The decision so far, also of a state that fails. */
export function partialDecision({ trace, postponed }: State, { received, prepared }: Readonly<Record<"received" | "prepared", SignUp>>) {
  return { trace, ...(postponed.length > 0 && { postponed: { received, signUp: prepared, rules: postponed } }) };
}

/** True where a sign-up is accepted for later. */
function isDeferred(verdict: AnyVerdict): boolean {
  return verdict.kind === "block" && verdict.deferred === true;
}

/** True where a sign-up would be accepted for later though the person still has something to mend. */
export function comesTooEarly(verdict: AnyVerdict, { verdict: before }: State): boolean {
  return isDeferred(verdict) && before.kind === "invalid";
}

/** A block ends it and beats problems found before; problems add up; what a "continue" brings is for the rules that follow. */
export function after(state: State, by: Prepared, verdict: AnyVerdict): State {
  const rule = by.rule.name;
  const effects = (verdict.effects ?? []).map((effect) => ({ by, effect }));
  const before = state.verdict;
  switch (verdict.kind) {
    case "block": {
      const deferred = isDeferred(verdict);
      const kept = state.effects.filter(deferred ? ({ effect }) => !effect.onlyIfAdmitted : isUnconditional);
      return { ...state, verdict: pageOf(verdict), isDeferred: deferred, decidedBy: rule, effects: [...kept, ...effects] };
    }
    case "invalid": {
      const again = before.kind === "invalid";
      return {
        ...state,
        verdict: { kind: "invalid", problems: [...(again ? before.problems : []), ...verdict.problems] },
        decidedBy: state.decidedBy ?? rule,
        effects: [...(again ? state.effects : state.effects.filter(isUnconditional)), ...effects],
      };
    }
    case "continue":
      return {
        ...state,
        signUp: withAttributes(withAttributes(state.signUp, verdict.attributes ?? {}), state.kept),
        findings: frozen({ ...state.findings, ...verdict.findings }),
        effects: [...state.effects, ...(before.kind === "continue" ? effects : effects.filter(isUnconditional))],
      };
  }
}

function isUnconditional({ effect }: Attributed): boolean {
  return effect.always ?? false;
}

/** As much of a block as its page shows. */
export function pageOf({ kind, reason, message, wording }: Block): Page {
  return { kind, reason, ...(message !== undefined && { message }), ...(wording !== undefined && { wording }) };
}

/**
 * The sign-up for rules. Reading or copying a missing address throws, so that no rule decides by its absence. Before a token is sent,
 * where rules admit nobody, the address is empty instead.
 */
export function guardedAddress(signUp: SignUp): SignUp {
  if (signUp.step === "before-sending-token" || addressOf(signUp) !== undefined) return signUp;
  const email = {
    // A spread, or JSON, would go on without it.
    enumerable: true,
    get: () => {
      throw new AddressNeededError();
    },
  };
  return Object.defineProperty({ ...signUp }, "email", email);
}

/** The same with other attributes, for a rule that does not ask for the address. */
export function shownWith(signUp: SignUp, attributes: Attributes): SignUp {
  const members = { ...Object.getOwnPropertyDescriptors(signUp), attributes: { value: attributes, enumerable: true } };
  return Object.create(Object.prototype, members);
}

/** Attributes whose values are not yet those of `before`. */
export function changes(before: Attributes, after: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(value)),
  );
}

/** The sign-up with these attributes set; the same object where there are none. */
export function withAttributes(signUp: SignUp, attributes: Attributes): SignUp {
  if (Object.keys(attributes).length === 0) return signUp;
  return frozen({ ...signUp, attributes: { ...signUp.attributes, ...attributes } });
}

/** The same value, closed to writing at any depth: what one rule is shown must reach the next one unchanged. */
export function frozen<T>(value: T): T {
  // Values other than objects count as frozen.
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  const members = value instanceof Map ? [...value.values()] : Object.values(value as object);
  members.forEach(frozen);
  return value;
}
