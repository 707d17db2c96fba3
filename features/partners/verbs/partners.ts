import { type Item, toRow } from "../../../adapters/tables/item";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError, type Fault } from "../../../cli/failure";
import { alignedTable, formatCount } from "../../../cli/output";
import { gateFolders, policyFolderFor } from "../../../cli/policy-folders";
import { localTime } from "../../../cli/typed";
import { omit } from "../../../engine/collections";
import { PolicyError } from "../../../lib/errors";
import { listWorkers, loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { type PartnerLook, type PartnerRow, type PartnerState, readPartner, wrongPartnerColumn } from "../../access-list/partner";
import { accessListStore } from "../../access-list/store/access-list";
import { openAuditStore } from "../../audit/verbs/trail";
import { askStandInTexts, askTexts } from "../client";
import { newPartnerDomain, type PartnerFlaw, partnerDomain, partnerRecord } from "../domain";
import * as changes from "../store/changes";
import { wouldLetIn } from "../store/entries";
import { type PartnerStore, partnerStore } from "../store/partners";
import { partnerRowFaults, unreadablePartner } from "./hooks";

type Options = DeploymentOptions & JsonOption;
type Session = Pick<CommandContext, "output" | "time">;

export async function listPartners(state: PartnerState | undefined, options: Options, session: Session): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const faults = state === undefined ? await faultsAt(deployment, options, session) : [];
  for (const { what, fix } of faults) output.warn(`${what} ${fix}`);
  const partnerRows: PartnerRow[] = [];
  for await (const page of storeAt(deployment).pages())
    partnerRows.push(...page.filter((each) => state === undefined || each.state === state));
  if (options.json) {
    for (const each of partnerRows) output.json(asJson(each));
    return;
  }
  for (const line of alignedTable()(partnerRows.map((each) => [each.id, stateText(each), lookText(each)]))) output.print(line);
  if (partnerRows.length + faults.length === 0)
    output.warn(state === undefined ? "There are no partners: partners add contoso.com adds one." : `No partner is ${state}.`);
}

interface AddOptions extends Options {
  readonly anyway?: boolean;
}

export async function addPartner(word: string, options: AddOptions, session: Session): Promise<void> {
  const read = newPartnerDomain(word, options.anyway === true);
  if ("flaw" in read) throw new CommandError(`"${word}" ${flaws[read.flaw]}.`);
  const { domain } = read;
  const deployment = await deploymentFor(options);
  const store = storeAt(deployment);
  const [before, by] = await Promise.all([partnerAt(domain, store, options), deployment.caller()]);
  if (before !== undefined && before.state !== "lapsed") {
    // The operator who added the domain may repeat the command. The command then prints the record again.
    if (before.by !== by || before.state !== "pending") throw alreadyThere(before);
    report(before, options, session);
    return;
  }
  const ports = { partners: store, trail: openAuditStore(deployment) };
  const after = await changes.addDomain(ports, { domain, before }, { by, via: "command" }, nowIn(session));
  if (after === undefined) throw await justChanged(domain, store, options);
  report(after, options, session);
  const isAsked = arePartnersAsked(deployment);
  const daily = isAsked ? "Gatehouse looks for it every day; " : "";
  session.output.warn(`The domain's owner sets this record. ${daily}partners check ${domain}${placeFlags(options)} looks now.`);
  if (!isAsked)
    session.output.warn("No rule of the policy is partners(…), so a proof lets nobody in yet, and nothing looks for it every day.");
}

/** True if a gate's policy has the rule `partners()`, or if a policy cannot be loaded. */
function arePartnersAsked({ policy, gates }: Deployment): boolean {
  try {
    const folders = [policyFolderFor({}, policy), ...gateFolders(gates)];
    return folders.some((folder) => listWorkers(loadPolicyFolder(folder)).has("partners"));
  } catch (error) {
    if (error instanceof PolicyError) return true;
    throw error;
  }
}

export async function showPartner(word: string, options: Options, session: Session): Promise<void> {
  report(await partnerNamed(word, storeAt(await deploymentFor(options)), options), options, session);
}

export async function checkPartners(word: string | undefined, options: Options, session: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const partners = storeAt(deployment);
  const partnerRows: PartnerRow[] = [];
  if (word !== undefined) partnerRows.push(await notLapsed(word, partners, options));
  else for await (const page of partners.pages()) partnerRows.push(...page.filter(({ state }) => state !== "lapsed"));
  const standIn = deployment.endpoints?.dns;
  const ask = standIn === undefined ? askTexts() : askStandInTexts(standIn);
  const ports = { ask, partners, ...entriesAt(deployment) };
  const who = { by: await deployment.caller(), via: "command" } as const;
  for (const before of partnerRows) {
    const after = await changes.checkPartner(ports, before, who, nowIn(session));
    if (after?.look !== "found") session.exitCode = exitCodes.findings;
    if (after === undefined) continue;
    if (options.json) session.output.json(asJson(after));
    else session.output.print(`${after.id}: ${stateText(after)}; ${lookText(after)}`);
  }
  if (partnerRows.length === 0) session.output.warn("There is no partner whose record could be looked for.");
}

interface RemoveOptions extends Options {
  readonly yes?: boolean;
}

/** Removes a partner, even without a readable row: somebody may have deleted the row and left the entries. */
export async function removePartner(word: string, options: RemoveOptions, session: Session): Promise<void> {
  const domain = domainFrom(word);
  const deployment = await deploymentFor(options);
  const store = storeAt(deployment);
  const entries = entriesAt(deployment);
  const { stored: item } = await store.found(domain);
  const leftCount = item === undefined ? await leftEntries(domain, entries, session) : 0;
  if (item === undefined && leftCount === 0) throw noPartner(domain);
  const who = { by: await deployment.caller(), via: "command" } as const;
  if (!options.yes)
    await requireConfirmation(
      `${domain}: ${item === undefined ? formatCount(leftCount, "entry", "entries") : storedText(item)}\nRemove it?`,
    );
  if (!(await changes.removeDomain({ ...entries, partners: store }, domain, item, who, nowIn(session))))
    throw new CommandError(`Somebody else has just changed ${domain}. Nothing was removed: look at it with partners show, then repeat.`);
  if (options.json) session.output.json({ domain, removed: true });
  else session.output.print(`${domain} is removed.`);
}

async function leftEntries(domain: string, { list }: ReturnType<typeof entriesAt>, session: Session): Promise<number> {
  return (await list.ofPartner(domain)).filter((item) => wouldLetIn(item, nowIn(session))).length;
}

function storedText(item: Item): string {
  const row = readPartner(toRow(item));
  return row === undefined ? "its row cannot be read" : stateText(row);
}

async function faultsAt(deployment: Deployment, options: Options, session: Session): Promise<readonly Fault[]> {
  return await partnerRowFaults({ ...entriesAt(deployment), partners: storeAt(deployment) }, nowIn(session), placeFlags(options));
}

function storeAt({ dynamodb, decisionsTable }: Deployment): PartnerStore {
  return partnerStore(dynamodb, decisionsTable);
}

function entriesAt(deployment: Deployment) {
  return { list: accessListStore(deployment.dynamodb, deployment.accessListTable), trail: openAuditStore(deployment) };
}

function nowIn({ time }: Session): Date {
  return time?.now() ?? new Date();
}

const flaws: Readonly<Record<PartnerFlaw, string>> = {
  "no-domain": "is not a domain: write contoso.com",
  "mail-provider": "gives anybody an address, so a proof would say nothing about its other users: name the partner's own domain",
  doubtful:
    "gives anybody an address or a name, according to a public list, so a proof would say nothing about its other users: name the partner's own domain. Such lists also contain some organisations: --anyway adds it",
};

function domainFrom(word: string): string {
  const domain = partnerDomain(word);
  if (domain === undefined) throw new CommandError(`"${word}" ${flaws["no-domain"]}.`);
  return domain;
}

async function partnerNamed(word: string, store: PartnerStore, options: Options): Promise<PartnerRow> {
  const domain = domainFrom(word);
  const row = await partnerAt(domain, store, options);
  if (row === undefined) throw noPartner(domain);
  return row;
}

async function partnerAt(domain: string, store: PartnerStore, options: Options): Promise<PartnerRow | undefined> {
  const { stored, row } = await store.found(domain);
  const column = stored && wrongPartnerColumn(toRow(stored));
  if (column === undefined) return row;
  const { what, fix } = unreadablePartner(domain, column, placeFlags(options));
  throw new CommandError(`${what} ${fix}`);
}

function noPartner(domain: string): CommandError {
  return new CommandError(`${domain} is no partner: partners list names them. A subdomain is a domain of its own.`);
}

async function notLapsed(word: string, store: PartnerStore, options: Options): Promise<PartnerRow> {
  const row = await partnerNamed(word, store, options);
  if (row.state !== "lapsed") return row;
  throw new CommandError(`${row.id} lapsed at ${localTime(row.since)}: partners add ${row.id} makes a new record.`);
}

async function justChanged(domain: string, store: PartnerStore, options: Options): Promise<CommandError> {
  const row = await partnerAt(domain, store, options);
  return row === undefined ? new CommandError(`Somebody else has just removed ${domain}. Repeat the command.`) : alreadyThere(row);
}

function alreadyThere(row: PartnerRow): CommandError {
  return new CommandError(
    `${row.id} is there already: ${stateText(row)}, added by ${row.by} at ${localTime(row.addedAt)}. partners show ${row.id} prints its record.`,
  );
}

function report(row: PartnerRow, { json }: JsonOption, { output }: Session): void {
  if (json) {
    output.json(asJson(row));
    return;
  }
  const { name, value } = partnerRecord(row);
  output.print(`${row.id}: ${stateText(row)}`);
  output.print(`Added by ${row.by} at ${localTime(row.addedAt)}; ${lookText(row)}`);
  output.print(`TXT record  ${name}`);
  output.print(`Value       ${value}`);
}

function stateText({ state, since, until }: PartnerRow): string {
  return until === undefined ? `${state} since ${localTime(since)}` : `${state} until ${localTime(until)}`;
}

const looks: Readonly<Record<PartnerLook, string>> = {
  found: "found",
  missing: "not found",
  wildcard: "answers for every name of the domain (a wildcard): set it at its own name",
  failed: "the name servers did not answer, so nothing changes",
};

function lookText({ look, lookedAt }: PartnerRow): string {
  return look === undefined || lookedAt === undefined ? "record not looked for yet" : `record ${looks[look]} (${localTime(lookedAt)})`;
}

function asJson(row: PartnerRow): object {
  const { id: domain, ...facts } = omit(row, "reference", "token", "revision");
  return { domain, ...facts, record: partnerRecord(row) };
}
