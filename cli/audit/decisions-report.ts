import type { TakenWord } from "../../adapters/preview/composition";
import type { Redecided } from "../../adapters/preview/redecide";
import { openWords } from "../../engine/messages/operator/entries";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { GitFound, VersionSought } from "../../local/versions/git-policies";
import { versionKey } from "../../local/versions/git-policies";
import { alignedTable, counted } from "../output";
import { localTime } from "../typed";

/** A version of a step's policy, and the decisions that name it. */
interface VersionCounted extends Pick<VersionSought, "version" | "step" | "gate"> {
  decisions: number;
  /** Where its policy was found. */
  from?: string;
}

/** A decision as the report names it. */
interface NamedRedecided {
  readonly at: string;
  readonly reference: string;
  readonly step: string;
  readonly email?: string;
  readonly version: string;
  readonly rule?: string;
  readonly was?: string;
  readonly is?: string;
  readonly changed?: readonly string[];
  /** Another version that says what the record says. */
  readonly otherVersion?: string;
  readonly why?: string;
}

const kinds = ["same", "same as far as recorded", "explained", "different", "cannot tell"] as const;
type Kind = (typeof kinds)[number];

const titles: Readonly<Record<Kind, string>> = {
  same: "The same, rule for rule",
  "same as far as recorded": "The same, as far as is recorded",
  explained: "Explained",
  different: "Different",
  "cannot tell": "Cannot tell",
};

const explanations = {
  failure: "a part of Gatehouse failed then",
  drill: "a drill, which any policy refuses",
  unread: "the request could not be read, so no rule was asked",
} as const;

const takenWords: Readonly<Record<TakenWord["why"], string>> = {
  ...openWords.en,
  history: "a row that it read cannot be brought back",
};

/** Gathers what recorded decisions come to when they are decided again. */
export class RedecidedReport {
  /** The first thing that is wrong with the audit trail. */
  flaw: string | undefined;
  /** How versions were looked for. */
  looked: Omit<GitFound, "found"> | undefined;
  readonly #counts = new Map<Kind, number>();
  readonly #named = new Map<Kind, NamedRedecided[]>(kinds.map((kind) => [kind, []]));
  readonly #versions = new Map<string, VersionCounted>();
  /** Decisions by rule and why its word was taken. */
  readonly #taken = new Map<string, number>();
  readonly #why = new Map<string, number>();
  #unreadable = 0;

  constructor(
    private readonly from: Date,
    private readonly limit: number,
  ) {}

  /** A decision that names a version. */
  count({ version, step, gate }: VersionSought): void {
    const key = versionKey({ version, step, gate });
    const known = this.#versions.get(key) ?? { version, step, gate, decisions: 0 };
    known.decisions += 1;
    this.#versions.set(key, known);
  }

  foundAt(key: string, from: string): void {
    const known = this.#versions.get(key);
    if (known !== undefined) known.from = from;
  }

  addUnreadable(): void {
    this.#unreadable += 1;
  }

  /** A decision of a version that was not found. */
  addUntold(record: DecisionRecord): void {
    this.#note("cannot tell", record, { why: `no policy of version ${record.policyVersion} was found` });
  }

  /** @param otherVersion the version that says what the record says, if another one does */
  add(record: DecisionRecord, outcome: Redecided, otherVersion?: string): void {
    if (outcome.kind === "explained") this.#note("explained", record, { why: explanations[outcome.why] });
    else if (outcome.kind === "differs") {
      this.#note("different", record, { ...outcome.difference, ...(otherVersion !== undefined && { otherVersion }) });
    } else this.#addSame(record, outcome);
  }

  #addSame(record: DecisionRecord, { taken, near }: Extract<Redecided, { kind: "same" }>): void {
    for (const { rule, why } of taken) bump(this.#taken, `${rule} (${record.step}): ${takenWords[why]}`);
    const rows = taken.flatMap(({ row }) => row ?? []);
    if (near !== undefined) this.#note("explained", record, { why: `a row was changed at about that time: ${near}` });
    else
      this.#note(taken.length === 0 ? "same" : "same as far as recorded", record, rows.length === 0 ? undefined : { why: rows.join("; ") });
  }

  /** Whether every decision is the same or explained, by a trail that is whole. */
  get isProven(): boolean {
    return this.#count("different") + this.#count("cannot tell") + this.#unreadable === 0 && this.flaw === undefined;
  }

  asJson(): object {
    const named = Object.fromEntries([...this.#named].filter(([kind]) => kind !== "same"));
    return {
      since: this.from.toISOString(),
      proven: this.isProven,
      decisions: this.#all,
      counts: Object.fromEntries(kinds.map((kind) => [kind, this.#count(kind)])),
      versions: [...this.#versions.values()],
      takenAtTheirWord: Object.fromEntries(this.#taken),
      ...(this.looked && { looked: this.looked }),
      ...(this.#unreadable > 0 && { unreadable: this.#unreadable }),
      ...(this.flaw !== undefined && { trail: this.flaw }),
      ...named,
    };
  }

  asText(): readonly string[] {
    if (this.#all === 0 && this.#unreadable === 0) return [`There are no decisions since ${localTime(this.from.toISOString())}.`];
    return [
      `${counted(this.#all, "decision")} since ${localTime(this.from.toISOString())}, by ${counted(this.#versions.size, "version")} of the policy:`,
      ...this.#versionLines(),
      ...this.#lookedLines(),
      ...(this.flaw === undefined ? [] : [`The audit trail is not as it was written: ${this.flaw} See audit verify.`]),
      ...kinds.flatMap((kind) => this.#section(kind)),
      ...(this.#unreadable === 0 ? [] : [`Cannot be read, and so not decided again: ${counted(this.#unreadable, "row")}.`]),
      this.isProven
        ? "Every decision is what its policy says, or explained."
        : "Not every decision is proven: see Different, Cannot tell and what is said of the trail.",
    ];
  }

  get #all(): number {
    return kinds.reduce((sum, kind) => sum + this.#count(kind), 0);
  }

  #count(kind: Kind): number {
    return this.#counts.get(kind) ?? 0;
  }

  #note(kind: Kind, record: DecisionRecord, facts: Partial<NamedRedecided> | undefined): void {
    bump(this.#counts, kind);
    if (kind === "explained" && facts?.why !== undefined) bump(this.#why, facts.why.split(":")[0] as string);
    const named = this.#named.get(kind);
    if (facts === undefined || named === undefined || named.length >= this.limit) return;
    const { at, reference, step, email, policyVersion: version } = record;
    named.push({ at, reference, step, ...(email !== undefined && { email }), version, ...facts });
  }

  #versionLines(): readonly string[] {
    const several = new Set([...this.#versions.values()].map(({ gate }) => gate)).size > 1;
    const rows = [...this.#versions.values()].map(({ gate, step, version, decisions, from }) => [
      ...(several ? [gate] : []),
      step,
      version,
      counted(decisions, "decision"),
      from ?? "not found",
    ]);
    return alignedTable()(rows).map((row) => `  ${row}`);
  }

  /** Why versions may not have been found. */
  #lookedLines(): readonly string[] {
    if (this.looked === undefined || [...this.#versions.values()].every(({ from }) => from !== undefined)) return [];
    const { built, problem, noGit } = this.looked;
    const where = noGit
      ? "This folder has no Git repository: only the files as they are were built."
      : `Built: ${counted(built, "state")} of the app, the files as they are among them; none makes the versions that are not found. A version is found if its commit is one of the branch that is checked out, and its packages are installed as they were (package-lock.json).`;
    return [where, ...(problem === undefined ? [] : [`Not built: ${problem}`])];
  }

  #section(kind: Kind): readonly string[] {
    const named = kind === "same" ? [] : (this.#named.get(kind) ?? []);
    const more = this.#count(kind) - named.length;
    return [
      `${titles[kind]}: ${this.#count(kind)}`,
      ...(kind === "same as far as recorded" ? [...this.#taken].map(([words, count]) => `  ${words}; ${counted(count, "decision")}`) : []),
      ...(kind === "explained" ? [...this.#why].map(([why, count]) => `  ${why}: ${counted(count, "decision")}`) : []),
      ...(kind === "different" || kind === "cannot tell"
        ? [...named.flatMap(namedLines), ...(named.length > 0 && more > 0 ? [`  and ${more} more`] : [])]
        : []),
    ];
  }
}

function namedLines({
  at,
  reference,
  step,
  email = "",
  version,
  rule,
  was,
  is,
  changed = [],
  otherVersion,
  why,
}: NamedRedecided): readonly string[] {
  const what = why ?? `${rule}: the record says ${was}; version ${version} says ${is}`;
  return [
    `  ${localTime(at)}  ${reference}  ${email}  ${step}`,
    `    ${what}`,
    ...(otherVersion === undefined ? [] : [`    Another version, ${otherVersion}.`]),
    ...changed.map((row) => `    Since then: ${row}`),
  ];
}

function bump<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
