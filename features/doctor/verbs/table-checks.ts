import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { readMailLines, readReturned } from "../../../adapters/mail/mail-states";
import type { TableIndex } from "../../../adapters/tables/row-kind";
import { SKIPPED_DAYS, skippedSince } from "../../../adapters/tables/skipped-rows";
import { type AnyTableName, EXPIRY_ATTRIBUTE, tables } from "../../../adapters/tables/tables";
import { taskStore } from "../../../adapters/tables/tasks";
import type { Account } from "../../../cli/aws/account";
import { placeFlags } from "../../../cli/command";
import type { Fault } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { nothingWrong, skipProbe } from "../../../cli/probe";
import { localTime } from "../../../cli/typed";
import type { TypedRows, VerbHooks } from "../../../cli/verb";
import type { Step } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { StreamReader } from "../../../engine/work";
import { handedInName } from "../../../lib/resources/table-options";
import { accessListStore } from "../../access-list/store/access-list";
import { changeSetStore } from "../../access-list/store/change-sets";
import { proposalStore } from "../../access-list/store/proposals";
import { readAskedClasses, sampleUntidiedRows } from "../../access-list/store/untidied-rows";
import { accountStates } from "../../accounts/account";
import { accountStore } from "../../accounts/store/accounts";
import { states } from "../../approvals/request";
import { approvalStore } from "../../approvals/store/approvals";
import { type DecisionPage, decisionStore, type ListedDecision } from "../../decisions/store/decisions";
import type { AccessRun } from "../../expiry/run";
import { readNewestRun } from "../../expiry/store/access-runs";
import { findReturnedMails } from "../../invitations/returned-mails";
import { hooks } from "../../lists/hooks";
import { describeMails, mailWords, returnedWords } from "../../mails/words";
import { partnerStore } from "../../partners/store/partners";
import { tableShapes } from "../../row-kinds";
import { readUnfinished } from "../../unfinished/store";
import { runbookSection } from "../../unfinished/unfinished";
import { describeUnfinished, unfinishedWords } from "../../unfinished/words";
import { inAccount, inTables, joinFaults } from "./check";

interface Described {
  readonly KeySchema: readonly KeyPart[];
  readonly GlobalSecondaryIndexes?: readonly DescribedIndex[];
  readonly LatestStreamArn?: string;
  readonly StreamSpecification?: { readonly StreamEnabled: boolean; readonly StreamViewType: string };
}

interface KeyPart {
  readonly AttributeName: string;
}

interface DescribedIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyPart[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

export const tablesCheck = inAccount("tables", async (account, { settings }, signal) => {
  const handedIn = Object.entries(settings.tables ?? {}) as [AnyTableName, string][];
  if (handedIn.length === 0) skipProbe("settings.ts hands none in");
  return await joinFaults(handedIn.filter(([name]) => name in tables).map(([name, given]) => findFaults(account, name, given, signal)));
});

async function findFaults(account: Account, name: AnyTableName, tableValue: string, signal: AbortSignal): Promise<readonly Fault[]> {
  const TableName = handedInName(tableValue);
  const client = account.tables;
  try {
    const { Table } = await client.call<{ Table: Described }>("DescribeTable", { TableName }, signal);
    const flaws = [...shapeFaults(name, TableName, Table), ...streamFaults(name, tableValue, TableName, Table)];
    if (!tableShapes[name].ages) return flaws;
    const { TimeToLiveDescription: ages } = await client.call<{ TimeToLiveDescription?: { AttributeName?: string } }>(
      "DescribeTimeToLive",
      { TableName },
      signal,
    );
    return ages?.AttributeName === EXPIRY_ATTRIBUTE ? flaws : [...flaws, timeToLiveFault(name, TableName)];
  } catch (error) {
    if (!(error instanceof AwsError && error.name === "ResourceNotFoundException")) throw error;
    const fix = `Correct tables.${name} in settings.ts, or the region.`;
    return [{ id: "tables.missing", what: `There is no table ${TableName} in ${account.region}.`, fix }];
  }
}

function shapeFaults(name: AnyTableName, tableName: string, { KeySchema, GlobalSecondaryIndexes = [] }: Described): readonly Fault[] {
  const [key, wanted] = [formatKeyNames(KeySchema), tables[name].key.join(", ")];
  if (key !== wanted) {
    const what = `The key of the table ${tableName} is ${key}, but ${name} needs ${wanted}.`;
    return [{ id: "tables.key", what, fix: `Hand in one with that key as tables.${name}, or none: a key cannot be changed.` }];
  }
  const lacking = tableShapes[name].indexes.filter((index) => !GlobalSecondaryIndexes.some((each) => serves(each, index)));
  if (lacking.length === 0) return nothingWrong;
  const what = `The table ${tableName} lacks ${lacking.map((index) => index.name).join(", ")}, or they hold too little.`;
  return [{ id: "tables.index", what, fix: "Restore it with all its indexes, or add these: docs/storage.md says what they hold." }];
}

function serves({ IndexName, KeySchema, Projection }: DescribedIndex, { name, partitionKey, sortKey, holds }: TableIndex): boolean {
  const wantedKey = sortKey === undefined ? partitionKey : `${partitionKey}, ${sortKey}`;
  const { ProjectionType, NonKeyAttributes = [] } = Projection;
  const has = ProjectionType === "ALL" || (holds !== "all" && holds.every((attribute) => NonKeyAttributes.includes(attribute)));
  return IndexName === name && formatKeyNames(KeySchema) === wantedKey && has;
}

function streamFaults(name: AnyTableName, tableValue: string, tableName: string, description: Described): readonly Fault[] {
  const { LatestStreamArn, StreamSpecification: stream } = description;
  const { streamed } = tableShapes[name];
  if (!streamed || (streamed === "wanted" && tableValue === tableName)) return nothingWrong;
  if (!stream?.StreamEnabled || stream.StreamViewType !== "NEW_AND_OLD_IMAGES") {
    const specification = "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES";
    const off = stream?.StreamEnabled ? "Switch its stream off (StreamEnabled=false), then on: " : "";
    const fix = `${off}aws dynamodb update-table --table-name ${tableName} --stream-specification ${specification}, and name the answer's LatestStreamArn as tables.${name}.`;
    return [{ id: "tables.stream", what: `The table ${tableName} has no stream of rows before and after each change.`, fix }];
  }
  if (tableValue === LatestStreamArn) return nothingWrong;
  const fix = `Write tables.${name}: "${LatestStreamArn}" in settings.ts.`;
  return [{ id: "tables.old-stream", what: `tables.${name} names another stream than the one that ${tableName} has.`, fix }];
}

function timeToLiveFault(name: AnyTableName, tableName: string): Fault {
  const fix = `aws dynamodb update-time-to-live --table-name ${tableName} --time-to-live-specification Enabled=true,AttributeName=${EXPIRY_ATTRIBUTE}`;
  return { id: "tables.time-to-live", what: `Rows of ${tableName}, handed in as ${name}, are kept for ever.`, fix };
}

function formatKeyNames(schema: readonly KeyPart[]): string {
  return schema.map(({ AttributeName }) => AttributeName).join(", ");
}

/**
 * Limit of pages that are read of decisions, change sets and proposals. The newest rows are read first, because sign-ups and the console
 * read mostly new rows.
 */
const PAGES = 10;
const DAYS = 7;
const NAMED_ROWS = 10;

/** The word for a table's rows, and a search for unreadable ones in a sample. The console's pages omit unreadable rows. */
const samples: Readonly<
  Partial<Record<AnyTableName, { readonly of: string; find(client: AwsClient, name: string): Promise<readonly string[]> }>>
> = {
  listChanges: {
    of: "change sets and proposals",
    async find(client, name) {
      const odd: string[] = [];
      for (const { page } of [changeSetStore(client, name), proposalStore(client, name)]) {
        let before: string | undefined;
        for (let count = 0; count === 0 || (count < PAGES && before !== undefined); count++) {
          const { unreadable, next } = await page(before);
          odd.push(...unreadable);
          before = next;
        }
      }
      return odd;
    },
  },
  approvals: {
    of: "requests for approval",
    async find(client, name) {
      const odd: string[] = [];
      const store = approvalStore(client, name, ({ id }) => odd.push(id));
      for (const state of states) await store.pageByState(state, "newest-first");
      return odd;
    },
  },
  accounts: {
    of: "accounts",
    async find(client, name) {
      const odd: string[] = [];
      const store = accountStore(client, name, ({ id }) => odd.push(id));
      for (const state of accountStates) await store.pageInState(state, "soonest-first");
      return odd;
    },
  },
};

export const rowsCheck = inTables("rows", async ({ client, names }) => {
  const { decisions, ledger } = names;
  return await joinFaults([
    decisions === undefined ? [] : decisionFaults(client, decisions),
    ...Object.entries(samples).map(async ([table, { of, find }]) => {
      const name = names[table as AnyTableName];
      return name === undefined ? [] : unreadableFaults(of, name, await find(client, name));
    }),
    ledger === undefined ? [] : skippedFaults(client, ledger),
  ]);
});

const typedRows: readonly TypedRows[] = hooks.flatMap((each: VerbHooks) => each.typedRows ?? []);

/** Checks rows that people have typed by hand. */
export const typedChecks = typedRows.map(({ name, faults }) =>
  inTables(name, async ({ client, names: { decisions, accessList }, gates }, { options }) => {
    // A stack without these tables is not a Gatehouse. The check `stack` reports it.
    if (decisions === undefined || accessList === undefined) skipProbe("the stack names no table of decisions");
    return await faults({ client, decisions, accessList, gates, now: new Date(), flags: placeFlags(options) });
  }),
);

/** For each reader of a table's stream: what happens to a changed row that the reader skips. */
const work: Readonly<Record<StreamReader, string>> = {
  "access-list-hygiene": "not tidied, nor found in another spelling",
  "approval-publisher": "no event",
  "audit-trail": "not in the audit trail",
  "decision-counter": "not counted",
  "decision-publisher": "no event",
  provisioning: "their accounts are not created at once",
};

async function skippedFaults(client: AwsClient, ledger: string): Promise<readonly Fault[]> {
  const skippedByWorker = await skippedSince(client, ledger, new Date(Date.now() - SKIPPED_DAYS * MS_PER_DAY));
  return [...skippedByWorker].map(([reader, rows]) => {
    const rowTexts = rows
      .slice(-NAMED_ROWS)
      .map(({ at, table = "?", row, sequenceNumber, why }) => `${at} ${table} ${row ?? `change ${sequenceNumber}`}: ${why}`);
    return {
      id: "rows.skipped",
      what: [`${reader} skipped ${formatCount(rows.length, "changed row")} that it cannot handle (${work[reader]}):`, ...rowTexts].join(
        "\n",
      ),
      fix: `Correct the rows: a corrected row is read again. docs/runbook.md#failed-changes. This finding stays for ${SKIPPED_DAYS} days.`,
    };
  });
}

async function decisionFaults(client: AwsClient, name: string): Promise<readonly Fault[]> {
  const odd: string[] = [];
  const read: ListedDecision[] = [];
  const store = decisionStore(client, name, ({ reference, id }) => odd.push(`${reference} ${id}`));
  const now = new Date();
  const stretch = { from: new Date(now.getTime() - DAYS * MS_PER_DAY), to: now };
  let place: DecisionPage["next"];
  for (let count = 0; count < PAGES; count++) {
    const page = await store.page(stretch, place);
    read.push(...page.items);
    place = page.next;
    if (place === undefined) break;
  }
  return [...unreadableFaults("decisions", name, odd), ...swappedFaults(read)];
}

/** Counts calls at another step's address, but only where they are the majority: smoke and conform send a few on purpose. */
function mostAtOtherSteps(decisions: readonly ListedDecision[]): number {
  const addresses = new Map<string, { readonly all: number; readonly others: number }>();
  for (const { source, gate, step, reasons } of decisions) {
    const address = JSON.stringify([source, gate, step]);
    const { all, others } = addresses.get(address) ?? { all: 0, others: 0 };
    addresses.set(address, { all: all + 1, others: others + Number(reasons.includes("request.step")) });
  }
  return [...addresses.values()].reduce((sum, { all, others }) => (others > all / 2 ? sum + others : sum), 0);
}

/**
 * Azure AD B2C and external tenants name the step in the call. A workforce tenant names no step, but calls after sign-in first. If most
 * people's first call came to the address of before-create-user, the addresses are swapped.
 */
export function swappedFaults(decisions: readonly ListedDecision[]): readonly Fault[] {
  const fix = "Compare the addresses with the steps: npm run gate -- entra check, then entra apply.";
  const decisionCount = mostAtOtherSteps(decisions);
  const firsts = new Map<string, Partial<Record<Step, string>>>();
  for (const { source, gate, email, step, at } of decisions) {
    if (source !== "b2b" || email === undefined) continue;
    const key = JSON.stringify([gate, email]);
    const firstRecords = firsts.get(key) ?? {};
    firsts.set(key, { ...firstRecords, [step]: [firstRecords[step] ?? at, at].sort()[0] });
  }
  const both = [...firsts.values()].flatMap(({ "after-sign-in": first, "before-create-user": last }) =>
    first && last ? [last < first] : [],
  );
  const turnedCount = both.filter((isTurned) => isTurned).length;
  const faults: Fault[] = [];
  if (decisionCount > 0) {
    const what = `${formatCount(decisionCount, "call")} of the last ${DAYS} days went to another step's address, and all were refused.`;
    faults.push({ id: "rows.other-step", what, fix });
  }
  // A sign-up whose first call is older than these decisions seems reversed, so the fault is reported only for a majority.
  if (turnedCount > both.length / 2) {
    const what = `Entra calls before-create-user first and after-sign-in second, for ${turnedCount} of ${both.length} people. The user flow's connectors are swapped, so after-sign-in alone decides in the end.`;
    faults.push({ id: "rows.swapped", what, fix });
  }
  return faults;
}

function unreadableFaults(of: string, table: string, ids: readonly string[]): readonly Fault[] {
  if (ids.length === 0) return nothingWrong;
  const more = ids.length > NAMED_ROWS ? ", …" : "";
  const what = `${formatCount(ids.length, "row")} of the table of ${of} cannot be read, and no page or export shows them: ${ids.slice(0, NAMED_ROWS).join(", ")}${more}.`;
  return [
    { id: "rows.unreadable", what, fix: `Correct or delete them in the table ${table}: docs/storage.md says what each column holds.` },
  ];
}

/** Finds what workers could not do. Work of stacks without these tables, and of functions that never ran, is not known. */
export const workCheck = inTables("work", async ({ client, names }, { options }) => {
  if (names.ledger === undefined) skipProbe("the stack names no usage table");
  const now = new Date();
  const count = (accounts: number, isAll: boolean) => `${accounts.toLocaleString("en")}${isAll ? "" : "+"}`;
  // The check of rows names skipped ones.
  const unfinished = (await readUnfinished(client, names, now, options.local === true)).filter(({ kind }) => kind !== "skipped");
  const run = await readNewestRun(client, names.ledger);
  const waits = run?.state !== "waiting" ? nothingWrong : [waitingRunFault(run, placeFlags(options))];
  const faults = unfinished.map((each): Fault => {
    const { title, cause } = describeUnfinished(unfinishedWords.en, each, { now, time: localTime, count });
    const tryNow = each.kind === "accounts" ? ` To try now: npm run gate -- approvals retry --all${placeFlags(options)}` : "";
    const id = each.kind === "work" ? `work.${each.work}` : `work.${each.kind}`;
    return { id, what: `${title}. ${cause}`, fix: `docs/runbook.md#${runbookSection(each)}.${tryNow}` };
  });
  return [...faults, ...waits];
});

function waitingRunFault({ at, toDisable, toDelete }: AccessRun, flags: string): Fault {
  return {
    id: "work.run-waits",
    what: `The run that ends access waits for a person since ${localTime(at)}: ${formatCount(toDisable + toDelete, "account")} to disable or delete.`,
    fix: `docs/runbook.md#access-run-waiting. To see whom: npm run gate -- expiry due${flags}. To let it go on: npm run gate -- expiry confirm${flags}`,
  };
}

/** Tells of mails that came back, which are no fault of the deployment. */
export const mailsCheck = inTables("mails", async ({ client, names }) => {
  const { ledger, approvals, accounts, decisions } = names;
  if (ledger === undefined || approvals === undefined || decisions === undefined) skipProbe("the stack sends no mail");
  const now = new Date();
  const returned = await findReturnedMails(
    {
      returnedSubjects: () => readReturned(client, ledger, now),
      readLines: (subjects) => readMailLines(client, ledger, subjects, now),
      getRequests: (ids) => approvalStore(client, approvals, () => undefined).getAll(ids),
      getAccount: async (id) => (accounts === undefined ? undefined : await accountStore(client, accounts, () => undefined).get(id)),
      getPartner: partnerStore(client, decisions).of,
      getTasks: taskStore(client, ledger).of,
      decisions: decisionStore(client, decisions),
    },
    now,
  );
  const told = (Object.keys(returned) as (keyof typeof returned)[]).flatMap((about) => {
    const { length } = returned[about];
    const last = returned[about].at(-1);
    if (last === undefined) return [];
    // The others are named by an address, which is not told here.
    const name = about === "partners" || about === "turnedAway" || about === "tasks" ? ` (${last.row.id})` : "";
    return `${returnedWords.en[about](String(length))}, the last${name}: ${describeMails(mailWords.en, last.lines, localTime)}`;
  });
  return { faults: nothingWrong, told: told.length > 0 ? `${told.join("; ")}. docs/mail.md#what-became-of-a-mail` : undefined };
});

/** Reads a sample, because lists may be long. */
export const listCheck = inTables("list", async ({ client, names: { accessList } }, { options }) => {
  if (accessList === undefined) skipProbe("the stack names no access list");
  const classes = await readAskedClasses(accessListStore(client, accessList));
  const { entries, looked } = await sampleUntidiedRows(client, accessList, { classes });
  if (entries.length === 0) return nothingWrong;
  const what = `The hygiene worker missed ${entries.length} of ${formatCount(looked, "row")} of the access list: sign-ups or the console may not find them.`;
  const fix = `Run npm run gate -- list tidy${placeFlags(options)}. A row of the last minute may only be waiting for its turn.`;
  return [{ id: "list.missed-rows", what, fix }];
});
