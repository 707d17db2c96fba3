import { type Act, type Concern, Refusal } from "../../../adapters/operator/act";
import type { WorldMember, WorldOf } from "../../../adapters/operator/world";
import type { Actor } from "../../../engine/audited-change";
import { keepGiven } from "../../../engine/json";
import { type AccountActor, type AccountRow, accountPerson, NEVER, UNSET } from "../../accounts/account";
import { type AccessResult, type AccessSay, changeSponsor, endAccessNow, extendAccess, laterEnd, restoreEnd } from "../../accounts/change";
import { accountRows } from "../../accounts/world";
import { isOwnSponsor } from "../../approvals/own-request";
import { type Denial, deniedLine, type Somebody } from "../../explain/next-try";
import { type DenialsNow, denialsNow } from "../../explain/world";
import { accessWords as words } from "../concern-words";
import { endedAccess } from "../world";

export interface AccessTarget {
  readonly id: string;
  /** The row, if the door has just read it. */
  readonly account?: AccountRow;
}

export interface AccessState {
  readonly account: AccountRow | undefined;
  readonly email: string;
  readonly denials: readonly Denial[];
  readonly arePoliciesKnown: boolean;
  readonly now: Date;
}

interface NoteInput {
  readonly note?: string | undefined;
}

type Objection = keyof typeof words.objections;

function refuse(code: Objection): Concern {
  return { code, weight: "refused", text: () => words.objections[code] };
}

/** A deny does not keep an act from being done: it is asked about if it denies the person whatever they sign in with. */
function listDenials({ denials, arePoliciesKnown }: Omit<AccessState, "account" | "email" | "now">, { via }: Actor): readonly Concern[] {
  const concerns = denials.map((denial): Concern => {
    const { entry, issuers, isPartial } = denial;
    const isCertain = issuers === undefined && !isPartial;
    const title = issuers === undefined ? words.denied(entry) : words.deniedBy(entry, issuers.join(", "));
    const text = () => (via === "command" ? deniedLine(denial) : title);
    return isCertain
      ? { code: "denied-by-list", weight: "asked", text, title, facts: { entry } }
      : { code: "denied-by-provider", weight: "shown", text, title, facts: { entry, issuers } };
  });
  if (concerns.length === 0 || arePoliciesKnown) return concerns;
  return [...concerns, { code: "effect-unknown", weight: "shown", text: () => words.effectUnknown }];
}

/** The codes that the row's history keeps. */
function listAnswered(concerns: readonly Concern[]): readonly string[] {
  return concerns.filter(({ weight }) => weight !== "refused").map(({ code }) => code);
}

const kinds = { console: "console", mail: "mail", command: "cli" } as const;

/** The author as a row's history names them. */
export function toAccountActor({ via, by, name = by, account, decider }: Actor): AccountActor {
  const kind = kinds[via as keyof typeof kinds];
  // A run of the worker is not confirmed by whoever ended the access: their name is compared with that of AWS.
  if (kind !== "console") return { kind, name: by };
  const userNames = decider?.names ?? [];
  return { kind, name, ...(userNames.length > 0 && { userNames }), ...keepGiven({ account }) };
}

const uses = { accounts: accountRows, denialsNow };
type World = WorldOf<typeof uses>;

async function readAccounts(targets: readonly AccessTarget[], world: World, now: Date, admits: boolean): Promise<readonly AccessState[]> {
  const unread = targets.filter(({ account }) => account === undefined).map(({ id }) => id);
  const stored = unread.length === 0 ? new Map<string, AccountRow>() : await world.accounts.getAll(unread);
  const rows = targets.map(({ id, account }) => account ?? stored.get(id));
  const people = rows.map((row) => row && accountPerson(row));
  const found = people.filter((person) => person !== undefined);
  const denials = admits && found.length > 0 ? await world.denialsNow.findDenials<Somebody>(found, now) : new Map<Somebody, Denial>();
  const arePoliciesKnown = !admits || world.denialsNow.arePoliciesKnown;
  return rows.map((account, index) => {
    const person = people[index];
    const denial = person && denials.get(person);
    return { account, email: account?.email ?? "", denials: denial === undefined ? [] : [denial], arePoliciesKnown, now };
  });
}

interface Change<Input> {
  readonly name: string;
  /** The action in the audit log. */
  readonly action: string;
  /** True if the act gives people a later end. */
  readonly admits: boolean;
  change(row: AccountRow | undefined, input: Input, say: AccessSay, now: Date): AccessResult;
  /** An objection of the act, besides those of `change`. */
  doubt?(row: AccountRow, input: Input): Objection | undefined;
  /** The weight of `doubt` at the command. A script that it once let pass still passes. @default refused, as in the console */
  readonly doubtByCommand?: "shown";
  /** Facts of the input that the audit log keeps. */
  facts?(input: Input): object;
  version?(state: AccessState): string | undefined;
  afterwards?(row: AccountRow, input: Input, world: WorldOf<{ readonly endedAccess: typeof endedAccess }>): Promise<unknown>;
}

type AccessAct<Input> = Act<typeof uses, AccessTarget, Input & NoteInput, AccessState, AccountRow>;

function makeChange<Input>(terms: Change<Input>, denials: WorldMember<DenialsNow>): AccessAct<Input> {
  const { name, action, admits, change, doubt, doubtByCommand, facts, afterwards } = terms;

  function findObjections({ account, now }: AccessState, input: Input & NoteInput, { via, by }: Actor): readonly Concern[] {
    const doubted = account && doubt?.(account, input);
    const result = change(account, input, { by: { kind: "cli", name: by }, ...keepGiven({ note: input.note }) } as AccessSay, now);
    const weight = via === "command" ? (doubtByCommand ?? "refused") : "refused";
    const doubts = doubted === undefined ? [] : [{ ...refuse(doubted), weight } as const];
    return result.ok || (doubted !== undefined && weight === "refused") ? doubts : [...doubts, refuse(result.why)];
  }

  return {
    ...{ name, may: "Approver" },
    uses: { accounts: accountRows, ...(admits && { denialsNow: denials }), ...(afterwards && { endedAccess }) } as typeof uses,
    read: (targets, world, { now }) => readAccounts(targets, world, now, admits),
    version: terms.version ?? (({ account }) => account && String(account.turn)),
    concerns: (state, input, actor) => [...listDenials(state, actor), ...findObjections(state, input, actor)],
    entry({ account, email, now }, input, { actor }) {
      const { note } = input;
      const result = change(account, input, { by: toAccountActor(actor) }, now);
      const until = result.ok && result.row.endsAt !== account?.endsAt ? result.row.until : undefined;
      return { action, subject: account?.reference ?? "", after: { email, ...facts?.(input), ...keepGiven({ until, note }) } };
    },
    writesOnce: true,
    async perform(state, input, world, { actor, act, write }) {
      const { account, now } = state;
      const concerns = listAnswered(listDenials(state, actor));
      const say = { by: toAccountActor(actor), act, concerns, ...keepGiven({ note: input.note }) } as AccessSay;
      let isChanged = false;
      const step = (row: AccountRow | undefined): AccessResult => {
        isChanged = row?.turn !== account?.turn;
        return isChanged ? { ok: false, why: "unknown" } : change(row, input, say, now);
      };
      const result = await world.accounts.change(account?.id ?? "", step, { read: { row: account }, write });
      if (!result.ok) return isChanged ? undefined : new Refusal(refuse(result.why));
      await afterwards?.(result.row, input, world as never);
      return result.row;
    },
  };
}

/** The days count from the present end. If that end has passed, or there is none, they count from today. */
export type ExtendInput = { readonly days: number } | { readonly isEndless: true };

function findNoEnd({ until, endsAt }: AccountRow): Objection | undefined {
  return until !== undefined ? undefined : endsAt === UNSET ? "unset" : "endless";
}

function isEnd(text: string): boolean {
  const isMoment = !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;
  return text === NEVER || text === UNSET || isMoment;
}

/** Undefined if the act has not changed the end, or if somebody has changed it since. */
function findEndBefore(row: AccountRow | undefined, act: string): string | undefined {
  const last = row?.history.findLast(({ was, until }) => was !== undefined || until !== undefined);
  return last?.act === act ? last.was : undefined;
}

/** Operators' acts on people's access. They change only rows: the worker disables and enables accounts. @param denials what the door can read about denied people */
export function makeAccessActs(denials: WorldMember<DenialsNow>) {
  const make = <Input>(terms: Change<Input>) => makeChange(terms, denials);
  return {
    extend: make<ExtendInput>({
      ...{ name: "access.extend", action: "access.extended", admits: true },
      change: (row, input, say, now) => extendAccess(row, row && "days" in input ? laterEnd(row, input.days, now) : undefined, say, now),
      doubt: (row, input) => ("days" in input ? findNoEnd(row) : undefined),
      doubtByCommand: "shown",
    }),
    /** Like `extend`, and lets the person sign up again at the gates. */
    renew: make<{ readonly days: number; readonly gates: readonly string[] }>({
      ...{ name: "access.renew", action: "access.extended", admits: true },
      change: (row, { days }, say, now) => extendAccess(row, row && laterEnd(row, days, now), say, now, "renewed"),
      doubt: findNoEnd,
      doubtByCommand: "shown",
      afterwards: ({ email }, { gates }, { endedAccess }) => Promise.all(gates.map((gate) => endedAccess.forget({ email, gate }))),
    }),
    end: make<object>({
      ...{ name: "access.end", action: "access.ended-early", admits: false },
      change: (row, _, say, now) => endAccessNow(row, say, now),
    }),
    /** Restores the end `was` that an extension or an early end has changed. */
    restore: make<{ readonly was: string }>({
      ...{ name: "access.restore", action: "access.end-restored", admits: false },
      // The worker may have disabled the account since. Only another end makes the restored one wrong.
      version: ({ account }) => account?.endsAt,
      change: (row, { was }, say, now) => restoreEnd(row, was, say, now),
      doubt: (_, { was }) => (isEnd(was) ? undefined : "no-end"),
    }),
    /** Restores the end that an act has changed, unless somebody has changed it again. */
    undo: make<{ readonly act: string }>({
      ...{ name: "access.undo", action: "access.end-restored", admits: false },
      version: ({ account }) => account?.endsAt,
      change: (row, { act }, say, now) => restoreEnd(row, findEndBefore(row, act) ?? "", say, now),
      doubt: (row, { act }) => (findEndBefore(row, act) === undefined ? "changed-since" : undefined),
    }),
    sponsor: make<{ readonly sponsor: string }>({
      ...{ name: "access.sponsor", action: "access.sponsored", admits: false },
      change: (row, { sponsor }, say, now) => changeSponsor(row, sponsor, say, now),
      doubt: ({ email }, { sponsor }) => (isOwnSponsor({ email, sponsor }) ? "own-sponsor" : undefined),
      facts: ({ sponsor }) => ({ sponsor }),
    }),
  } as const;
}

export const accessActs = makeAccessActs(denialsNow);

const readmitUses = { endedAccess, denialsNow };

/** Lets a person without an account sign up again after their access ended. */
export const readmit: Act<
  typeof readmitUses,
  { readonly email: string; readonly gates: readonly string[] },
  NoteInput,
  AccessState & { readonly gates: readonly string[] },
  { readonly email: string }
> = {
  ...{ name: "access.readmit", may: "Approver", uses: readmitUses },
  read: (targets, { denialsNow }, { now }) =>
    Promise.all(
      targets.map(async ({ email, gates }) => {
        const denials = await denialsNow.findDenials(
          gates.map((gate) => ({ email, gate, signsUp: true })),
          now,
        );
        return { account: undefined, email, gates, denials: [...denials.values()], arePoliciesKnown: denialsNow.arePoliciesKnown, now };
      }),
    ),
  concerns: (state, _, actor) => listDenials(state, actor),
  entry: ({ email }, { note }) => ({ action: "access.extended", subject: "", after: { email, ...keepGiven({ note }) } }),
  async perform({ email, gates }, _, { endedAccess }) {
    const found = await Promise.all(gates.map((gate) => endedAccess.forget({ email, gate })));
    return found.some((isFound) => isFound) ? { email } : new Refusal(refuse("not-kept-out"));
  },
};
