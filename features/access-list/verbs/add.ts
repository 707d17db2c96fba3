import { isDeepStrictEqual } from "node:util";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { assertGate } from "../../../cli/gates";
import { isGraphConfigured } from "../../../cli/graph/sign-in";
import { alignedTable, formatCount } from "../../../cli/output";
import { gateFolders } from "../../../cli/policy-folders";
import { localEnd } from "../../../cli/typed";
import type { VerbHooks } from "../../../cli/verb";
import { hooks } from "../../lists/hooks";
import type { LookAlikes } from "../../look-alikes/store";
import { type Concern, isDangerous, opensToMany } from "../concern";
import { type DescribedEntry, describeEntry, summary } from "../describe-entry";
import { checkEdit, denyThatEnds, domainToCompare, keysAround, omitUntrue } from "../edit-check";
import { compareStrictness, type Entry, entryKey, type ListEffect, readListEffect } from "../entry";
import { eachColumn, formatColumns, mapColumns } from "../entry-columns";
import { pickCells } from "../files/changes";
import type { FileRow } from "../files/row";
import { type EditedList, FLIP_DAYS, type Flips, openWords } from "../flips";
import type { Cells } from "../hygiene";
import { planRow } from "../let-in";
import { describeProblem } from "../problem-texts";
import { readRow } from "../row";
import { type AccessListStore, accessListStore, keptBeside } from "../store/access-list";
import { listEdit } from "../store/edits";
import { toRowChange } from "../store/row-changes";
import type { Ran } from "../store/run";
import { openLookAlikes } from "./allowed-look-alikes";
import { changeList, formatUndoHint } from "./change-sets";
import { assertMatchable, parseTypedEntry } from "./entries";
import { silentGates, unaskedApproval, unusedClass } from "./entry-policies";
import { concernText } from "./list-file";

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

export async function add(typedText: string, options: AddOptions, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const entry = parseTypedEntry(typedText);
  const wantedRow = buildRow(typedText, entry, options);
  const wanted = describeEntry(pickCells(wantedRow), now);
  const { gate: _, ...place } = options;
  const deployment = await deploymentFor(place);
  const { dynamodb, accessListTable, gates, policy = "policy" } = deployment;
  for (const gate of wanted.gates ?? []) assertGate({ gate }, gates);
  const store = accessListStore(dynamodb, accessListTable);
  const current = await store.get(wanted.entry);
  if (current === undefined) assertMatchable(typedText, wanted.entry);
  // Only an allow keeps the tag of an address in its key. So another effect for this address may be under `otherKey`.
  const otherKey = entryKey(entry, options.effect === "allow" ? "deny" : "allow");
  const other = otherKey === wanted.entry ? undefined : await store.get(otherKey);
  if (!options.force) assertNoneStricter([current, other], wanted, now);
  const cells = pickCells(assertPlanned(wantedRow, current, now));
  const is = describeEntry(cells, now);

  const concerns = await findConcerns(cells, now, { store, alike: openLookAlikes(deployment) }, [current, other]);
  const unaskedNotice =
    options.effect === "approval" ? unaskedApproval(readRow(cells), { gates, silent: silentGates(deployment) }, now) : undefined;
  const notices = warnings(concerns, unusedClass(entry, [policy, ...gateFolders(gates)]), unaskedNotice);
  // An allow of exactly this address is closer than a new row under the mailbox's key, and would win. So it is replaced.
  const replacedItem = options.effect !== "allow" && other !== undefined && readRow(toRow(other)).effect === "allow" ? other : undefined;
  const item: Item = { ...keptBeside(current), ...toItem(cells) };
  const was = [current, replacedItem].flatMap((item) => (item === undefined ? [] : [describeEntry(toRow(item), now)]));
  const accountsEnd = whatEndsAccounts(entry, options, deployment);
  if (options.dryRun) {
    const goneEntries = replacedItem === undefined ? [] : [[String(replacedItem.entry?.S), undefined] as const];
    const previews: VerbHooks | undefined = hooks.find((each: VerbHooks) => each.flipsOfEdit !== undefined);
    const flips = await previews?.flipsOfEdit?.(new Map([[is.entry, toRow(item)], ...goneEntries]), deployment, now);
    report(output, { is, was, accountsEnd, trial: { concerns, flips } }, options);
    return;
  }
  const atTerminal = process.stdin.isTTY && process.stderr.isTTY;
  // If the new row has ended, but a row that it replaces has not, the new row's end may be mistyped.
  const ends = is.state === "expired" && was.some(({ state }) => state === "live");
  const asks = !options.yes && (ends || concerns.some(atTerminal ? isDangerous : opensToMany));
  if (asks) {
    for (const concern of concerns) output.warn(`Warning: ${concernText(concern)}`);
    await requireConfirmation(`Write ${is.entry}: ${summary(is)}?`);
  }
  const ran = await write(deployment, item, current, replacedItem);
  if (ran !== undefined) assertAllWritten(ran, options, output);
  const changeSet = ran?.set.id;
  report(output, { is, was, changeSet, accountsEnd }, options);
  await tellLeft(entry, options, deployment, output);
  if (!asks) for (const warning of notices) output.warn(`Warning: ${warning}`);
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

async function tellLeft(
  entry: Entry,
  { gate: _, ...options }: AddOptions,
  deployment: Deployment,
  output: CommandContext["output"],
): Promise<void> {
  if (entry.kind !== "domain" || options.effect !== "deny") return;
  const hook: VerbHooks | undefined = hooks.find((each: VerbHooks) => each.besideDeny !== undefined);
  const line = await hook?.besideDeny?.(entry.domain, deployment, options);
  if (line !== undefined) output.warn(line);
}

/** @param ownItems rows under the entry's own keys: the command replaces them, or refuses because of them */
async function findConcerns(
  cells: Cells,
  now: Date,
  { store, alike }: { readonly store: AccessListStore; readonly alike: LookAlikes },
  ownItems: readonly (Item | undefined)[],
): Promise<readonly Concern[]> {
  const ownKeys = ownItems.map((item) => item?.entry?.S);
  const keys = keysAround({ after: cells }).filter((key) => !ownKeys.includes(key));
  const domain = domainToCompare({ after: cells });
  const [found, likes] = await Promise.all([
    Promise.all(keys.map((key) => store.get(key))),
    alike.lookAlikesOf(domain === undefined ? [] : [domain]),
  ]);
  const around = found.flatMap((item) => (item === undefined ? [] : [toRow(item)]));
  const concerns = checkEdit({ after: cells }, { now, around, alike: likes });
  const current = ownItems.map((item) => item && toRow(item)).find((row) => row?.entry === cells.entry);
  // If a dangerous allow replaces a deny, the warning about the allow is enough.
  const opens = readRow(cells).effect === "allow" && concerns.some(isDangerous);
  const edit = { before: current, after: cells };
  return opens ? concerns : [...denyThatEnds(edit, now), ...omitUntrue(concerns, edit, now)];
}

function warnings(concerns: readonly Concern[], ...ofPolicy: (string | undefined)[]): readonly string[] {
  // Omits warnings that an entry denies many people or has them wait: a script does this on purpose. At a terminal, the operator is asked
  // about such an entry instead.
  const relevant = concerns.filter(({ code }) => !/^denies|Waits$/.test(code));
  return [...relevant.map(concernText), ...ofPolicy].filter((warning) => warning !== undefined);
}

function buildRow(typedText: string, entry: Entry, options: AddOptions): FileRow {
  const { effect } = options;
  const given = new Map<string, unknown>(Object.entries(options));
  const cells = mapColumns(({ flag }) => flag && given.get(flag.option));
  for (const [name, { flag }] of eachColumn) {
    const isRead = flag?.wrong === undefined || readRow({ effect, ...(name in cells && { [name]: cells[name] }) }).problems.length === 0;
    if (!isRead) throw new CommandError(`--${flag.option} ${cells[name]} ${flag.wrong}`);
  }
  const key = entryKey(entry, effect);
  return { entry: key, effect, ...formatColumns(cells, readRow({ effect, ...cells })), ...(typedText !== key && { typed: typedText }) };
}

function assertPlanned(wantedRow: FileRow, current: Item | undefined, now: Date): FileRow {
  const planned = planRow(wantedRow, current && toRow(current), now);
  if (planned.ok) return planned.row;
  const { problem } = planned;
  if (problem.code !== "suspendsUntilPast") throw new CommandError(`${wantedRow.entry}: ${describeProblem(problem)}.`);
  const again = readListEffect(current?.effect?.S) === "deny" ? "deny" : "add --effect approval";
  throw new CommandError(
    `${wantedRow.entry}: ${wantedRow.expiresAt} is over already, so nobody would be let in. To end an exception at once, repeat the entry: list ${again} ${wantedRow.entry}.`,
  );
}

function assertNoneStricter(current: readonly (Item | undefined)[], is: DescribedEntry, now: Date): void {
  for (const item of current) {
    if (item === undefined) continue;
    const row = describeEntry(toRow(item), now);
    if (row.state !== "live" || compareStrictness(row.effect, is.effect) >= 0) continue;
    const state = row.effect === "deny" ? "is denied" : "waits for approval";
    const remedy = is.effect === "allow" ? `To allow ${is.entry}` : `To have ${is.entry} wait for approval`;
    throw new CommandError(`${row.entry} ${state} (${summary(row)}). ${remedy} all the same, add --force.`);
  }
}

/** Writes the rows as one change set. Undefined if the list already has the rows. */
async function write(
  deployment: Deployment,
  after: Item,
  before: Item | undefined,
  replacedItem: Item | undefined,
): Promise<Ran | undefined> {
  const rows = [
    ...(isDeepStrictEqual(before, after) ? [] : [toRowChange({ before, after })]),
    ...(replacedItem === undefined ? [] : [toRowChange({ before: replacedItem })]),
  ];
  if (rows.length === 0) return undefined;
  return await changeList(deployment, listEdit(rows, "list add", after.entry?.S));
}

function assertAllWritten({ set, writes, kept: [lostEntry] }: Ran, options: AddOptions, output: CommandContext["output"]): void {
  if (lostEntry === undefined) return;
  // A deny or an approval may also remove an allow. One of the two writes may be made even if somebody changed the row of the other.
  if (writes > 0) output.warn(formatUndoHint(set, options));
  throw new CommandError(`Somebody changed ${lostEntry} at this moment: look at it with list show, then repeat the command.`);
}

interface Change {
  readonly is: DescribedEntry;
  readonly was: readonly DescribedEntry[];
  readonly changeSet?: string | undefined;
  readonly accountsEnd?: string | undefined;
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

function report(output: CommandContext["output"], { is, was, changeSet, accountsEnd, trial }: Change, options: AddOptions): void {
  const change = was.length === 0 ? "added" : was.length === 1 && isDeepStrictEqual(was[0], is) ? "none" : "changed";
  if (options.json) {
    const facts = { change, is, was, ...trial, ...(changeSet && { changeSet }), ...(accountsEnd && { accountsEnd }) };
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
  for (const line of endLines(is)) output.print(line);
  for (const line of trial?.flips === undefined ? [] : flipLines(trial.flips)) output.print(line);
  if (changeSet !== undefined) output.warn(formatUndoHint({ id: changeSet }, options));
  if (accountsEnd !== undefined) output.print(`A deny keeps out sign-ups, but does not end accounts. To end accounts: ${accountsEnd}`);
  for (const concern of trial?.concerns ?? []) output.warn(`Warning: ${concernText(concern)}`);
}

/** A row's moments are in UTC, so each is written by this machine's clock too. */
function endLines({ expiresAt, allowedUntil }: DescribedEntry): readonly string[] {
  const local = [allowedUntil, expiresAt].flatMap((end) => localEnd(end) ?? []);
  return [...local.map((end) => `  until, by this machine's clock: ${end}`), ...(allowedUntil === undefined ? [] : [SUSPENDED])];
}

export function flipLines({ refused, admitted, goesOn, unclear, read, cut }: Flips): readonly string[] {
  const waiting = refused.waiting + admitted.waiting + goesOn.waiting + unclear.waiting;
  const bound = cut ? ` Only the newest ${read} decisions were judged; there are older ones.` : "";
  return [
    `Of the last ${FLIP_DAYS} days, ${formatCount(refused.count, "person", "people")} would now be refused, ${admitted.count} let in${goesOn.count === 0 ? "" : `, ${goesOn.count} on to the form`}.${bound}`,
    ...(unclear.count === 0 ? [] : [`${unclear.count} more are unclear: ${unclear.kinds.map(openLine).join("; ")}.`]),
    ...(waiting === 0 ? [] : [`${waiting} of them asked for approval. This closes no request: open ones can still be approved or denied.`]),
    ...peopleLines("Would now be refused", refused),
    ...peopleLines("Would now be let in", admitted),
    ...peopleLines("Would now go on to the form", goesOn),
    ...peopleLines("Unclear", unclear),
  ];
}

function openLine({ kind, count, rules }: Flips["unclear"]["kinds"][number]): string {
  return `${count} ${openWords.en[kind]}${rules.length === 0 ? "" : ` (${rules.join(", ")})`}`;
}

function peopleLines(title: string, { count, named }: Flips["refused"]): readonly string[] {
  if (count === 0) return [];
  const rows = alignedTable()(named.map(({ email, step, reference, was, now }) => [email, step, reference, `${was} -> ${now}`]));
  const more = count > named.length ? [`  and ${count - named.length} more`] : [];
  return [`${title}: ${count}`, ...rows.map((row) => `  ${row}`), ...more];
}
