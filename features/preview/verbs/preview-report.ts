import { alignedTable, formatCount, formatRest } from "../../../cli/output";
import type { PolicyStatus } from "../../../cli/policy-status";
import { localTime } from "../../../cli/typed";
import type { Step } from "../../../engine/sign-up/sign-up";
import type { NamedDecision } from "../../access-list/flips";
import { type ChangeKind, kinds, toNamedDecision, type VerdictChange } from "../store/compare";
import type { JudgedLimits } from "../store/limits";
import type { Replayable } from "../store/recorded-person";

/** Maximum number of decisions that the report names for each kind of change, newest first. It counts all decisions. */
const NAMED = 50;

interface Unasked {
  readonly step: Step;
  readonly rule: string;
  decisions: number;
}

const titles: Readonly<Record<ChangeKind, string>> = {
  "now refused": "Would now be refused",
  "now let in": "Would now be let in",
  "let in unless": "Would now be let in unless a rule stops them that cannot be replayed",
  "goes on": "Would now go on to the form",
  "answered otherwise": "Would read the same verdict in another form",
  "cannot tell": "Cannot tell",
  unchanged: "Unchanged",
};

/** Kinds that the report shows only if somebody has a result of that kind. */
const ifAny: readonly ChangeKind[] = ["let in unless", "goes on", "answered otherwise"];

/** `nowRefused` for "now refused". */
function toMemberName(kind: ChangeKind): string {
  return kind.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}

export class Preview {
  /** Number of decisions read, including repeated ones and those without an address. */
  read = 0;
  oldest: string | undefined;
  /** Number of decisions that entries of single accounts might change. Such entries are not replayed. */
  accountsUnasked = 0;
  limits: JudgedLimits | undefined;
  readonly #counts = new Map<ChangeKind, number>();
  readonly #named = new Map<ChangeKind, NamedDecision[]>(kinds.map((kind) => [kind, []]));

  readonly #people = new Map<ChangeKind, Set<string>>(kinds.map((kind) => [kind, new Set()]));
  readonly #unasked: Unasked[] = [];
  /** Decisions of which nobody can tell, by the sentence about them. */
  readonly #unclear = new Map<string, { readonly first: NamedDecision; count: number }>();

  constructor(
    private readonly from: Date,
    private readonly status: PolicyStatus,
    /** Reasons why a move to an external tenant would be impossible for everybody, one sentence each. */
    private readonly obstacles: readonly string[] = [],
  ) {}

  /** @param unaskedRules rules that were not replayed: their answers in the record were used */
  add(record: Replayable, change: VerdictChange, unaskedRules: readonly string[]): void {
    for (const rule of unaskedRules) this.#countUnasked(record.step, rule);
    this.#counts.set(change.kind, this.#count(change.kind) + 1);
    if (change.kind !== "unchanged") this.#people.get(change.kind)?.add(record.email);
    const namedDecision = toNamedDecision(record, change);
    const namedDecisions = this.#named.get(change.kind);
    if (namedDecisions !== undefined && namedDecisions.length < NAMED) namedDecisions.push(namedDecision);
    if (change.kind === "cannot tell") this.#countUnclear(namedDecision);
  }

  /** A person with several changes counts once. */
  people(...of: readonly ChangeKind[]): number {
    return new Set(of.flatMap((kind) => [...(this.#people.get(kind) ?? [])])).size;
  }

  get isEmpty(): boolean {
    return this.read === 0;
  }

  get isObstructed(): boolean {
    return this.obstacles.length > 0;
  }

  asJson(): object {
    const counts = Object.fromEntries(kinds.map((kind) => [toMemberName(kind), this.#count(kind)]));
    return {
      since: this.from.toISOString(),
      oldest: this.oldest,
      read: this.read,
      policy: { is: this.status.is, steps: this.status.steps, told: this.status.differences },
      counts,
      people: Object.fromEntries(kinds.flatMap((kind) => (kind === "unchanged" ? [] : [[toMemberName(kind), this.people(kind)]]))),
      notReplayed: this.#unasked,
      obstacles: this.obstacles,
      limits: this.limits,
      ...Object.fromEntries([...this.#named].map(([kind, named]) => [toMemberName(kind), named])),
    };
  }

  asText(): readonly string[] {
    const replayedCount = kinds.reduce((sum, kind) => sum + this.#count(kind), 0);
    // The oldest decision may be newer than the requested time: the stack may be younger, or keep decisions for a shorter time.
    const oldest = this.oldest === undefined ? "" : `, the oldest of ${localTime(this.oldest)}`;
    return [
      ...statusLines(this.status),
      ...this.obstacles,
      `${formatCount(this.read, "decision")} since ${localTime(this.from.toISOString())}${oldest}; replayed, the newest of each person at each step: ${replayedCount}.`,
      ...kinds.filter((kind) => !ifAny.includes(kind) || this.#count(kind) > 0).flatMap((kind) => this.#section(kind)),
      ...limitLines(this.limits),
      ...this.#unaskedLines(),
      ...(this.accountsUnasked === 0
        ? []
        : [
            `Not replayed: entries of single accounts (issuer:google.com/1184), as records keep account ids only where such an entry decided. They might change ${this.accountsUnasked} of the above.`,
          ]),
    ];
  }

  #countUnasked(step: Step, rule: string): void {
    const unaskedRule = this.#unasked.find((each) => each.step === step && each.rule === rule);
    if (unaskedRule === undefined) this.#unasked.push({ step, rule, decisions: 1 });
    else unaskedRule.decisions += 1;
  }

  /** Rules of the same step with the same number of decisions share one line. */
  #unaskedLines(): readonly string[] {
    const together = new Map<string, string[]>();
    for (const { step, rule, decisions } of this.#unasked) {
      const where = `(${step}): assumed to answer as they did then, ${formatCount(decisions, "decision")}`;
      together.set(where, [...(together.get(where) ?? []), rule]);
    }
    return [...together].map(([where, rules]) => `Not replayed: ${rules.join(", ")} ${where}; why shows it for one person.`);
  }

  #countUnclear(first: NamedDecision): void {
    const sentence = [first.step, first.was, first.now].join(" ");
    const alike = this.#unclear.get(sentence);
    if (alike === undefined) this.#unclear.set(sentence, { first, count: 1 });
    else alike.count += 1;
  }

  /** Equal sentences are one line, with their number. */
  #unclearLines(): readonly string[] {
    const rows = [...this.#unclear.values()].map(({ first: { email, step, reference, was, now }, count }) => {
      const others = count === 1 ? "" : `, and ${count - 1} more alike`;
      return [email, step, reference, `${was} -> ${now}${others}`];
    });
    return [
      `${titles["cannot tell"]}: ${this.#count("cannot tell")}`,
      ...alignedTable()(rows.slice(0, NAMED)).map((row) => `  ${row}`),
      ...formatRest(rows.length, NAMED, "answers"),
    ];
  }

  #count(kind: ChangeKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  #section(kind: ChangeKind): readonly string[] {
    if (kind === "cannot tell") return this.#unclearLines();
    const namedDecisions = kind === "unchanged" ? [] : (this.#named.get(kind) ?? []);
    const rows = alignedTable()(namedDecisions.map(({ email, step, reference, was, now }) => [email, step, reference, `${was} -> ${now}`]));
    const more = namedDecisions.length === 0 ? [] : formatRest(this.#count(kind), namedDecisions.length);
    return [`${titles[kind]}: ${this.#count(kind)}`, ...rows.map((row) => `  ${row}`), ...more];
  }
}

function limitLines(all: JudgedLimits | undefined): readonly string[] {
  if (all === undefined) return [];
  const { judged, limits, unknown } = all;
  const rows = limits.map(({ limit, window, leadsTo, people, first, last, named }) => {
    const who = `${named.join(", ")}${people > named.length ? ` and ${people - named.length} more` : ""}`;
    return [limit, window, `${formatCount(people, "person", "people")} ${leadsTo}`, `${localTime(first)} to ${localTime(last)}`, who];
  });
  return [
    `Limits, judged over ${formatCount(judged, "sign-up")} in order of time, with counts that start at zero:${limits.length === 0 ? " nobody would have been stopped." : ""}`,
    ...alignedTable()(rows).map((row) => `  ${row}`),
    ...Object.entries(unknown).map(
      ([name, calls]) => `  ${name}: not asked for ${formatCount(calls, "sign-up")}, because their records lack what it looks at`,
    ),
  ];
}

function statusLines({ is, steps, differences }: PolicyStatus): readonly string[] {
  if (is === "unknown") return differences;
  if (is === "deployed") return steps.length === 0 ? [] : ["Replayed under the policy that is deployed."];
  return ["Replayed under your policy, which is not the one that is deployed:", ...differences.map((line) => `  ${line}`)];
}
