import { freeze } from "../../../engine/collections";
import type { PreparedRule } from "../../../engine/sign-up/ask-rule";
import { guardAddress } from "../../../engine/sign-up/ask-rule";
import { findChanges, setAttributes, showAttributes } from "../../../engine/sign-up/attributes";
import { AddressNeededError } from "../../../engine/sign-up/failure";
import { type AnyRule, makeRule } from "../../../engine/sign-up/rule";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import { addResult, addVerdict, defersDespiteProblems, type State, startState, toBlockPage } from "../../../engine/sign-up/state";
import type { AnyVerdict, Effect } from "../../../engine/sign-up/verdict";
import { block, CONTINUE, effect, invalid, NOW, person } from "./people";

const start = startState();
const by = (name: string, declared: Partial<AnyRule> = {}): PreparedRule => ({
  rule: { ...makeRule({ name }), ...declared } as AnyRule,
  set: {},
  needs: [],
});
/** The state after each rule's verdict, in order. */
const stateAfter = (...verdicts: readonly AnyVerdict[]) =>
  verdicts.reduce<State>((state, verdict, index) => addVerdict(state, by(`r${index + 1}`), verdict), start);
const deferred = { ...block("later"), deferred: true } as const;
const wants = (verdict: object, ...entries: readonly (readonly [string, Partial<Effect>?])[]) =>
  ({ ...verdict, effects: entries.map(([entry, changes]) => effect(entry, changes)) }) as never as AnyVerdict;
const writes = [["a"], ["always", { always: true }], ["admitted", { onlyIfAdmitted: true }]] as const;

describe("the state before any rule", () => {
  it("is a continue with the restored values", () => {
    const restored = { city: "busan", state: "x" };
    expect(startState(restored)).toEqual({
      verdict: CONTINUE,
      attributes: restored,
      findings: {},
      restoredAttributes: restored,
      effects: [],
      trace: [],
      postponed: [],
    });
  });
});

describe("a verdict added to earlier ones", () => {
  it.each<{ given: string; verdicts: readonly AnyVerdict[]; verdict: State["verdict"]; decidedBy?: string; isDeferred?: boolean }>([
    { given: "a rule lets go on", verdicts: [CONTINUE], verdict: CONTINUE },
    { given: "one blocks", verdicts: [CONTINUE, block("no")], verdict: block("no"), decidedBy: "r2", isDeferred: false },
    {
      given: "one finds a problem, another blocks",
      verdicts: [invalid("city"), block("no")],
      verdict: block("no"),
      decidedBy: "r2",
      isDeferred: false,
    },
    { given: "one defers", verdicts: [deferred], verdict: block("later"), decidedBy: "r1", isDeferred: true },
    {
      given: "two find problems",
      verdicts: [invalid("city"), CONTINUE, invalid("state", "surname")],
      verdict: invalid("city", "state", "surname"),
      decidedBy: "r1",
    },
  ])("$given", ({ verdicts, verdict, decidedBy, isDeferred }) => {
    const state = stateAfter(...verdicts);
    expect({ verdict: state.verdict, decidedBy: state.decidedBy, isDeferred: state.isDeferred }).toEqual({
      verdict,
      decidedBy,
      isDeferred,
    });
  });

  it.each<{ given: string; verdicts: readonly AnyVerdict[]; kept: readonly string[] }>([
    { given: "all go on", verdicts: [wants(CONTINUE, ...writes), wants(CONTINUE, ["b"])], kept: ["a", "always", "admitted", "b"] },
    { given: "a block follows", verdicts: [wants(CONTINUE, ...writes), wants(block("no"), ["b"])], kept: ["always", "b"] },
    { given: "it is deferred", verdicts: [wants(CONTINUE, ...writes), wants(deferred, ["b"])], kept: ["a", "always", "b"] },
    { given: "a problem follows", verdicts: [wants(CONTINUE, ...writes), wants(invalid("city"), ["b"])], kept: ["always", "b"] },
    {
      given: "another problem follows",
      verdicts: [wants(invalid("city"), ["b"]), wants(invalid("state"), ["c"])],
      kept: ["b", "c"],
    },
    { given: "a rule goes on after a problem", verdicts: [invalid("city"), wants(CONTINUE, ...writes)], kept: ["always"] },
  ])("keeps these effects if $given: $kept", ({ verdicts, kept }) => {
    const state = stateAfter(...verdicts);
    expect(state.effects.map(({ effect: each }) => "item" in each && each.item.entry)).toEqual(kept);
  });

  it("names the rule of each effect", () => {
    const own = by("own");
    expect(addVerdict(start, own, wants(CONTINUE, ["a"])).effects).toEqual([{ rule: "own", effect: effect("a") }]);
  });

  it("sets attributes and findings, except for restored attributes", () => {
    const state = startState({ city: "busan" });
    const next = addVerdict(state, by("r"), {
      ...CONTINUE,
      attributes: { city: "new", state: "x" },
      findings: { listed: "allow", score: 1 },
    });
    expect(next.attributes).toEqual({ city: "busan", state: "x" });
    expect(addVerdict(next, by("s"), { ...CONTINUE, findings: { score: 2 } }).findings).toEqual({ listed: "allow", score: 2 });
    expect(Object.isFrozen(next.findings)).toBe(true);
  });
});

it.each<{ verdict: AnyVerdict; before: AnyVerdict; tooEarly: boolean }>([
  { verdict: deferred, before: invalid("city"), tooEarly: true },
  { verdict: deferred, before: CONTINUE, tooEarly: false },
  { verdict: block("no"), before: invalid("city"), tooEarly: false },
  { verdict: invalid("state"), before: invalid("city"), tooEarly: false },
  { verdict: { ...CONTINUE, deferred: true } as AnyVerdict, before: invalid("city"), tooEarly: false },
])("the verdict $verdict comes too early after $before: $tooEarly", ({ verdict, before, tooEarly }) =>
  expect(defersDespiteProblems(verdict, stateAfter(before))).toBe(tooEarly),
);

it("a result is appended to the trace", () => {
  const line = (rule: string) => ({ rule, said: "continue", ms: 0 }) as never;
  expect(addResult(addResult(start, line("a")), line("b")).trace).toEqual([line("a"), line("b")]);
});

it.each([
  { of: block("no"), page: block("no") },
  { of: { ...deferred, evidence: { a: "b" }, effects: [] }, page: block("later") },
  { of: { ...block("no"), message: "No." }, page: { ...block("no"), message: "No." } },
  { of: { ...block("no"), wording: { variant: "x" } }, page: { ...block("no"), wording: { variant: "x" } } },
])("a block page gets only the necessary members of a block: $page", ({ of, page }) => expect(toBlockPage(of)).toStrictEqual(page));

describe("a missing address", () => {
  const nobody = person({ email: "" });
  it("cannot be read or copied", () => {
    expect(() => guardAddress(nobody).email).toThrow(AddressNeededError);
    expect(() => ({ ...guardAddress(nobody) })).toThrow(AddressNeededError);
    expect(() => ({ ...showAttributes(guardAddress(nobody), {}) })).toThrow(AddressNeededError);
  });

  it.each([person(), person({ email: "", step: "before-sending-token" })])("changes nothing at a step that needs none: $step", (signUp) =>
    expect(guardAddress(signUp)).toBe(signUp),
  );

  it("stays guarded if attributes are replaced", () => {
    expect(showAttributes(person(), { state: "x" })).toEqual(person({ attributes: { state: "x" } }));
    expect({ ...showAttributes(person(), { state: "x" }) }.attributes).toEqual({ state: "x" });
  });
});

it.each<{ before: Attributes; then: Attributes; changed: Attributes }>([
  { before: {}, then: {}, changed: {} },
  { before: { city: "a" }, then: { city: "a" }, changed: {} },
  { before: { city: "a" }, then: { city: "b" }, changed: { city: "b" } },
  { before: { city: "a" }, then: { state: "a" }, changed: { state: "a" } },
  { before: {}, then: { toString: "x" }, changed: { toString: "x" } },
  { before: { many: 1 }, then: { many: "1" }, changed: { many: "1" } },
])("the change from $before to $then is $changed", ({ before, then, changed }) =>
  expect(findChanges({ attributes: before }, then)).toEqual(changed),
);

describe("a sign-up with additional attributes", () => {
  it("is the same object if there are none", () => {
    const signUp = person();
    expect(setAttributes(signUp, {})).toBe(signUp);
  });

  it("leaves the original unchanged", () => {
    const signUp = person();
    expect(setAttributes(signUp, { city: "busan" }).attributes).toEqual({ displayName: "kim", city: "busan" });
    expect(signUp).toEqual(person());
  });
});

it("a frozen value cannot be changed at any depth, except for bytes", () => {
  const bytes = new Uint8Array(1);
  const value = { list: [{ a: 1 }], map: new Map([["b", { c: 1 }]]), now: NOW, bytes };
  expect(freeze(value)).toBe(value);
  for (const each of [value, value.list, value.list[0], value.map.get("b")]) expect(Object.isFrozen(each)).toBe(true);
  bytes[0] = 1;
  expect(freeze("text")).toBe("text");
  expect(freeze(undefined)).toBeUndefined();
});
