import { decisionWords, evidenceText } from "../../engine/messages/operator/decisions";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Evidence } from "../../engine/sign-up/verdict";
import { localTime } from "../moments";
import { alignedTable, counted } from "../output";
import { kinds, type VerdictChange } from "./compare";
import type { Replayable } from "./replay";

/** How many of each kind the report names, newest first; it counts all. */
const NAMED = 50;

/** A decision that is named in the report. */
interface Named {
  readonly email: string;
  readonly step: string;
  readonly reference: string;
  /** "block access-list.unlisted" */
  readonly was: string;
  readonly now: string;
  /** The list's entry that decides now. */
  readonly entry?: string;
}

/** A rule that could not be replayed. */
interface Unasked {
  readonly step: Step;
  readonly rule: string;
  decisions: number;
}

const titles: Readonly<Record<VerdictChange["kind"], string>> = {
  "now blocked": "Would now be blocked",
  "now let through": "Would now be let through",
  "told otherwise": "Would read the same verdict in another form",
  "cannot tell": "Cannot tell",
  unchanged: "Unchanged",
};

/** Gathers what a draft would change. */
export class Preview {
  /** Decisions read, repeated ones and those without an address too. */
  read = 0;
  /** Decisions on people whose accounts the list may speak of. */
  accountsUnasked = 0;
  readonly #counts = new Map<VerdictChange["kind"], number>();
  readonly #named = new Map<VerdictChange["kind"], Named[]>(kinds.map((kind) => [kind, []]));

  readonly #unasked: Unasked[] = [];

  constructor(
    private readonly from: Date,
    /** What stands in the way of a move whatever was decided, a sentence each. */
    private readonly obstacles: readonly string[] = [],
  ) {}

  /** @param unasked rules that were taken to say what they said then */
  add(record: Replayable, change: VerdictChange, unasked: readonly string[]): void {
    for (const rule of unasked) this.#countUnasked(record.step, rule);
    this.#counts.set(change.kind, this.#count(change.kind) + 1);
    const named = this.#named.get(change.kind);
    if (named !== undefined && named.length < NAMED) named.push(namedOf(record, change));
  }

  /** Whether anyone would be treated otherwise. */
  get changes(): boolean {
    return this.obstacles.length + this.#count("now blocked") + this.#count("now let through") + this.#count("told otherwise") > 0;
  }

  asJson(): object {
    const counts = Object.fromEntries(kinds.map((kind) => [kind, this.#count(kind)]));
    return {
      since: this.from.toISOString(),
      read: this.read,
      counts,
      notReplayed: this.#unasked,
      obstacles: this.obstacles,
      ...Object.fromEntries(this.#named),
    };
  }

  asText(): readonly string[] {
    const replayed = kinds.reduce((sum, kind) => sum + this.#count(kind), 0);
    return [
      ...this.obstacles,
      `${counted(this.read, "decision")} since ${localTime(this.from.toISOString())}; replayed, the newest of each person at each step: ${replayed}.`,
      // Only another dialect tells people otherwise.
      ...kinds.filter((kind) => kind !== "told otherwise" || this.#count(kind) > 0).flatMap((kind) => this.#section(kind)),
      ...this.#unaskedLines(),
      ...(this.accountsUnasked === 0
        ? []
        : [
            `Not replayed: entries of single accounts (issuer:google.com/1184), as records keep account ids only where such an entry decided. They might change ${this.accountsUnasked} of the above.`,
          ]),
    ];
  }

  #countUnasked(step: Step, rule: string): void {
    const known = this.#unasked.find((each) => each.step === step && each.rule === rule);
    if (known === undefined) this.#unasked.push({ step, rule, decisions: 1 });
    else known.decisions += 1;
  }

  /** A line for rules of one step that were met equally often. */
  #unaskedLines(): readonly string[] {
    const together = new Map<string, string[]>();
    for (const { step, rule, decisions } of this.#unasked) {
      const where = `(${step}): taken to say what they said then, ${counted(decisions, "decision")}`;
      together.set(where, [...(together.get(where) ?? []), rule]);
    }
    return [...together].map(([where, rules]) => `Not replayed: ${rules.join(", ")} ${where}; explain tells for one person.`);
  }

  #count(kind: VerdictChange["kind"]): number {
    return this.#counts.get(kind) ?? 0;
  }

  #section(kind: VerdictChange["kind"]): readonly string[] {
    const named = kind === "unchanged" ? [] : (this.#named.get(kind) ?? []);
    const rows = alignedTable()(named.map(({ email, step, reference, was, now }) => [email, step, reference, `${was} -> ${now}`]));
    const more = named.length < this.#count(kind) && named.length > 0 ? [`  and ${this.#count(kind) - named.length} more`] : [];
    return [`${titles[kind]}: ${this.#count(kind)}`, ...rows.map((row) => `  ${row}`), ...more];
  }
}

function namedOf({ email, step, reference, verdict, reasons, rule, trace }: Replayable, { kind, by, open }: VerdictChange): Named {
  const decided = trace.find((word) => word.rule === rule && word.shadow !== true) ?? trace.find(({ evidence }) => evidence !== undefined);
  const was = wordsOf(verdict, reasons, decided?.evidence);
  const nowSaid =
    kind === "unchanged" || kind === "told otherwise"
      ? "the same"
      : kind === "cannot tell"
        ? "?"
        : wordsOf(by?.said ?? "continue", by?.reasons, by?.evidence);
  const entry = by?.evidence?.entry;
  return {
    email,
    step,
    reference,
    was,
    now: open === undefined ? nowSaid : `${nowSaid} (${open})`,
    ...(entry !== undefined && { entry }),
  };
}

function wordsOf(verdict: string, reasons: readonly string[] = [], evidence: Evidence | undefined): string {
  return [verdict, ...new Set(reasons), ...(evidence === undefined ? [] : [evidenceText(decisionWords.en, evidence)])].join(" ");
}
