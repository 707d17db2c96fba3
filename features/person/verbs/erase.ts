import type { Concern } from "../../../adapters/operator/act";
import { toRow } from "../../../adapters/tables/item";
import { actingAt, doAct, doActs, reviewOne } from "../../../cli/act";
import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { type Output, tellBeside } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { describeEntry, summary } from "../../access-list/describe-entry";
import { numberFrom, openCommandAudit } from "../../audit/verbs/trail";
import { erase, forgetAccount as forget } from "../acts";
import type { Erased, PersonData } from "../store/erase";
import { changesIn } from "../store/list-history";
import { describeSearch, namedFrom } from "./person";

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

export async function erasePerson(word: string, options: EraseOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const named = namedFrom(word);
  const choice = { ...options, entries: options.entries?.split(",").map((each) => numberFrom(each.trim())) };
  const acting = {
    ...{ ...(await actingAt(await deploymentFor(options))), session, yes: options.yes },
    describeRefusal: ({ text }: Concern) => `Nothing was deleted. ${text(localTime)}`,
  };
  const reviewed = await reviewOne(erase, { named }, choice, acting);
  const { data } = reviewed.state;
  const rows = data.rows.map((item) => describeEntry(toRow(item), readNow(session)));
  showKept(named.account === undefined ? named.same.join(", ") : word, data, rows, options, tellBeside(options, output));
  const erased = await doAct(erase, { named }, choice, {
    ...{ ...acting, reviewed, describeRefusal: ({ text }: Concern) => `${text(localTime)} Repeat the command.` },
    ask: ({ concerns }) => concerns.find(({ weight }) => weight === "typed")?.text(localTime),
  });
  if (options.json) output.json(erasedJson(data, erased, rows, options));
  else showErased(data, erased, output);
  warnOfOthers(erased, output);
  const leftOut = reviewed.concerns.filter(({ weight }) => weight === "shown").map(({ text }) => text(localTime));
  for (const line of [...describeSearch(named, leftOut), ...stays]) output.warn(line);
}

type Rows = readonly ReturnType<typeof describeEntry>[];

function showKept(who: string, personData: PersonData, rows: Rows, options: EraseOptions, say: (line: string) => void): void {
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

function erasedJson({ accounts, sets }: PersonData, erasure: Erased, rows: Rows, { list }: EraseOptions): object {
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

function showErased({ sets }: PersonData, erasure: Erased, output: Output): void {
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

interface ForgetOptions extends DeploymentOptions, JsonOption {
  readonly yes?: boolean;
}

const tenants = { b2b: "a workforce tenant", b2c: "Azure AD B2C", "external-tenant": "an external tenant" } as const;

export async function forgetAccount(word: string, options: ForgetOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const named = namedFrom(word);
  const [email] = named.same;
  if (named.account !== undefined || email === undefined) throw new CommandError("Name the person by an address: kim@contoso.com.");
  const deployment = await deploymentFor(options);
  const acting = { ...(await actingAt(deployment)), session, yes: options.yes };
  const say = tellBeside(options, output);
  await doActs(forget, [{ target: named, input: {} }], {
    ...{ ...acting, audit: openCommandAudit(deployment, acting.actor, session) },
    ask([{ state, concerns }]) {
      for (const { dialect, issuer, at } of state.ways)
        say(`${email} signed up with ${issuer} in ${tenants[dialect]}${at === "" ? "" : `, let in ${localTime(at)}`}.`);
      return concerns[0]?.text(localTime);
    },
    report(_, end) {
      if ("outcome" in end) say("Forgotten. The account itself, if there is one, stays in Entra.");
      else if (end.refusal.code === "not-known") say(`Nothing is remembered of how ${email} signed up.`);
      else throw new CommandError("The person has just signed up again. Look once more before you forget it.");
      if (options.json) output.json({ email, forgotten: "outcome" in end ? end.outcome.length : 0 });
    },
  });
}
