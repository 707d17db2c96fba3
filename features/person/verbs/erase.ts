import { makeMember } from "../../../adapters/operator/world";
import { editedRows } from "../../../adapters/tables/edited-rows";
import { toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import type { Output } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { describeEntry, summary } from "../../access-list/describe-entry";
import { numberFrom, openAuditStore } from "../../audit/verbs/trail";
import { ErasureError, type ErasureObstacle, eraseKept, keptAbout } from "../store/erase";
import { erasureJob, erasureSubject, isErasing } from "../store/erasure-job";
import { changesIn } from "../store/list-history";
import { findStoredWays, forgetSignUpWays } from "../store/sign-up-ways";
import { erasingStores } from "../world";
import { blindSpots, namedFrom } from "./person";

export interface EraseOptions extends DeploymentOptions, JsonOption {
  readonly list?: boolean;
  readonly approvals?: boolean;
  /** Numbers of audit entries, separated by commas. */
  readonly entries?: string;
  readonly yes?: boolean;
}

const stays = [
  "Log lines hold no address, but a keyed hash of it (personId), for as long as logs are kept.",
  "Codes that the person used stay used; who used them is forgotten.",
  "Notes of rows in the list may name the address, where rows were merged: look through those that stay.",
  "Somebody whose request was denied may ask again once it is deleted: a deny in the list keeps them out.",
  "Requests of other people, and accounts of guests, still name the person as sponsor or approver: give guests another sponsor, and have waiting requests ask others.",
  "An account that was created is in Entra: delete it there.",
  "Changes that were made in the console, or elsewhere, stay in the audit trail: who made them, and when. What they say of the person is erased.",
  "Events that were already sent stay with their receivers.",
  "Point-in-time recovery and backups hold what was deleted for up to 35 days.",
];

export async function erasePerson(word: string, options: EraseOptions, { output }: CommandContext): Promise<void> {
  const namedPerson = namedFrom(word);
  const choice = { ...options, entries: options.entries?.split(",").map((each) => numberFrom(each.trim())) };
  const deployment = await deploymentFor(options);
  const stores = makeMember(erasingStores, operatorPlace(deployment));
  const [hashes, now] = [await deployment.hashes(), new Date()];
  const current = (await erasureJob(stores.ledger, erasureSubject(namedPerson, hashes.hashOf)))?.job;
  if (current !== undefined && isErasing(current, now))
    throw new CommandError(`Nothing was deleted: ${current.name} is erasing this person now. Look once more in a quarter of an hour.`);
  const personData = await keptAbout(namedPerson, hashes, stores, choice).catch(explainObstacle);
  const rows = personData.rows.map((item) => describeEntry(toRow(item), now));
  showKept(
    namedPerson.account === undefined ? namedPerson.same.join(", ") : word,
    personData,
    rows,
    options,
    options.json ? output.warn : output.print,
  );
  if (countKept(personData, options) > 0 && !options.yes) await requireConfirmation("Delete them for good?");

  const by = stores.trail === undefined ? "" : await deployment.caller();
  const erasure = await eraseKept(personData, choice, { by, via: "command" }, stores).catch(explainObstacle);
  if (options.json) output.json(erasedJson(personData, erasure, rows, options));
  else showErased(personData, erasure, output);
  warnOfOthers(erasure, output);
  for (const line of [...blindSpots(namedPerson), ...stays]) output.warn(line);
}

type Kept = Awaited<ReturnType<typeof keptAbout>>;
type Erased = Awaited<ReturnType<typeof eraseKept>>;
type Rows = readonly ReturnType<typeof describeEntry>[];

function countKept({ decisions, rows, profiles, requests, ledger, accounts, sets, proposals }: Kept, { list }: EraseOptions): number {
  const lists = [sets, proposals, accounts, profiles, requests, ledger, list ? rows : []];
  return lists.reduce((sum, { length }) => sum + length, decisions);
}

function showKept(who: string, personData: Kept, rows: Rows, options: EraseOptions, say: (line: string) => void): void {
  const { decisions: count, profiles, requests, ledger, accounts, sets, proposals } = personData;
  say(
    `${who}; decisions: ${count}, rows of the access list: ${rows.length}, ` +
      `profiles: ${profiles.length}, requests for approval: ${requests.length}, rows of the ledger: ${ledger.length}.`,
  );
  for (const row of rows) say(`  ${row.entry}: ${summary(row)}${options.list ? "" : " (stays: --list removes it too)"}`);
  if (accounts.length > 0) say(`Rows of accounts: ${accounts.length}.`);
  if (sets.length > 0) say(`Changes of rows in change sets of the list: ${changesIn(sets)}.`);
  if (proposals.length > 0) say(`Proposed edits of the list, which nobody can confirm then: ${proposals.length}.`);
}

function erasedJson({ accounts, sets }: Kept, erasure: Erased, rows: Rows, { list }: EraseOptions): object {
  return {
    decisions: erasure.decisions,
    profiles: erasure.profiles,
    approvals: erasure.requests,
    ledger: erasure.ledger,
    ...(accounts.length > 0 && { accounts: erasure.accounts }),
    rows: list ? rows : [],
    rowsLeft: list ? [] : rows,
    ...(sets.length > 0 && { changes: erasure.changes }),
    entriesLeft: erasure.entriesLeft,
  };
}

function showErased({ sets }: Kept, erasure: Erased, output: Output): void {
  output.print(
    `Deleted decisions: ${erasure.decisions}, rows of the access list: ${erasure.rows}, profiles: ${erasure.profiles}, ` +
      `requests for approval: ${erasure.requests}, rows of the ledger: ${erasure.ledger}.`,
  );
  if (sets.length > 0)
    output.print(
      `Left out of change sets: ${erasure.changes === 1 ? "1 change of a row" : `${erasure.changes} changes of rows`}. A revert leaves those rows as they are.`,
    );
}

function warnOfOthers(erasure: Erased, output: Output): void {
  if (erasure.accounts > 0)
    output.warn(`Rows of accounts deleted: ${erasure.accounts}. Nobody ends the access of these accounts any more.`);
  if (erasure.proposals > 0) output.warn(`Proposed edits of the list deleted: ${erasure.proposals}.`);
  if (erasure.entries > 0) output.warn(`Entries of the audit trail whose details were erased: ${erasure.entries}.`);
  if (erasure.entriesLeft !== undefined) output.warn(entriesLeftText(erasure.entriesLeft));
}

function entriesLeftText(numbers: readonly string[]): string {
  const list = numbers.map(Number).join(",");
  return (
    "The text of some entries of the audit trail may mention them. These entries stay as they are. " +
    `Look at each with "audit show", and name those that are about them: --entries ${list}`
  );
}

function explainObstacle(error: unknown): never {
  throw error instanceof ErasureError ? describeObstacle(error.obstacle) : error;
}

function describeObstacle(obstacle: ErasureObstacle): CommandError {
  switch (obstacle.why) {
    case "account-being-made":
      return new CommandError(
        `Nothing was deleted: the account of request ${obstacle.reference} is being made at this moment. Repeat the command in a minute.`,
      );
    case "request-open":
      return new CommandError(
        `Nothing was deleted: request ${obstacle.reference} is ${obstacle.state}. Decide on it first (approvals deny), or delete it too with --approvals.`,
      );
    case "request-changed":
      return new CommandError(`Somebody changed request ${obstacle.reference} at this moment: repeat the command.`);
    case "changed-meanwhile":
      return new CommandError(`Somebody changed ${obstacle.what} at this moment: no decisions are deleted yet; repeat the command.`);
  }
}

interface Options extends DeploymentOptions, JsonOption {
  readonly yes?: boolean;
}

const tenants = { b2b: "a workforce tenant", b2c: "Azure AD B2C", "external-tenant": "an external tenant" } as const;

export async function forgetAccount(word: string, options: Options, { output }: CommandContext): Promise<void> {
  const namedPerson = namedFrom(word);
  const [email] = namedPerson.same;
  if (namedPerson.account !== undefined || email === undefined) throw new CommandError("Name the person by an address: kim@contoso.com.");
  const deployment = await deploymentFor(options);
  const hashes = await deployment.hashes();
  const ledger = editedRows(deployment.dynamodb, deployment.tableOf("ledger"), tables.ledger.key);
  const ways = await findStoredWays(email, hashes, ledger);
  const say = options.json ? output.warn : output.print;
  if (ways.length === 0) {
    say(`Nothing is remembered of how ${email} signed up.`);
    if (options.json) output.json({ email, forgotten: 0 });
    return;
  }
  for (const { dialect, issuer, at } of ways) {
    say(`${email} signed up with ${issuer} in ${tenants[dialect]}${at === "" ? "" : `, let in ${localTime(at)}`}.`);
  }
  if (!options.yes) await requireConfirmation("Forget it, so that this person may sign up in another way?");
  const entry = {
    by: await deployment.caller(),
    via: "command",
    action: "person.account-forgotten",
    subject: "",
    person: erasureSubject(namedPerson, hashes.hashOf),
  } as const;
  const isGone = await openAuditStore(deployment).audited(entry, new Date(), () => forgetSignUpWays(ways, ledger));
  if (!isGone) throw new CommandError("The person has just signed up again. Look once more before you forget it.");
  say("Forgotten. The account itself, if there is one, stays in Entra.");
  if (options.json) output.json({ email, forgotten: ways.length });
}
