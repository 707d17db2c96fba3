import type { Concern as ActConcern, Weight } from "../../../adapters/operator/act";
import type { WorldOf } from "../../../adapters/operator/world";
import { toRow } from "../../../adapters/tables/item";
import type { Actor } from "../../../engine/audited-change";
import { splitIntoChunks } from "../../../engine/collections";
import { readAuthorAddress } from "../../../engine/directory-account";
import { textsForReader } from "../../../engine/operator/page-texts";
import type { LookAlike } from "../../look-alikes/look-alike";
import { gatesThatDeny } from "../asked-lists";
import { type ConcernCode, isDangerous } from "../breadth";
import {
  COMPARED_ROWS,
  changesToday,
  checkEdit,
  domainToCompare,
  type EditedRow,
  givesBack,
  isBroad,
  keysAround,
  mayAdmit,
  takesAway,
} from "../edit-check";
import { readEntry } from "../entry";
import { concernWords } from "../entry-words";
import type { Flips } from "../flips";
import type { Cells } from "../hygiene";
import { readRow } from "../row";
import { listRows, lookAlikes, policyFacts } from "../world";

export const judgingUses = { listRows, lookAlikes, policyFacts };
type World = WorldOf<typeof judgingUses>;

/** An edit is dangerous if it changes the answer for this many people. */
export const MANY_PEOPLE = 10;
/** Rows that are named with a concern, at most. */
const NAMED_ROWS = 20;
const DOMAINS_AT_ONCE = 100;
const MOST_DOMAINS = 5_000;
/** No further domains are compared after this time, because a page must answer within 30 s. */
const COMPARING_MS = 4_000;

/** A row that a concern is about. */
export interface RowFinding {
  /** Undefined if the concern is about several rows. */
  readonly entry: string | undefined;
  readonly about: string;
  readonly looks?: LookAlike | undefined;
}

interface Finding {
  /** The first NAMED_ROWS. */
  readonly rows: RowFinding[];
  count: number;
}

/** The facts of an edit that concerns and questions depend on. */
export interface EditFacts {
  readonly rows: number;
  readonly findings: ReadonlyMap<ConcernCode, Finding>;
  /** True if the rows were compared with the entries around them. */
  readonly isCompared: boolean;
  /** True if the edit may let in somebody. */
  readonly admits: boolean;
  /** True if the edit in reverse may let in somebody. */
  readonly admitsBack: boolean;
  /** True if the edit turns the effect of a broad entry, or of many. */
  readonly turnsMany: boolean;
  readonly changesToday: boolean;
  /** The only entry, or the number of entries. Typed before a dangerous edit. */
  readonly word: string;
}

/** Gathers what speaks against an edit row by row: a file may have a million rows. */
export class EditJudge {
  readonly #now: Date;
  readonly #actor: Actor;
  readonly #first: EditedRow[] = [];
  readonly #findings = new Map<ConcernCode, Finding>();
  /** The first entry of each domain that is let in. */
  readonly #domains = new Map<string, string>();
  /** Rows that newly wait for approval, by what decides at which gates they deny instead. */
  readonly #waiting = new Map<string, { readonly row: EditedRow; count: number }>();
  readonly #classes = new Map<string, string>();
  #rows = 0;
  #admits = false;
  #admitsBack = false;
  #turned = 0;
  #turnsBroad = false;
  #changesToday = false;

  constructor(actor: Actor, now: Date) {
    this.#actor = actor;
    this.#now = now;
  }

  add(row: EditedRow): void {
    this.#rows += 1;
    if (this.#first.length <= COMPARED_ROWS) this.#first.push(row);
    if (this.#rows === COMPARED_ROWS + 1) for (const each of this.#first) this.#note(each);
    else if (this.#rows > COMPARED_ROWS) this.#note(row);
    if (this.#actor.via === "console") this.#weighRow(row);
    const domain = domainToCompare(row);
    if (domain !== undefined && !this.#domains.has(domain)) this.#domains.set(domain, rowEntry(row));
    this.#noteWaiting(row);
    const read = readEntry(String(row.after?.entry));
    if (row.before === undefined && read.ok && read.entry.kind === "class") this.#classes.set(read.entry.name, rowEntry(row));
  }

  /** Notes what only the console asks about: a command may write a million rows. */
  #weighRow(row: EditedRow): void {
    const now = this.#now;
    this.#admits ||= mayAdmit(row, now);
    this.#admitsBack ||= mayAdmit({ before: row.after, after: row.before }, now);
    this.#changesToday ||= changesToday(row, now);
    if (!takesAway(row, now) && !givesBack(row, now)) return;
    this.#turned += 1;
    this.#turnsBroad ||= isBroad(row);
  }

  async finish(world: World): Promise<EditFacts> {
    const isCompared = this.#rows <= COMPARED_ROWS;
    const [around, { alike, uncompared }] = await Promise.all([isCompared ? this.#readAround(world) : [], this.#compareDomains(world)]);
    if (isCompared) for (const row of this.#first) this.#note(row, { around, alike });
    else
      for (const [domain, [looks]] of alike)
        if (looks) this.#find("looksLike", { entry: this.#domains.get(domain), about: looks.like, looks });
    if (uncompared > 0) this.#find("notCompared", { entry: undefined, about: String(uncompared) });
    this.#judgeByPolicies(world.policyFacts);
    return {
      ...{ rows: this.#rows, findings: this.#findings, isCompared, admits: this.#admits, admitsBack: this.#admitsBack },
      turnsMany: this.#turnsBroad || this.#turned >= MANY_PEOPLE,
      changesToday: this.#changesToday,
      word: this.#rows > 1 ? String(this.#rows) : rowEntry(this.#first[0]),
    };
  }

  #note(row: EditedRow, compared: { readonly around?: readonly Cells[]; readonly alike?: ReadonlyMap<string, readonly LookAlike[]> } = {}) {
    const { by, decider } = this.#actor;
    const own = (decider?.names ?? [by]).flatMap((name) => readAuthorAddress(name) ?? []);
    for (const { code, about } of checkEdit(row, { now: this.#now, own, ...compared })) {
      const looks = code === "looksLike" ? compared.alike?.get(domainToCompare(row) ?? "")?.[0] : undefined;
      this.#find(code, { entry: rowEntry(row), about, ...(looks && { looks }) });
    }
  }

  #find(code: ConcernCode, row: RowFinding, count = 1): void {
    const finding = this.#findings.get(code) ?? { rows: [], count: 0 };
    finding.count += count;
    if (finding.rows.length < NAMED_ROWS) finding.rows.push(row);
    this.#findings.set(code, finding);
  }

  #noteWaiting(row: EditedRow): void {
    const [was, is] = [row.before, row.after].map((cells) => cells && readRow(cells));
    if (is?.effect !== "approval") return;
    const key = JSON.stringify([is.gates, is.expiresAt, is.void, was?.effect, was?.gates, was?.expiresAt]);
    const group = this.#waiting.get(key) ?? { row, count: 0 };
    group.count += 1;
    this.#waiting.set(key, group);
  }

  #judgeByPolicies({ gates, silentGates, asksClass }: World["policyFacts"]): void {
    const silent = this.#waiting.size === 0 ? [] : silentGates();
    for (const { row, count } of this.#waiting.values()) {
      const entry = rowEntry(row);
      const denyingGates = (cells: Cells | undefined) => cells && gatesThatDeny(readRow(cells), silent ?? [], this.#now).join(", ");
      const [was, is] = [denyingGates(row.before) ?? "", denyingGates(row.after) ?? ""];
      if (silent === undefined) this.#find("askingUnknown", { entry, about: "" }, count);
      else if (is !== "" && is !== was) this.#find("asksNobody", { entry, about: gates.length === 1 ? "" : is }, count);
    }
    for (const [name, entry] of this.#classes) {
      const isAsked = asksClass(name);
      if (isAsked === undefined) this.#find("classUnknown", { entry, about: name });
      else if (!isAsked) this.#find("unusedClass", { entry, about: name });
    }
  }

  async #readAround({ listRows }: World): Promise<readonly Cells[]> {
    const removed = new Set(this.#first.filter(({ after }) => after === undefined).map(rowEntry));
    const keys = this.#first.flatMap(keysAround).filter((key) => !removed.has(key));
    return [...(await listRows.many([...new Set(keys)])).values()].map(toRow);
  }

  async #compareDomains({ lookAlikes }: World) {
    const alike = new Map<string, readonly LookAlike[]>();
    if (this.#domains.size === 0) return { alike, uncompared: 0 };
    const until = this.#actor.via === "console" ? Date.now() + COMPARING_MS : Number.POSITIVE_INFINITY;
    const { lookAlikesOf } = lookAlikes(this.#now);
    let compared = 0;
    for (const some of splitIntoChunks([...this.#domains.keys()].slice(0, MOST_DOMAINS), DOMAINS_AT_ONCE)) {
      if (Date.now() > until) break;
      for (const [domain, looks] of await lookAlikesOf(some)) alike.set(domain, looks);
      compared += some.length;
    }
    return { alike, uncompared: this.#domains.size - compared };
  }
}

export function rowEntry(row: EditedRow | undefined): string {
  return String((row?.after ?? row?.before)?.entry ?? "");
}

export interface EditConcern extends ActConcern<ConcernCode> {
  readonly facts: { readonly rows: readonly RowFinding[]; readonly count: number; readonly isCounted?: boolean };
}

/**
 * The console has a word typed before a dangerous edit. The command asks with yes: always, if an entry lets in people whom nobody can name,
 * otherwise only in a terminal, because a script shuts out many people on purpose.
 */
export function weigh(code: ConcernCode, { via }: Pick<Actor, "via">): Weight {
  if (via === "command") return isDangerous({ code }) ? "asked" : "shown";
  return isDangerous({ code }) ? "typed" : "asked";
}

/** @param flips the people whose answer would change, if the door looked */
export function toConcerns({ findings }: EditFacts, flips: Flips | undefined, actor: Pick<Actor, "via">): readonly EditConcern[] {
  const all = [...countPeople(flips), ...[...findings].map(([code, finding]) => [code, { ...finding }] as const)];
  return all
    .map(([code, facts]): EditConcern => {
      const about = facts.rows[0]?.about ?? "";
      return { code, weight: weigh(code, actor), text: () => textsForReader(concernWords)[code](about), facts };
    })
    .toSorted((one, other) => Number(isDangerous(other)) - Number(isDangerous(one)));
}

function countPeople(flips: Flips | undefined): readonly (readonly [ConcernCode, EditConcern["facts"]])[] {
  if (flips === undefined) return [];
  const { refused, admitted, goesOn, unclear } = flips;
  // People in `unclear.opened` count as let in, although a rule that cannot be replayed may stop them.
  const letIn = admitted.count + goesOn.count + unclear.opened;
  const counts = [
    // People whose sign-up waits for approval are not let in yet, so refusing them does not count.
    ["refusesMany", refused.count - refused.waiting, refused.count, refused.entry],
    ["admitsMany", letIn, letIn, admitted.entry ?? goesOn.entry ?? unclear.entry],
  ] as const;
  return counts.flatMap(([code, many, count, entry]) =>
    many < MANY_PEOPLE ? [] : [[code, { rows: [{ entry, about: String(count) }], count: 1, isCounted: true }] as const],
  );
}

/** The concerns of an edit, without what refuses it. */
export function listEditConcerns(concerns: readonly ActConcern[]): readonly EditConcern[] {
  return concerns.filter((each): each is EditConcern => Object.hasOwn(concernWords.en, each.code));
}
