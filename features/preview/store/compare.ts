import { callsOutside } from "../../../engine/sign-up/checks";
import type { Policy } from "../../../engine/sign-up/policy";
import { waitsForApproval } from "../../../engine/sign-up/recording";
import type { AnyRule } from "../../../engine/sign-up/rule";
import type { Step } from "../../../engine/sign-up/sign-up";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import type { NamedDecision, OpenKind } from "../../access-list/flips";
import { decisionWords, evidenceText, type Said } from "../../decisions/words";
import { POSTURE_RULE } from "../../posture/last-rule";
import { type Replayable, replayedSignUp, watchMisses } from "./recorded-person";
import { type Against, type Replayed, replayAll } from "./replay";
import { hasSpoken } from "./standing-word";

/**
 * "let in unless": the person passes every rule that can be replayed. The other rules stop people only for what they type.
 * "goes on": the person passes the first step, which lets nobody in.
 * "answered otherwise": the verdict is the same, but the person reads it in another form.
 */
export const kinds = ["now refused", "now let in", "let in unless", "goes on", "answered otherwise", "cannot tell", "unchanged"] as const;

export type ChangeKind = (typeof kinds)[number];

export interface VerdictChange {
  readonly kind: ChangeKind;
  /** Today's result of the rule that changes the person's outcome. */
  readonly by?: Replayed;
  /** The reason why the result is unknown, or what it still depends on. */
  readonly open?: string;
  /** The kind of the reason in `open`, if the reason is not a rule. */
  readonly why?: OpenKind;
  /** The rules that decide the result and could not be replayed. */
  readonly rules?: readonly string[];
}

/** True if the rule `stop`, which stops the person today, gives a worse answer than the recorded answer `then`. */
type IsWorse = (then: Replayable, stop: Replayed) => boolean;

/** A request for approval counts as a refusal, in the record and today. */
const isStoppedMore: IsWorse = ({ verdict }, { said }) => verdict === "continue" || (verdict === "invalid" && said === "block");

/** If a rule cannot be replayed, its recorded answer `then` counts. Without `then`, its answer is open. */
function verdictChange(record: Replayable, ruleReplays: readonly Replayed[], isWorse: IsWorse): VerdictChange {
  const { verdict, trace } = record;
  const open = ruleReplays.filter(({ said, then }) => said === "unknown" && then === undefined);
  const stop = findStop(ruleReplays);
  if (
    (stop === undefined || stop.rule === "access-list") &&
    trace.filter(hasSpoken).some(({ rule, evidence }: RuleResult) => rule === "access-list" && evidence?.level === "account")
  ) {
    return cannotTell("the entry of a single account decided, which is not replayed", { why: "account" });
  }
  // A rule whose answer is open may refuse somebody who was asked to correct the form.
  const mayBeWorse = verdict === "invalid" && open.length > 0;
  if (stop !== undefined) {
    if (mayBeWorse && (stop.said === "invalid" || stop.isDeferred)) return cannotReplay(open);
    return isWorse(record, stop) ? { kind: "now refused", by: stop } : unchangedVerdict;
  }
  // A draft does not include the gate's posture. If the posture stopped the person, the verdict stays unchanged, unless the posture was
  // `listed` and an entry now allows the person.
  if (record.rule === POSTURE_RULE && !(record.reasons.includes("posture.listed") && ruleReplays.some(allowsByEntry)))
    return unchangedVerdict;
  if (ruleReplays.some(({ then }) => isStop(then))) return mayBeWorse ? cannotReplay(open) : unchangedVerdict;
  if (verdict === "continue") return open.length === 0 ? unchangedVerdict : cannotReplay(open);
  return openedChange(record, ruleReplays, open);
}

function openedChange(
  { verdict, rule, trace, failure }: Replayable,
  ruleReplays: readonly Replayed[],
  open: readonly Replayed[],
): VerdictChange {
  const rules = open.map((each) => each.rule);
  if (failure !== undefined && open.length > 0) return cannotTell("a part of Gatehouse failed then", { why: "failure", rules });
  if (failure === undefined && !trace.some((word) => hasSpoken(word) && word.rule === rule && word.said === verdict))
    return cannotTell("the result of a write decided", { why: "used" });
  const by = ruleReplays.findLast(({ evidence }) => evidence?.entry !== undefined);
  const basis = by !== undefined && { by };
  if (open.length === 0) return { kind: "now let in", ...basis };
  // If an entry makes people wait, an approver lets them in, at this step or a later one.
  if (ruleReplays.some((each) => each.waits)) return cannotTell("an approver decides", { why: "approval", rules });
  if (open.every((each) => each.letsStrangersOn && each.rule !== rule))
    return { kind: "let in unless", ...basis, open: `unless ${rules.join(", ")} stops them`, rules };
  return cannotReplay(open);
}

function cannotReplay(open: readonly Replayed[]): VerdictChange {
  const rules = open.map((each) => each.rule);
  return cannotTell(`${rules.join(", ")} cannot be replayed`, { rules });
}

/** Returns a block, or else the first problem. If there is a problem, a deferred block does not count. */
function findStop(ruleReplays: readonly Replayed[]): Replayed | undefined {
  const problem = ruleReplays.find(({ said, then }) => said === "invalid" || then === "invalid");
  const block = ruleReplays.find(({ said, isDeferred }) => said === "block" && (problem === undefined || !isDeferred));
  return block ?? ruleReplays.find(({ said }) => said === "invalid");
}

/**
 * True if the answer does not stop the person for good. If it lets the person ask an approver, it does not; if an entry makes the person
 * wait, it does.
 */
function opensTheWay({ said, then, reasons, waits }: Replayed): boolean {
  return (!isStop(said) || reasons?.some(waitsForApproval) === true) && !isStop(then) && !waits;
}

function isStop(replayAnswer: Replayed["said"] | undefined): boolean {
  return replayAnswer === "block" || replayAnswer === "invalid";
}

const unchangedVerdict: VerdictChange = { kind: "unchanged" };

export function cannotTell(open: string, depends: Pick<VerdictChange, "why" | "rules"> = {}): VerdictChange {
  return { kind: "cannot tell", open, ...depends };
}

function allowsByEntry({ rule, said, evidence, waits }: Replayed): boolean {
  return rule === "access-list" && said === "continue" && evidence?.entry !== undefined && waits !== true;
}

/** True if no rule that can be replayed stops the person any more. */
export function isLetIn({ kind }: VerdictChange): boolean {
  return kind === "now let in" || kind === "let in unless" || kind === "goes on";
}

function listUnreplayed({ rules }: Policy, record: Replayable, ruleReplays: readonly Replayed[]): readonly string[] {
  const unknown = new Set(ruleReplays.flatMap(({ rule, said }) => (said === "unknown" ? [rule] : [])));
  const names = rules.flatMap((entry) => {
    if ("shadow" in entry) return [];
    return unknown.has(entry.name) || preparesBlindly(entry, record) ? [entry.name] : [];
  });
  return [...new Set(names)];
}

/**
 * Returns the rules that could not be replayed and may decide once the list's answer changes: those in `change.rules`, and the rule that
 * decided in the record. If the person was let through in the record or is let in now, also the others that could not be replayed and use
 * findings.
 */
function leftOpen(
  { rules }: Policy,
  { rule, verdict }: Replayable,
  ruleReplays: readonly Replayed[],
  change: VerdictChange,
): readonly OpenRule[] {
  const isLetThrough = verdict === "continue" || isLetIn(change);
  const judging = rules.flatMap((entry) => ("shadow" in entry || entry.consumes === undefined ? [] : [entry.name]));
  const unknown = ruleReplays.flatMap((word) => (word.said === "unknown" ? [word.rule] : []));
  const names = new Set([...(change.rules ?? []), ...unknown.filter((name) => name === rule || (isLetThrough && judging.includes(name)))]);
  const open = rules.flatMap((entry) =>
    "shadow" in entry || !names.has(entry.name) ? [] : [{ name: entry.name, kind: findOpenKind(entry) }],
  );
  return [...new Map(open.map((each) => [each.name, each])).values()];
}

/** A rule that could not be asked, and the kind of facts that its answer depends on. */
export interface OpenRule {
  readonly name: string;
  readonly kind: OpenKind;
}

export function findOpenKind(rule: AnyRule): OpenKind {
  if (callsOutside(rule)) return "outside";
  const tables = (rule.uses ?? []).flatMap((use) => ("table" in use ? [use.table] : []));
  return tables.includes("approvals") ? "approval" : tables.includes("ledger") ? "used" : "form";
}

function listedAs(ruleReplays: readonly Replayed[]): string {
  const words = ruleReplays.filter(({ rule }) => rule === "access-list");
  return words
    .map(({ said, evidence, waits }) => `${said} ${waits ? "approval" : evidence?.entry === undefined ? "unlisted" : "listed"}`)
    .join(", ");
}

/** True if the rule sets values from facts that the record lacks. */
function preparesBlindly(rule: AnyRule, record: Replayable): boolean {
  const { miss, hasMissed } = watchMisses();
  const signUp = replayedSignUp(record, miss);
  try {
    rule.prepare?.(signUp);
    return hasMissed();
  } catch {
    return true;
  }
}

export interface ReplayOutcome {
  readonly change: VerdictChange;
  readonly unasked: readonly string[];
  /** Unasked rules that may decide once the list's answer changes. */
  readonly leftOpen: readonly OpenRule[];
  /** True if the person was stopped in the record, and every rule's answer now satisfies `opensTheWay`. */
  readonly isOpened: boolean;
  /** True if the person now waits for an approver, or would ask one, at this step or the next. */
  readonly waits: boolean;
  readonly isFirstStep: boolean;
  /** The list's answer, for comparison with the answer of an edited list. */
  readonly listed: string;
  readonly entry?: string;
}

/** Returns an outcome for each record, in the order of the records. */
export async function computeOutcomes(
  policy: readonly { readonly step: Step; readonly policy: Policy }[],
  records: readonly Replayable[],
  against: Against,
  isWorse = isStoppedMore,
): Promise<ReadonlyMap<Replayable, ReplayOutcome>> {
  const outcomes = new Map<Replayable, ReplayOutcome>(
    records.map((record) => [
      record,
      {
        change: { kind: "cannot tell", open: `the draft has no ${record.step}.ts` },
        unasked: [],
        leftOpen: [],
        isOpened: false,
        waits: false,
        isFirstStep: false,
        listed: "",
      },
    ]),
  );
  const hasNext = policy.some(({ step }) => step === "before-create-user");
  for (const { step, policy: draft } of policy) {
    const stepRecords = records.filter((record) => record.step === step);
    const recordReplays = await replayAll(draft, stepRecords, against);
    for (const [index, record] of stepRecords.entries()) {
      const ruleReplays = recordReplays[index] ?? [];
      const verdictOfDraft = verdictChange(record, ruleReplays, isWorse);
      // After the first of two steps, nobody is in yet.
      const change: VerdictChange =
        step === "after-sign-in" && hasNext && isLetIn(verdictOfDraft) ? { ...verdictOfDraft, kind: "goes on" } : verdictOfDraft;
      const entry = ruleReplays.flatMap(({ rule, evidence }) => (rule === "access-list" ? (evidence?.entry ?? []) : []))[0];
      outcomes.set(record, {
        change,
        unasked: listUnreplayed(draft, record, ruleReplays),
        leftOpen: leftOpen(draft, record, ruleReplays, change),
        isOpened: record.verdict !== "continue" && ruleReplays.every(opensTheWay),
        waits: findStop(ruleReplays)?.reasons?.some(waitsForApproval) ?? ruleReplays.some((word) => word.waits),
        isFirstStep: step === "after-sign-in" && hasNext,
        listed: listedAs(ruleReplays),
        entry: typeof entry === "string" ? entry : undefined,
      });
    }
  }
  return outcomes;
}

function saidThen({ verdict, reasons, rule, trace }: Replayable): Said {
  const decidingResult =
    trace.find((word) => word.rule === rule && word.shadow !== true) ?? trace.find(({ evidence }) => evidence !== undefined);
  return { verdict, reasons: [...new Set(reasons)], evidence: decidingResult?.evidence };
}

function saidToday(change: VerdictChange): Said | undefined {
  const { kind, by } = change;
  if (kind !== "now refused" && !isLetIn(change)) return undefined;
  const verdict = by?.said === "block" || by?.said === "invalid" ? by.said : "continue";
  return { verdict, reasons: [...new Set(by?.reasons)], evidence: by?.evidence };
}

export function toNamedDecision(record: Replayable, change: VerdictChange): NamedDecision {
  const { email, step, reference } = record;
  const { kind, by, open } = change;
  const today = saidToday(change);
  const now = today === undefined ? (kind === "cannot tell" ? "?" : "the same") : formatVerdict(today);
  const entry = by?.evidence?.entry;
  return {
    ...{ email, step, reference, was: formatVerdict(saidThen(record)) },
    now: open === undefined ? now : `${now} (${open})`,
    entry,
  };
}

function formatVerdict({ verdict, reasons, evidence }: Said): string {
  return [verdict, ...reasons, ...(evidence === undefined ? [] : [evidenceText(decisionWords.en, evidence)])].join(" ");
}
