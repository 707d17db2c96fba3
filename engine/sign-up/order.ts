import { capitalise } from "../letter-case";
import { ANY_ATTRIBUTE } from "./checks";
import type { AnyRule } from "./rule";

// Every rule judges the final values: rules that set an attribute come before rules that read it.

/** Returns an error if a rule reads an attribute that a later rule sets. Undefined if no rule does. */
export function orderFlaw(rules: readonly AnyRule[]): string | undefined {
  const pairs = rules.flatMap((judge, index) => rules.slice(index + 1).map((setter) => ({ judge, setter })));
  const wrong = pairs.find(({ judge, setter }) => judgedBeforeSet(judge, setter) !== undefined);
  if (wrong === undefined) return undefined;
  const what = judgedBeforeSet(wrong.judge, wrong.setter);
  if (wrong.judge.name === wrong.setter.name && what !== undefined && what !== ANY_ATTRIBUTE && judgedBeforeSet(wrong.setter, wrong.judge))
    return `${wrong.judge.name} is there twice for ${what}, and each would judge what the other sets: keep one of them.`;
  const [judge, setter] = [describeRule(wrong.judge, rules), describeRule(wrong.setter, rules)];
  const isSure = judgedBy(wrong.judge).includes(what ?? ANY_ATTRIBUTE);
  const looks = what === ANY_ATTRIBUTE ? "may look at an attribute that" : `${isSure ? "looks" : "may look"} at ${what}, which`;
  const sets = isOpen(wrong.setter) ? "may set" : "sets";
  const order = judgedBeforeSet(wrong.setter, wrong.judge) === undefined ? [`write ${setter} before ${judge}`] : [];
  const ways = [
    ...order,
    ...(isOpen(wrong.setter)
      ? [`say what ${setter} sets (only: [${wrong.setter.asks?.map((name) => `"${name}"`).join(", ") || "…"}])`]
      : []),
    ...(wrong.judge.reads === undefined ? [`say what ${judge} looks at (reads: [] for no attribute)`] : []),
  ].join(", or ");
  return `${judge} ${looks} ${setter}, after it, ${sets}: people could get in with a value that ${judge} never saw. ${ways === "" ? "No order of them is right" : capitalise(ways)}.`;
}

/** Returns an attribute that `judge` judges and the other rule sets. A rule without `sets` and `reshapes` sets none. */
export function judgedBeforeSet(judge: AnyRule, { sets = [], reshapes = [] }: AnyRule): string | undefined {
  const judged = judge.reads === undefined ? [...judgedBy(judge), ANY_ATTRIBUTE] : judgedBy(judge);
  const set = [...sets, ...reshapes];
  if (set.includes(ANY_ATTRIBUTE)) return judged[0];
  return set.find((name) => judged.includes(name)) ?? (judged.includes(ANY_ATTRIBUTE) ? set[0] : undefined);
}

/**
 * Returns the attributes that the rule judges. Omits an attribute that the rule both asks for and sets, because a later rule may set it
 * again.
 */
function judgedBy({ asks = [], reads = [], sets }: AnyRule): readonly string[] {
  return [...reads, ...asks.filter((name) => !sets?.includes(name))];
}

/** Tells rules of one name apart by the attribute that they ask for, or by position. */
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
