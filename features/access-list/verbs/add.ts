import { isDeepStrictEqual } from "node:util";
import type { Concern } from "../../../adapters/operator/act";
import { toRow } from "../../../adapters/tables/item";
import { doAct, reviewOne } from "../../../cli/act";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { isGraphConfigured } from "../../../cli/graph/sign-in";
import { alignedTable, formatCount, formatRest } from "../../../cli/output";
import { localEnd } from "../../../cli/typed";
import type { VerbHooks } from "../../../cli/verb";
import { shownCell } from "../../../engine/characters";
import { omit } from "../../../engine/collections";
import { hooks } from "../../lists/hooks";
import { isEmptyEdit } from "../acts/edit";
import { setEntry } from "../acts/entries";
import { rowEntry } from "../acts/judging";
import { type DescribedEntry, describeEntry, summary } from "../describe-entry";
import { type Entry, entryKey, findTypedProblem, type ListEffect } from "../entry";
import { eachColumn, formatColumns, mapColumns } from "../entry-columns";
import { concernWords } from "../entry-words";
import type { FileRow } from "../files/row";
import { type EditedList, FLIP_DAYS, type Flips, openWords } from "../flips";
import { readRow } from "../row";
import type { Ran } from "../store/run";
import { findRequestsLeft, formatUndoHint, type RequestsLeft } from "./change-sets";
import { actingOnList, listRowConcerns, needsAgreement, warnOfEdit } from "./editing";
import { parseTypedEntry } from "./entries";

declare module "../../../cli/verb" {
  interface VerbHooks {
    /** Without this hook, a dry run does not count people. */
    flipsOfEdit?(editedList: EditedList, deployment: Deployment, now: Date): Promise<Flips>;
  }
}

interface AddOptions extends DeploymentOptions, JsonOption {
  readonly effect: ListEffect;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export async function add(typedText: string, options: AddOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const now = new Date();
  const entry = parseTypedEntry(typedText);
  const row = buildRow(typedText, entry, options);
  const { gate: _, ...place } = options;
  const deployment = await deploymentFor(place);
  const acting = await actingOnList(deployment, session, options.yes);
  const target = { row, force: options.force };
  const reviewed = await reviewOne(
    setEntry,
    target,
    {},
    { ...acting, describeRefusal: (refusal) => describeRefusal(refusal, typedText, row) },
  );
  const { edit, after, replaced } = reviewed.state;
  const is = describeEntry(toRow(after), now);
  const was = replaced.map((item) => describeEntry(toRow(item), now));
  const accountsEnd = whatEndsAccounts(entry, options, deployment);
  const left = options.effect === "deny" ? await findRequestsLeft([toRow(after)], deployment, place) : undefined;
  if (options.dryRun) {
    const previews = (hooks as readonly VerbHooks[]).find(({ flipsOfEdit }) => flipsOfEdit !== undefined);
    const flips = await previews?.flipsOfEdit?.(new Map(edit.changes.map((each) => [rowEntry(each), each.after])), deployment, now);
    report(
      output,
      { is, was, accountsEnd, left, trial: { concerns: setEntry.concerns(reviewed.state, { flips }, acting.actor), flips } },
      options,
    );
    if (left !== undefined) output.warn(left.text);
    return;
  }
  // If the new row has ended, but a row that it replaces has not, the new row's end may be mistyped.
  const ends = is.state === "expired" && was.some(({ state }) => state === "live");
  const asks = !options.yes && (ends || needsAgreement(reviewed.concerns));
  const ran = isEmptyEdit(edit)
    ? undefined
    : await doAct(
        setEntry,
        target,
        {},
        {
          ...{ ...acting, reviewed, describeRefusal: () => `Somebody changed ${is.entry} ${LOOK_AGAIN}` },
          ask({ concerns }) {
            if (asks) warnOfEdit(concerns, output, unnamed);
            if (ends) output.warn(`Warning: ${concernWords.en.expired("")}`);
            return asks ? `Write ${is.entry}: ${summary(is)}?` : undefined;
          },
        },
      );
  if (ran !== undefined) assertAllWritten(ran, options, output);
  report(output, { is, was, changeSet: ran?.set.id, accountsEnd, left }, options);
  if (left !== undefined) output.warn(left.text);
  if (!asks) warnOfEdit(reviewed.concerns, output, { ...unnamed, isOnPurpose: true });
}

const unnamed = { name: () => "" };

const LOOK_AGAIN = "at this moment: look at it with list show, then repeat the command.";

function describeRefusal({ code, text }: Concern, typedText: string, { entry, effect, expiresAt }: FileRow): string {
  if (code === "stricter") return text(String);
  if (code === findTypedProblem(entry)?.code) return `${shownCell(typedText)} is ${text(String)}`;
  if (code !== "suspendsUntilPast") return `${entry}: ${text(String)}`;
  const again = effect === "allow" ? "deny" : effect;
  return `${entry}: ${expiresAt} is over already, so nobody would be let in. To end an exception at once, repeat the entry: list ${again} ${entry}.`;
}

/** Maximum age of the decisions in which an incident finds people. */
const SINCE = "90d";

/** Returns how to end the accounts of people under a deny, because the deny itself ends no account. */
function whatEndsAccounts(entry: Entry, { gate: _, ...options }: AddOptions, deployment: Deployment): string | undefined {
  const isNamed = entry.kind === "address" || entry.kind === "domain" || entry.kind === "wildcard";
  if (options.effect !== "deny" || !isNamed || !isGraphConfigured(options, deployment)) return undefined;
  const place = placeFlags(options);
  if (entry.kind === "domain") return `npm run gate -- incident select --since ${SINCE} --domain ${entry.domain}${place}`;
  if (entry.kind === "wildcard" || deployment.tables.accounts === undefined) return "disable them in Entra.";
  return `npm run gate -- expiry end ${entry.email}${place}`;
}

function buildRow(typedText: string, entry: Entry, options: AddOptions): FileRow {
  const { effect } = options;
  const given = new Map<string, unknown>(Object.entries(options));
  const cells = mapColumns(({ flag }) => flag && given.get(flag.option));
  for (const [name, { flag }] of eachColumn) {
    const isRead = flag?.wrong === undefined || readRow({ effect, ...(name in cells && { [name]: cells[name] }) }).problems.length === 0;
    if (!isRead) throw new CommandError(`--${flag.option} ${cells[name]} ${flag.wrong}`);
  }
  const [key, looser] = [entryKey(entry, effect), entryKey(entry, "allow")];
  return {
    entry: key,
    effect,
    ...formatColumns(cells, readRow({ effect, ...cells })),
    ...(typedText !== key && { typed: typedText }),
    ...(looser !== key && { looser }),
  };
}

function assertAllWritten({ set, writes, kept: [lostEntry] }: Ran, options: AddOptions, output: CommandContext["output"]): void {
  if (lostEntry === undefined) return;
  // A deny or an approval may also remove an allow. One of the two writes may be made even if somebody changed the row of the other.
  if (writes > 0) output.warn(formatUndoHint(set, options));
  throw new CommandError(`Somebody changed ${lostEntry} ${LOOK_AGAIN}`);
}

interface Change {
  readonly is: DescribedEntry;
  readonly was: readonly DescribedEntry[];
  readonly changeSet?: string | undefined;
  readonly accountsEnd?: string | undefined;
  readonly left: RequestsLeft | undefined;
  /** The concerns and effects that a dry run reports. Absent if the run is not a dry run. */
  readonly trial?: { readonly concerns: readonly Concern[]; readonly flips: Flips | undefined };
}

const SUSPENDED =
  "The entry applies again afterwards. An account made until then stays: put expiry in the policy, or end it with expiry end.";

const titles = {
  none: ["Already there:", "Already there:"],
  added: ["Added", "Would add"],
  changed: ["Changed", "Would change"],
} as const;

function report(output: CommandContext["output"], { is, was, changeSet, accountsEnd, left, trial }: Change, options: AddOptions): void {
  const change = was.length === 0 ? "added" : was.length === 1 && isDeepStrictEqual(was[0], is) ? "none" : "changed";
  if (options.json) {
    const told = trial && { ...trial, concerns: listRowConcerns(trial.concerns) };
    const facts = { change, is, was, ...told, changeSet, accountsEnd, requestsLeft: left && omit(left, "text") };
    output.json({ ...(trial && { dryRun: true }), ...facts });
    return;
  }
  const title = titles[change][trial === undefined ? 0 : 1];
  const name = is.typed === undefined ? is.entry : `${is.entry} (typed ${is.typed})`;
  output.print(change === "changed" ? `${title} ${name}` : `${title} ${name}: ${summary(is)}`);
  if (change === "changed") {
    for (const row of was) output.print(`  was: ${row.entry === is.entry ? "" : `${row.entry}: `}${summary(row)}`);
    output.print(`  is:  ${summary(is)}`);
  }
  // A row's moments are in UTC, so each is written by this machine's clock too.
  for (const end of [is.allowedUntil, is.expiresAt].flatMap((each) => localEnd(each) ?? []))
    output.print(`  until, by this machine's clock: ${end}`);
  if (is.allowedUntil !== undefined) output.print(SUSPENDED);
  if (trial?.flips !== undefined) for (const line of flipLines(trial.flips)) output.print(line);
  if (changeSet !== undefined) output.warn(formatUndoHint({ id: changeSet }, options));
  if (accountsEnd !== undefined) output.print(`A deny keeps out sign-ups, but does not end accounts. To end accounts: ${accountsEnd}`);
  warnOfEdit(trial?.concerns ?? [], output, unnamed);
}

export function flipLines({ refused, admitted, goesOn, unclear, read, cut }: Flips): readonly string[] {
  const waiting = refused.waiting + admitted.waiting + goesOn.waiting + unclear.waiting;
  const bound = cut ? ` Only the newest ${read} decisions were judged; there are older ones.` : "";
  return [
    `Of the last ${FLIP_DAYS} days, ${formatCount(refused.count, "person", "people")} would now be refused, ${admitted.count} let in${goesOn.count === 0 ? "" : `, ${goesOn.count} on to the form`}.${bound}`,
    ...(unclear.count === 0
      ? []
      : [
          `${unclear.count} more are unclear: ${unclear.kinds.map(({ kind, count, rules }: Flips["unclear"]["kinds"][number]) => `${count} ${openWords.en[kind]}${rules.length === 0 ? "" : ` (${rules.join(", ")})`}`).join("; ")}.`,
        ]),
    ...(waiting === 0 ? [] : [`${waiting} of them asked for approval. This closes no request: open ones can still be approved or denied.`]),
    ...peopleLines("Would now be refused", refused),
    ...peopleLines("Would now be let in", admitted),
    ...peopleLines("Would now go on to the form", goesOn),
    ...peopleLines("Unclear", unclear),
  ];
}

function peopleLines(title: string, { count, named }: Flips["refused"]): readonly string[] {
  if (count === 0) return [];
  const rows = alignedTable()(named.map(({ email, step, reference, was, now }) => [email, step, reference, `${was} -> ${now}`]));
  return [`${title}: ${count}`, ...rows.map((row) => `  ${row}`), ...formatRest(count, named.length)];
}
