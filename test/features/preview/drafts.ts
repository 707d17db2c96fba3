import { Chance, scenarioFrom } from "../../proof/generate";
import { type Admits, isCall, type PolicySpec, type RuleSpec, type Scenario, type StepName, type TableRow } from "../../proof/scenario";

// Drafts of generated policies and lists, from a seed.

/** A policy and a list as they are to be. */
export interface Draft {
  readonly policy: PolicySpec;
  readonly list: readonly TableRow[];
}

type Entry = RuleSpec | Admits;

/** Rules that judge what people type. A draft has those of today, with their options: a record does not tell what was typed. */
const ofForm: readonly string[] = ["validate", "permittedValue", "lookup", "prefill", "minimumAge", "terms", "format", "assign"];

/** Changes of a policy, of a list, or of both. */
export function draftFrom(seed: number, today: Scenario): Draft {
  const chance = new Chance(seed ^ 0x0dd);
  const other = scenarioFrom((seed * 31 + 7) >>> 0);
  const isOfList = chance.is(0.35);
  return {
    policy: isOfList ? today.policy : changed(today.policy, other.policy, chance),
    list: isOfList || chance.is(0.3) ? edited(today.rows.accessList, other.rows.accessList, chance) : today.rows.accessList,
  };
}

/** Edits of a list alone, about people of the scenario. */
export function listDraftFrom(seed: number, { rows, events }: Scenario): readonly TableRow[] {
  const chance = new Chance(seed ^ 0x1157);
  const effects = ["allow", "deny", "approval"] as const;
  const own = rows.accessList.flatMap((row) => (chance.is(0.3) ? [] : chance.is(0.3) ? [{ ...row, effect: chance.of(effects) }] : [row]));
  const targets = events.filter(isCall).flatMap(({ email, issuer }) => [email, email.split("@").at(-1) ?? "", `issuer:${issuer}`]);
  const added = chance.some([...targets, ...targets, "*"], 3).map((entry) => ({ entry, effect: chance.of(effects) }));
  return [...new Map([...own, ...added].map((row) => [String(row.entry), row])).values()];
}

function changed(today: PolicySpec, other: PolicySpec, chance: Chance): PolicySpec {
  const steps: readonly StepName[] = ["after-sign-in", "before-create-user"];
  const rules = Object.fromEntries(
    steps.map((step) => [step, today.rules[step].length === 0 ? [] : rulesOf(today.rules[step], other.rules[step], chance)]),
  );
  return { ...today, rules: rules as PolicySpec["rules"] };
}

function rulesOf(today: readonly Entry[], other: readonly Entry[], chance: Chance): readonly Entry[] {
  const fromOther = other.filter((each) => !ofForm.includes(each.rule) && each.rule !== "surge");
  const left = chance.below(today.length);
  const reword = (each: Entry) => ("options" in each ? reworded(each, chance) : each);
  return chance.of<() => readonly Entry[]>([
    () => today.filter((_, index) => index !== left),
    () => today.map(reword),
    () => today.map(reword),
    () => [...fromOther.slice(0, 1), ...today],
    () => [...today, ...fromOther.slice(-1)],
    () => [...today.filter(({ rule }) => ofForm.includes(rule)), ...fromOther],
    () => today.toReversed(),
  ])();
}

/** The rule with other options, if it says who may come. */
function reworded(entry: Entry, chance: Chance): Entry {
  if (ofForm.includes(entry.rule) || !chance.is(0.7)) return entry;
  const given = "options" in entry ? (entry.options as object) : {};
  const others = (values: readonly string[]) => ({ ...entry, options: { ...given, otherwise: chance.of(values) } }) as Entry;
  switch (entry.rule) {
    case "admit":
      return { ...entry, options: { ...entry.options, everyoneElse: chance.of(["approval", "block", "continue"] as const) } };
    case "accessList":
      return others(["block", "continue"]);
    case "partners":
      return others(["block", "continue", "approval"]);
    case "onlyDomains":
      return others(["block", "continue"]);
    case "invited":
      return others(["approval", "waitlist", "block", "continue"]);
    case "expiry":
      return others(["approval", "block"]);
    case "requestApproval":
      return { ...entry, options: { ...chance.of([{}, { unless: "listed" }, { when: "unlisted" }, { when: "approval" }]) } } as Entry;
    default:
      return entry;
  }
}

function edited(today: readonly TableRow[], other: readonly TableRow[], chance: Chance): readonly TableRow[] {
  const effects = ["allow", "deny", "approval"] as const;
  const own = today.flatMap((row) => (chance.is(0.2) ? [] : chance.is(0.3) ? [{ ...row, effect: chance.of(effects) }] : [row]));
  const rows = chance.is(0.6) ? [...other.slice(0, 2), ...own] : own;
  return [...new Map(rows.map((row) => [String(row.entry), row])).values()];
}
