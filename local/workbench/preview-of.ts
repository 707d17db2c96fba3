import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { ENTRA_ISSUER } from "../../engine/sign-up/issuers";
import type { OpenKind } from "../../engine/sign-up/open-kinds";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Evidence } from "../../engine/sign-up/verdict";
import type { ListedDecision } from "../../features/decisions/store/decisions";
import type { Said } from "../../features/decisions/words";
import { outcomesOf, saidThen, saidToday, type VerdictChange } from "../../features/preview/store/compare";
import { isReplayable, newestOfEach, type Replayable } from "../../features/preview/store/replay";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import type { LiveTables } from "./live-tables";

/** Decisions listed in a group. */
const NAMED = 20;

/** Replays the newest decision for each person at each step. Groups equal results, the largest group first. */
export async function previewOf(
  policy: readonly PolicyStep[],
  { gate = DEFAULT_GATE, from }: { readonly gate: string | undefined; readonly from: string },
  live: LiveTables,
): Promise<PreviewFound> {
  const now = new Date();
  const hashes = await live.hashes();
  const tally = new Tally();
  const pages = atGate(live.decisions.between(new Date(from), now), gate, tally);
  for await (const found of newestOfEach(pages, (count) => tally.countRead(count))) {
    const batch = (await live.decisions.whole(found)).filter(isReplayable);
    for (const [record, { change: judged, unasked }] of await outcomesOf(policy, batch, { read: live.read, hashes, now })) {
      const change = asFarAsKnown(judged);
      const hasAccount = !(record.issuers ?? []).includes(ENTRA_ISSUER);
      const { email, reference, at, step } = record;
      const { kind, by, why, rules } = change;
      const was = saidThen(impersonal(record));
      const said = saidToday(by === undefined ? change : { ...change, by: impersonalWord(by) });
      const depends = {
        ...(said !== undefined && { now: said }),
        ...(why !== undefined && { why }),
        ...(rules !== undefined && { rules }),
      };
      tally.add({ kind, step, was, ...depends }, { email, reference, at }, hasAccount);
      for (const rule of unasked) tally.addUnasked(record.step, rule);
    }
  }
  return tally.found(from);
}

/** Nobody is let in for certain while a rule that is not replayed may stop them. */
function asFarAsKnown(change: VerdictChange): VerdictChange {
  return change.kind === "now let in" && change.open !== undefined ? { ...change, kind: "cannot tell" } : change;
}

/** Leaves out other gates' decisions. */
async function* atGate(
  pages: AsyncIterable<readonly ListedDecision[]>,
  wanted: string,
  tally: Tally,
): AsyncGenerator<readonly ListedDecision[]> {
  for await (const page of pages) {
    const own = page.filter(({ gate = DEFAULT_GATE }) => gate === wanted);
    tally.oldest = own.at(-1)?.at ?? tally.oldest;
    yield own;
  }
}

/** Keeps only the list's evidence: vendors' references and rules' own rows would put every person in a separate group. */
function impersonal(record: Replayable): Replayable {
  return { ...record, trace: record.trace.map(impersonalWord) };
}

function impersonalWord<T extends { readonly evidence?: Evidence }>({ evidence, ...word }: T): T {
  const { entry, level } = evidence ?? {};
  const listed = entry === undefined ? {} : { evidence: { entry, ...(level !== undefined && { level }) } };
  return { ...word, ...listed } as T;
}

/** Decisions that a policy would change in the same way. */
export interface PreviewGroup {
  readonly kind: "now refused" | "now let in" | "cannot tell";
  readonly step: Step;
  readonly was: Said;
  /** Absent if it cannot be told. */
  readonly now?: Said;
  /** The reason, if it depends on no rule. */
  readonly why?: OpenKind;
  /** The rules that it depends on, as they are not replayed. */
  readonly rules?: readonly string[];
  readonly count: number;
  /** The newest of them. */
  readonly people: readonly { readonly email: string; readonly reference: string; readonly at: string }[];
}

/** Recorded decisions under a policy. */
export type PreviewFound = ReturnType<Tally["found"]>;

type Person = PreviewGroup["people"][number];
/** A rule whose recorded results were used again. */
interface UnaskedRule {
  readonly step: Step;
  readonly rule: string;
  decisions: number;
}

type Change = Omit<PreviewGroup, "kind" | "count" | "people"> & { readonly kind: string };

class Tally {
  oldest: string | undefined;
  #read = 0;
  #replayed = 0;
  #unchanged = 0;
  #accountsUnasked = 0;
  readonly #groups = new Map<string, { readonly change: Change; count: number; readonly people: Person[] }>();
  readonly #unasked = new Map<string, UnaskedRule>();

  countRead(count: number): void {
    this.#read += count;
  }

  add(change: Change, person: Person, hasAccount: boolean): void {
    this.#replayed += 1;
    if (hasAccount) this.#accountsUnasked += 1;
    if (change.kind === "unchanged") {
      this.#unchanged += 1;
      return;
    }
    const key = JSON.stringify(change);
    const group = this.#groups.get(key) ?? { change, count: 0, people: [] };
    group.count += 1;
    if (group.people.length < NAMED) group.people.push(person);
    this.#groups.set(key, group);
  }

  addUnasked(step: Change["step"], rule: string): void {
    const key = JSON.stringify([step, rule]);
    const known = this.#unasked.get(key) ?? { step, rule, decisions: 0 };
    known.decisions += 1;
    this.#unasked.set(key, known);
  }

  found(from: string) {
    const order: readonly string[] = ["now refused", "now let in", "cannot tell"];
    const groups = [...this.#groups.values()].map(({ change, ...rest }) => ({ ...change, ...rest }) as PreviewGroup);
    return {
      from,
      ...(this.oldest !== undefined && { oldest: this.oldest }),
      read: this.#read,
      replayed: this.#replayed,
      unchanged: this.#unchanged,
      groups: groups.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.count - a.count),
      notReplayed: [...this.#unasked.values()] as readonly Readonly<UnaskedRule>[],
      accountsUnasked: this.#accountsUnasked,
    };
  }
}
