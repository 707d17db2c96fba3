import { checkAttributes, findChanges } from "../../../engine/sign-up/attributes";
import { assertDeclared, callsOutside, checkKeys, checkVerdict } from "../../../engine/sign-up/checks";
import { type AnyRule, makeRule, type Use } from "../../../engine/sign-up/rule";
import type { Step } from "../../../engine/sign-up/sign-up";
import type { AnyVerdict } from "../../../engine/sign-up/verdict";
import { block, CONTINUE, effect, invalid, key, person } from "./people";

const check = (verdict: unknown) => checkVerdict(verdict as AnyVerdict, "before-create-user");
const withEffect = (changes: object) => ({ ...CONTINUE, effects: [{ ...effect("x"), ...changes }] });
const NO_REASON = 'A rule refused somebody without a reason: add reason, a code such as "office-hours.closed".';
const NO_TEXT = "A rule's message must be a text, or one for each language.";

it.each<AnyVerdict>([
  CONTINUE,
  { kind: "continue", attributes: {}, findings: {}, evidence: {}, effects: [] },
  { kind: "continue", attributes: { city: "" }, findings: { listed: "allow" }, evidence: { entry: "*" }, effects: [effect("x")] },
  { kind: "continue", effects: [effect("x", { onConflict: CONTINUE })] },
  { kind: "continue", effects: [{ table: "ledger", key: { id: "x" }, slots: "people", holder: "a", atMost: 1, onConflict: CONTINUE }] },
  { kind: "continue", effects: [effect("x", { always: true, onlyIfAdmitted: true, retryOnConflict: true })] },
  { kind: "continue", effects: [{ ...effect("x"), expiresBefore: 1, identityColumns: ["id"] }] },
  { kind: "continue", attributes: { lines: "a\nb\tc", many: 7, none: false } },
  block("no"),
  { ...block("no"), message: "No." },
  { ...block("no"), message: { en: "No.", ko: "안 됩니다." } },
  invalid("city"),
  { kind: "invalid", problems: [{ reason: "attribute.invalid", message: "Your city, please." }] },
])("a rule may answer %j", (verdict) => expect(check(verdict)).toBe(verdict));

it.each<{ given: string; verdict: unknown; says: string }>([
  {
    given: "nothing",
    verdict: undefined,
    says: "A rule answered neither continue, block nor invalid: return one of them in every branch of decide.",
  },
  {
    given: "another kind",
    verdict: { kind: "allow" },
    says: "A rule answered neither continue, block nor invalid: return one of them in every branch of decide.",
  },
  { given: "no reason", verdict: { kind: "block" }, says: NO_REASON },
  { given: "a message that is null", verdict: { ...block("no"), message: null }, says: NO_TEXT },
  { given: "a message that is a number", verdict: { ...block("no"), message: 5 }, says: NO_TEXT },
  { given: "a message with one language that is no text", verdict: { ...block("no"), message: { en: "No.", ko: 5 } }, says: NO_TEXT },
  {
    given: "no problem",
    verdict: { kind: "invalid", problems: [] },
    says: 'A rule answered "invalid" without a problem: list at least one.',
  },
  { given: "a problem without a reason", verdict: { kind: "invalid", problems: [{ attribute: "city" }] }, says: NO_REASON },
  {
    given: "a problem whose message is no text",
    verdict: { kind: "invalid", problems: [{ reason: "x", message: [5] }] },
    says: NO_TEXT,
  },
  { given: "effects that are no list", verdict: { ...CONTINUE, effects: {} }, says: "A rule's effects must be a list." },
  {
    given: "a write that does not say what its loss means",
    verdict: withEffect({ onConflict: undefined }),
    says: "An effect has no onConflict: say what happens if its condition does not hold.",
  },
  {
    given: "a write whose loss means something else",
    verdict: withEffect({ onConflict: invalid("city") }),
    says: "An effect has no onConflict: say what happens if its condition does not hold.",
  },
  {
    given: "a write that says in other words when it is made",
    verdict: withEffect({ letIn: true }),
    says: 'An effect has no member "letIn": docs/reference.md lists those of Effect.',
  },
  { given: "a write whose loss blocks without a reason", verdict: withEffect({ onConflict: { kind: "block" } }), says: NO_REASON },
  {
    given: "what JSON cannot carry",
    verdict: { ...CONTINUE, attributes: { city: Number.NaN } },
    says: 'A rule set "city" to a value that JSON cannot contain.',
  },
  {
    given: "a number that JavaScript has rounded",
    verdict: { ...CONTINUE, attributes: { extension_Id: Number("1234567890123456789") } },
    says: 'A rule set "extension_Id" to a number that is too large for JavaScript, which has changed its digits: set it as text.',
  },
  {
    given: "such a number in a list",
    verdict: { ...CONTINUE, attributes: { extension_Ids: ["1", 1e21] } },
    says: 'A rule set "extension_Ids" to a number that is too large for JavaScript, which has changed its digits: set it as text.',
  },
  {
    given: "a control character",
    verdict: { ...CONTINUE, attributes: { city: "Seoul\u0007" } },
    says: 'A rule set "city" to a value that nobody can type into a form (control characters).',
  },
  {
    given: "half a character",
    verdict: { ...CONTINUE, attributes: { city: "\ud800" } },
    says: 'A rule set "city" to a value that nobody can type into a form (half a character).',
  },
  {
    given: "an attribute without a name",
    verdict: { ...CONTINUE, attributes: { "": 7 } },
    says: 'A rule set "" to a value that nobody can type into a form (a name without a letter).',
  },
  {
    given: "an attribute that every object has",
    verdict: { ...CONTINUE, attributes: { constructor: "x" } },
    says: 'A rule set "constructor" to a value that nobody can type into a form (prototype key).',
  },
  {
    given: "what Entra keeps to itself",
    verdict: { ...CONTINUE, attributes: { email: "x" } },
    says: 'A rule cannot set "email": only Entra may.',
  },
])("an answer with $given is refused by an error that names the fault", ({ verdict, says }) =>
  expect(() => check(verdict)).toThrow(new TypeError(says)),
);

it.each<{ verdict: AnyVerdict; step: Step }>([
  { verdict: invalid("city"), step: "after-sign-in" },
  { verdict: invalid("city"), step: "before-sending-token" },
  { verdict: block("no"), step: "before-sending-token" },
])("the answer $verdict.kind is refused at $step", ({ verdict, step }) =>
  expect(() => checkVerdict(verdict, step)).toThrow(
    new TypeError(`A rule answered "${verdict.kind}", which is not allowed at step ${step}.`),
  ),
);

it.each([
  { given: "nothing", keys: undefined, rows: [] },
  { given: "none", keys: [], rows: [] },
  { given: "two", keys: [key("x"), key("y")], rows: [key("x"), key("y")] },
])("a rule's needs may return $given", ({ keys, rows }) => expect(checkKeys(keys)).toEqual(rows));

it.each([{}, "x", null, new Set([key("x")])])("a rule's needs are refused if they are not a list: %p", (keys) =>
  expect(() => checkKeys(keys as never)).toThrow(new TypeError("A rule's needs must return a list of keys.")),
);

describe.each<{ given: string; value: unknown }>([
  { given: "a text", value: "x" },
  { given: "a function", value: () => ({}) },
  { given: "null", value: null },
  { given: "a list", value: [] },
  { given: "a map", value: new Map() },
  { given: "something yet to come", value: Promise.resolve({}) },
])("$given instead of a plain object", ({ value }) => {
  it.each<{ of: string; where?: string; take: (value: never) => unknown }>([
    { of: "attributes", take: (attributes) => checkAttributes(attributes) },
    { of: "attributes", where: "in an answer", take: (attributes) => check({ ...CONTINUE, attributes }) },
    { of: "findings", take: (findings) => check({ ...CONTINUE, findings }) },
    { of: "evidence", take: (evidence) => check({ ...block("no"), evidence }) },
    { of: "effects", take: (each) => check({ ...CONTINUE, effects: [each] }) },
    { of: "effects", where: "for a row", take: (item) => check(withEffect({ item })) },
    { of: "needs", take: (each) => checkKeys([each]) },
    { of: "needs", where: "for a key", take: (each) => checkKeys([{ table: "ledger", key: each }]) },
  ])("is refused in $of $where", ({ of, take }) =>
    expect(() => take(value as never)).toThrow(new TypeError(`A rule's ${of} must be plain objects; one is not.`)),
  );
});

it.each<{ uses: readonly Use[] | undefined; outside: boolean }>([
  { uses: undefined, outside: false },
  { uses: [], outside: false },
  { uses: [{ table: "ledger", access: "read" }], outside: false },
  { uses: [{ table: "ledger", access: "read" }, { secret: "crm" }], outside: true },
  { uses: [{ service: "crm" }], outside: true },
])("a rule that uses $uses calls outside: $outside", ({ uses, outside }) => expect(callsOutside({ uses } as AnyRule)).toBe(outside));

describe("a rule's answer compared to its declaration", () => {
  const setting = (...names: readonly string[]) => ({
    ...CONTINUE,
    attributes: Object.fromEntries(names.map((name) => [name, "new"])),
  });
  const leaving = (findings: object) => ({ ...CONTINUE, findings }) as AnyVerdict;
  const against = (declared: Partial<AnyRule>, verdict: AnyVerdict) =>
    assertDeclared(
      { ...makeRule({ name: "own" }), ...declared } as AnyRule,
      verdict,
      findChanges(person(), (verdict.kind === "continue" && verdict.attributes) || {}),
    );

  it.each<{ declared: object; verdict: AnyVerdict }>([
    { declared: {}, verdict: CONTINUE },
    { declared: { sets: [] }, verdict: CONTINUE },
    { declared: {}, verdict: { ...CONTINUE, attributes: { city: "seoul" } } },
    { declared: { sets: ["state", "city"] }, verdict: setting("city", "state") },
    { declared: { sets: ["*"] }, verdict: setting("city", "state") },
    { declared: { sets: ["city"], reshapes: ["state"] }, verdict: setting("city", "state") },
    {
      declared: { uses: [{ table: "ledger", access: "read" }, { unrecorded: "city" }, { unrecorded: "state" }] },
      verdict: setting("city", "state"),
    },
    { declared: {}, verdict: leaving({ listed: true, score: 7 }) },
    { declared: { requires: ["referred"] }, verdict: leaving({ referred: true }) },
    { declared: { isOwn: true }, verdict: leaving({ referred: true }) },
    { declared: { isOwn: true, isLastToRefer: true }, verdict: leaving({ referred: false }) },
    { declared: {}, verdict: leaving({ referred: false }) },
    { declared: {}, verdict: { ...block("no"), findings: { listed: true } } as AnyVerdict },
  ])("$declared permits $verdict", ({ declared, verdict }) => expect(() => against(declared, verdict)).not.toThrow());

  it.each<{ declared: object; verdict: AnyVerdict; says: string }>([
    {
      declared: {},
      verdict: setting("city", "state"),
      says: 'own sets city without saying so: write { sets: ["city"] } in the rule.',
    },
    {
      declared: { sets: ["city"], uses: [{ unrecorded: "postalCode" }] },
      verdict: setting("city", "state"),
      says: 'own sets state without saying so: write { sets: ["city", "state"] } in the rule.',
    },
    {
      declared: {},
      verdict: leaving({ referred: true }),
      says: 'own refers people to an approver: add requires: ["referred"] to the rule.',
    },
    {
      declared: { requires: ["referred"] },
      verdict: leaving({ referred: "yes" }),
      says: 'own leaves referred: "yes", which refers nobody: write true or false.',
    },
    {
      declared: { isOwn: true, isLastToRefer: true },
      verdict: leaving({ referred: true }),
      says: "own answered approval, and no requestApproval follows it to ask an approver: write requestApproval after it.",
    },
  ])("$declared forbids $verdict", ({ declared, verdict, says }) => expect(() => against(declared, verdict)).toThrow(new TypeError(says)));
});
