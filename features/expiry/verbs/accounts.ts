import { makeWorld } from "../../../adapters/operator/world";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { isAtGate } from "../../../cli/gates";
import { type Output, printTable, warnOfUnreadable } from "../../../cli/output";
import { policyFolderFor } from "../../../cli/policy-folders";
import { adviseAddress, localTime } from "../../../cli/typed";
import { operatorPlace, readTypedQuery } from "../../../cli/view";
import { shownCell } from "../../../engine/characters";
import { GUID, readNamedAddress, type SponsorLoss } from "../../../engine/directory-account";
import { currentLines, listReturned, mailSubjects } from "../../../engine/mail/mail-line";
import { type Query, readSource } from "../../../engine/operator/list";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { buildPersonId, eachHash } from "../../../engine/sign-up/person";
import { isPast } from "../../../engine/sign-up/time";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { type AccountRow, type AccountState, dropRenewalLink, type EndReason, earliestEnd, UNSET } from "../../accounts/account";
import { type AccountStore, accountStore } from "../../accounts/store/accounts";
import { describeLine, listTroubles, readReturnedLines, readRowMails, toMailsField } from "../../approvals/verbs/list";
import { mailFilters } from "../../mails/filters";
import { lacksSponsor } from "../due";
import { isTried } from "../earlier-end";
import type { ExpiryOfGates } from "../expiry";
import type { accountFilters } from "../filters";
import { expiryOfGates } from "../stack/expiry-of-gates";
import { accountsView } from "../views";

export type AccessCommandOptions = DeploymentOptions & JsonOption;
type Session = Pick<CommandContext, "output" | "time">;

/** Opens the accounts of a deployment. @param output gets warnings of unreadable rows */
export function accountsAt({ dynamodb, tables }: Deployment, output?: Output): AccountStore {
  if (tables.accounts === undefined) throw new CommandError("This stack keeps no accounts: no rule or option that is deployed needs them.");
  return accountStore(dynamodb, tables.accounts, output && (({ message }) => output.warn(message)));
}

/** Reads the policy folders as the deployment's worker does. */
export function expiryAt({ gates, policy: running }: Deployment): ExpiryOfGates {
  return expiryOfGates(gates.map((name) => ({ name, policy: loadPolicyFolder(policyFolderFor({ gate: name }, running)) })));
}

/** Finds a person's accounts by address or object id, newest first. Throws if there are none. */
export async function findAccounts(word: string, deployment: Deployment, output?: Output): Promise<readonly AccountRow[]> {
  const store = accountsAt(deployment, output);
  const accountRows: AccountRow[] = [];
  if (GUID.test(word.trim())) {
    const row = await store.get(word.trim().toLowerCase());
    if (row !== undefined) accountRows.push(row);
  } else {
    for (const id of await buildPersonIds(word, deployment)) for await (const page of store.byPerson(id)) accountRows.push(...page);
  }
  if (accountRows.length === 0) throw new CommandError(`No account of ${word} is known: expiry list names those that the gates let in.`);
  return accountRows;
}

async function buildPersonIds(word: string, deployment: Deployment): Promise<readonly string[]> {
  const email = readTypedAddress(word);
  return eachHash(await deployment.hashes()).map((hashOf) => buildPersonId(email, hashOf));
}

export function readTypedAddress(word: string): string {
  const email = readNamedAddress(word);
  if (email === undefined) throw new CommandError(`${shownCell(word)} is neither an address nor an object id: ${adviseAddress(word)}.`);
  return email;
}

interface ListOptions extends DeploymentOptions, JsonOption {
  readonly limit: number;
  readonly attempts?: boolean;
  readonly sponsorLost?: boolean;
}

/** Returns the rows that the filters and the options mean, but for mails. */
async function* readMeantRows(
  query: Query<typeof accountFilters>,
  options: ListOptions,
  deployment: Deployment,
  now: Date,
  onUnreadable: (ids: readonly string[]) => void,
): AsyncGenerator<AccountRow> {
  const world = makeWorld(accountsView.uses, operatorPlace(deployment));
  const isOfBoth = options.sponsorLost && query.state === undefined;
  const queries = isOfBoth ? (["in", "disabled"] as const).map((state) => ({ ...query, state })) : [query];
  const expiry = options.attempts ? expiryAt(deployment) : {};
  const isTriedOnly = (row: AccountRow) => {
    const gateExpiry = expiry[row.gate ?? DEFAULT_GATE];
    return gateExpiry !== undefined && isTried(row, gateExpiry, now);
  };
  for (const each of queries) {
    for await (const row of readSource(await accountsView.source(each, world), undefined, onUnreadable)) {
      if (isAtGate(row, options) && (!options.sponsorLost || lacksSponsor(row)) && (!options.attempts || isTriedOnly(row))) yield row;
    }
  }
}

export async function listAccounts(state: AccountState | undefined, options: ListOptions, { output, time }: Session): Promise<void> {
  const deployment = await deploymentFor(options);
  accountsAt(deployment);
  const now = time?.now() ?? new Date();
  const query = { ...readTypedQuery(accountsView.filters, options, now), ...(state !== undefined && { state }) };
  const unreadable: string[] = [];
  const rows: AccountRow[] = [];
  let hasMore = false;
  const returned = await readReturnedLines(readTypedQuery(mailFilters, options, now), deployment, now);
  for await (const row of readMeantRows(query, options, deployment, now, (ids) => unreadable.push(...ids))) {
    if (returned !== undefined && listReturned(returned.get(mailSubjects.account(row.id)) ?? []).length === 0) continue;
    if (rows.length === options.limit) {
      hasMore = true;
      break;
    }
    rows.push(row);
  }
  const mails = await readAccountMails(rows, deployment, output);
  if (options.json) for (const row of rows) output.json({ ...accountsView.json(row), ...toMailsField(mails(row)) });
  else {
    const describe = (row: AccountRow) => [endText(row, now), sponsorText(row), row.reference, row.id, listTroubles(mails(row)).join(", ")];
    const cells = rows.map((row) => [row.email, ...describe(row)]);
    printTable(output, ["E-MAIL", "ACCESS", "SPONSOR", "REFERENCE", "ID", "MAIL"], cells);
  }
  if (hasMore) output.warn(`There are more than ${options.limit}: see --limit.`);
  warnOfUnreadable(output, unreadable);
  const { gate, attempts, sponsorLost } = options;
  const isNarrow = Object.keys(query).length > 1 || [gate, attempts, sponsorLost].some((each) => each !== undefined);
  if (rows.length === 0) output.warn(`No account is ${query.state ?? "in"}${isNarrow ? " and like that" : ""}.`);
}

function readAccountMails(rows: readonly AccountRow[], deployment: Deployment, output: Session["output"]) {
  return readRowMails(rows, ({ id }) => mailSubjects.account(id), "mails about accounts", deployment, output);
}

const losses = {
  left: "disabled in Entra",
  "not-in-tenant": "not in the tenant",
  oneself: "the person themselves",
} as const satisfies Record<SponsorLoss, string>;

const sightingWords = {
  graph: "last sign-in, as Entra shows it",
  attempt: "last attempt to sign in, and no success known",
  token: "last sign-in, by a token",
} as const satisfies Record<NonNullable<AccountRow["seenBy"]>, string>;

export async function showAccounts(word: string, options: AccessCommandOptions, { output }: Session): Promise<void> {
  const deployment = await deploymentFor(options);
  const rows = await findAccounts(word, deployment, output);
  const mails = await readAccountMails(rows, deployment, output);
  for (const row of rows) {
    if (options.json) {
      output.json({ ...dropRenewalLink(row), ...toMailsField(mails(row)) });
      continue;
    }
    output.print(`${row.email}  ${row.id}`);
    output.print(
      `  ${endText(row)}; let in ${localTime(row.letInAt)} by ${row.reference}${row.gate === undefined ? "" : ` at ${row.gate}`}`,
    );
    if (row.seenAt !== undefined) output.print(`  ${sightingWords[row.seenBy ?? "graph"]}: ${localTime(row.seenAt)}`);
    if (row.sponsor !== undefined)
      output.print(
        `  sponsor: ${row.sponsor}${row.sponsorLost === undefined ? "" : ` (${losses[row.sponsorLost]}: the approvers are asked)`}`,
      );
    if (row.offeredTo !== undefined) output.print(`  offered to: ${row.offeredTo}, until ${localTime(row.offeredUntil ?? "")}`);
    for (const { at, what, by, note } of row.history)
      output.print(`  ${localTime(at)}  ${what}, ${by.name}${note === undefined ? "" : `: ${note}`}`);
    for (const line of currentLines(mails(row))) output.print(`  ${describeLine(line)}`);
  }
}

export const reasonWords = {
  idle: "has not signed in",
  unredeemed: "invitation not accepted",
} as const satisfies Record<EndReason, string>;

function sponsorText({ sponsor = "", sponsorLost }: AccountRow): string {
  return sponsorLost === undefined ? sponsor : `${sponsor} (${losses[sponsorLost]})`.trimStart();
}

export function endText(row: AccountRow, now = new Date()): string {
  const { state, endsAt, until: dayOfEnd, disabledAt, deleteAt } = row;
  const until = earliestEnd(row);
  const none = endsAt === UNSET ? "no end set yet" : "no end";
  const end =
    until === undefined ? none : `until ${localTime(until)}${until === row.idleEnd ? ` (${reasonWords[row.endReason ?? "idle"]})` : ""}`;
  if (state === "ended") return "deleted";
  if (state === "disabled" && (dayOfEnd === undefined || !isPast(dayOfEnd, now))) return `about to be enabled, ${end}`;
  if (state !== "disabled" || disabledAt === undefined) return end;
  return `disabled ${localTime(disabledAt)}${deleteAt === undefined ? "" : `, deleted from ${localTime(deleteAt)} on`}`;
}
