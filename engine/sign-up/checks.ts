import { capitalise } from "../characters";
import { assertPlain, checkAttributes } from "./attributes";
import type { AnyRule, RecordKey } from "./rule";
import type { Attributes, Step } from "./sign-up";
import type { AnyVerdict, Problem } from "./verdict";

// Checks of rules' declarations and answers for the engine. Policies load rule.ts, which has the types and creates rules.

/** This name in `consumes` means that the rule reads all findings. */
export const EVERY_FINDING = "*";

/** This name in `sets` and `reads` means any attribute. */
export const ANY_ATTRIBUTE = "*";

/** The finding of a rule that refers a person to an approver. Only `consumes` with this name reads it: `*` does not include it. */
export const REFERRED = "referred";

/** True if a rule calls another system or reads a secret. To run such a rule after a problem would waste time or money. */
export function callsOutside(rule: Pick<AnyRule, "uses">): boolean {
  return rule.uses?.some((use) => "service" in use || "secret" in use) ?? false;
}

// Rules written without types can return anything. The checks throw for an incomplete answer, which stops the sign-up.

export function checkKeys(keys: readonly RecordKey[] = []): readonly RecordKey[] {
  if (!Array.isArray(keys)) throw new TypeError("A rule's needs must return a list of keys.");
  for (const each of keys) {
    assertPlain(each, "needs");
    assertPlain(each.key, "needs");
  }
  return keys;
}

export function readVerdict(rule: Pick<AnyRule, "toVerdict">, answer: AnyVerdict | undefined): AnyVerdict | undefined {
  return rule.toVerdict === undefined ? answer : rule.toVerdict(answer);
}

export function checkVerdict(verdict: AnyVerdict | undefined, step: Step): AnyVerdict {
  switch (verdict?.kind) {
    case "continue":
      checkAttributes(verdict.attributes);
      if (verdict.findings !== undefined) assertPlain(verdict.findings, "findings");
      break;
    case "block":
      if (step === "before-sending-token") throw new TypeError(`A rule answered "block", which is not allowed at step ${step}.`);
      assertReason(verdict);
      break;
    case "invalid":
      if (step !== "before-create-user") throw new TypeError(`A rule answered "invalid", which is not allowed at step ${step}.`);
      if (!Array.isArray(verdict.problems) || verdict.problems.length === 0)
        throw new TypeError('A rule answered "invalid" without a problem: list at least one.');
      verdict.problems.forEach(assertReason);
      break;
    default:
      throw new TypeError("A rule answered neither continue, block nor invalid: return one of them in every branch of decide.");
  }
  if (verdict.evidence !== undefined) assertPlain(verdict.evidence, "evidence");
  assertEffects(verdict);
  return verdict;
}

/**
 * Throws if a verdict refers the person or changes an attribute without the rule's declaration. When a policy loads, these declarations are
 * checked: a later rule must decide on referred people, and no rule may judge a value that a later rule sets.
 */
export function assertDeclared(rule: AnyRule, verdict: AnyVerdict, changed: Attributes): void {
  if (verdict.kind !== "continue") return;
  const { name, sets = [], reshapes, uses } = rule;
  assertReferral(rule, verdict.findings?.[REFERRED]);
  // No declaration in `sets` is needed for attributes that the rule reshapes, or for unrecorded ones, which the rule may empty.
  const isOwn = (each: string) => reshapes?.includes(each) || uses?.some((use) => "unrecorded" in use && use.unrecorded === each);
  const isDeclared = (each: string) => sets.includes(ANY_ATTRIBUTE) || sets.includes(each);
  const undeclared = Object.keys(changed).find((each) => !isOwn(each) && !isDeclared(each));
  if (undeclared === undefined) return;
  throw new TypeError(
    `${name} sets ${undeclared} without saying so: write { sets: [${[...sets, undeclared].map((each) => JSON.stringify(each)).join(", ")}] } in the rule.`,
  );
}

function assertReferral({ name, requires, isOwn, isLastToRefer, decideWithoutApproval }: AnyRule, referred: unknown): void {
  if (referred !== undefined && typeof referred !== "boolean")
    throw new TypeError(`${name} leaves ${REFERRED}: ${JSON.stringify(referred)}, which refers nobody: write true or false.`);
  if (referred !== true) return;
  if (isLastToRefer)
    throw new TypeError(`${name} answered approval, and no requestApproval follows it to ask an approver: write requestApproval after it.`);
  if (!isOwn && !requires?.includes(REFERRED) && decideWithoutApproval === undefined)
    throw new TypeError(`${name} refers people to an approver: add requires: ["${REFERRED}"] to the rule.`);
}

function assertReason({ reason, message }: Pick<Problem, "reason" | "message">): void {
  if (typeof reason !== "string")
    throw new TypeError('A rule refused somebody without a reason: add reason, a code such as "office-hours.closed".');
  if (message === undefined) return;
  const texts = typeof message === "object" && message !== null ? Object.values(message) : [message];
  if (!texts.every((text) => typeof text === "string")) throw new TypeError("A rule's message must be a text, or one for each language.");
}

/** The names of an effect's members. If a mistyped name were ignored, a write could be made for people who are refused. */
const effectMember =
  /^(table|key|item|condition|expiresBefore|identityColumns|slots|holder|atMost|set|onConflict|always|onlyIfAdmitted|retryOnConflict)$/;
function assertEffects({ effects = [] }: AnyVerdict): void {
  if (!Array.isArray(effects)) throw new TypeError("A rule's effects must be a list.");
  for (const effect of effects) {
    assertPlain(effect, "effects");
    const odd = Object.keys(effect).find((name) => !effectMember.test(name));
    if (odd !== undefined) throw new TypeError(`An effect has no member ${JSON.stringify(odd)}: docs/reference.md lists those of Effect.`);
    assertPlain("item" in effect ? effect.item : effect.key, "effects");
    if (effect.onConflict?.kind === "block") assertReason(effect.onConflict);
    else if (effect.onConflict?.kind !== "continue")
      throw new TypeError("An effect has no onConflict: say what happens if its condition does not hold.");
  }
}

export function formatShort(value: unknown): string {
  const json = JSON.stringify(value) ?? (value === undefined ? "nothing" : String(value));
  return json.length <= 80 ? json : `${json.slice(0, 79)}…`;
}

// Every rule judges the final values: rules that set an attribute come before rules that read it.

/** Returns an error if a rule reads an attribute that a later rule sets. Undefined if no rule does. */
export function orderFlaw(rules: readonly AnyRule[]): string | undefined {
  const pairs = rules.flatMap((judge, index) => rules.slice(index + 1).map((setter) => ({ judge, setter })));
  const wrong = pairs.find(({ judge, setter }) => findSharedAttribute(judge, setter) !== undefined);
  if (wrong === undefined) return undefined;
  const what = findSharedAttribute(wrong.judge, wrong.setter);
  if (
    wrong.judge.name === wrong.setter.name &&
    what !== undefined &&
    what !== ANY_ATTRIBUTE &&
    findSharedAttribute(wrong.setter, wrong.judge)
  )
    return `${wrong.judge.name} is there twice for ${what}, and each would judge what the other sets: keep one of them.`;
  const [judge, setter] = [describeRule(wrong.judge, rules), describeRule(wrong.setter, rules)];
  const isSure = judgedBy(wrong.judge).includes(what ?? ANY_ATTRIBUTE);
  const looks = what === ANY_ATTRIBUTE ? "may look at an attribute that" : `${isSure ? "looks" : "may look"} at ${what}, which`;
  const sets = isOpen(wrong.setter) ? "may set" : "sets";
  const ways: string[] = [];
  if (findSharedAttribute(wrong.setter, wrong.judge) === undefined) ways.push(`write ${setter} before ${judge}`);
  if (isOpen(wrong.setter))
    ways.push(`say what ${setter} sets (only: [${wrong.setter.asks?.map((name) => `"${name}"`).join(", ") || "…"}])`);
  if (wrong.judge.reads === undefined) ways.push(`say what ${judge} looks at (reads: [] for no attribute)`);
  return `${judge} ${looks} ${setter}, after it, ${sets}: people could get in with a value that ${judge} never saw. ${ways.length === 0 ? "No order of them is right" : capitalise(ways.join(", or "))}.`;
}

/** Returns an attribute that `judge` judges and the other rule sets. A rule without `sets` and `reshapes` sets none. */
export function findSharedAttribute(judge: AnyRule, { sets = [], reshapes = [] }: AnyRule): string | undefined {
  const judged = judge.reads === undefined ? [...judgedBy(judge), ANY_ATTRIBUTE] : judgedBy(judge);
  const set = [...sets, ...reshapes];
  if (set.includes(ANY_ATTRIBUTE)) return judged[0];
  return set.find((name) => judged.includes(name)) ?? (judged.includes(ANY_ATTRIBUTE) ? set[0] : undefined);
}

/** Omits an attribute that the rule both asks for and sets, because a later rule may set it again. */
function judgedBy({ asks = [], reads = [], sets }: AnyRule): readonly string[] {
  return [...reads, ...asks.filter((name) => !sets?.includes(name))];
}

function describeRule(rule: AnyRule, rules: readonly AnyRule[]): string {
  const alike = rules.filter(({ name }) => name === rule.name);
  const asked = rule.asks?.[0];
  if (alike.length > 1 && asked !== undefined && alike.filter(({ asks }) => asks?.[0] === asked).length === 1)
    return `${rule.name} of ${asked}`;
  return alike.length === 1 ? rule.name : `${rule.name} (${alike.indexOf(rule) + 1} of ${alike.length})`;
}

function isOpen({ sets }: AnyRule): boolean {
  return sets?.includes(ANY_ATTRIBUTE) ?? false;
}
