import { makeWorld } from "../../../adapters/operator/world";
import { actingAt, doAct } from "../../../cli/act";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError, type Fault } from "../../../cli/failure";
import { type Output, printTable } from "../../../cli/output";
import { gateFolders, policyFolderFor } from "../../../cli/policy-folders";
import { localTime } from "../../../cli/typed";
import { operatorPlace, readTypedQuery, readView } from "../../../cli/view";
import { currentLines, listReturned, type MailLine, mailSubjects } from "../../../engine/mail/mail-line";
import { PolicyError } from "../../../lib/errors";
import { listWorkers, loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { isOverdue, type PartnerLook, type PartnerRow, type PartnerState } from "../../access-list/partner";
import { describeLine, listTroubles, readReturnedLines, readRowMails, toMailsField } from "../../approvals/verbs/list";
import { mailFilters } from "../../mails/filters";
import { addPartner, checkDomain, removePartner, showDomain } from "../acts";
import { partnerRecord } from "../entries";
import { partnersView } from "../views";
import { partnerWords } from "../words";
import { allEntries, readPartners } from "../world";
import { partnerRowFaults } from "./hooks";

type Options = DeploymentOptions & JsonOption;
type Session = Pick<CommandContext, "output" | "time">;

interface ListOptions extends Options {
  readonly state?: string;
}

export async function listPartners(state: PartnerState | undefined, options: ListOptions, session: Session): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const now = readNow(session);
  const query = { ...readTypedQuery(partnersView.filters, options, now), ...(state !== undefined && { state }) };
  const returned = await readReturnedLines(readTypedQuery(mailFilters, options, now), deployment, now);
  const isWhole = query.state === undefined && returned === undefined;
  const faults = isWhole ? await faultsAt(deployment, options, session) : [];
  for (const { what, fix } of faults) output.warn(`${what} ${fix}`);
  const isMeant = ({ id }: PartnerRow) => returned === undefined || listReturned(returned.get(mailSubjects.partner(id)) ?? []).length > 0;
  const rows = (await readView(partnersView, query, operatorPlace(deployment))).filter(isMeant);
  const mails = await readPartnerMails(rows, deployment, output);
  if (options.json) {
    for (const each of rows) output.json({ ...partnersView.json(each, readNow(session)), ...toMailsField(mails(each)) });
    return;
  }
  const cells = rows.map((each) => [each.id, stateText(each, readNow(session)), lookText(each), listTroubles(mails(each)).join(", ")]);
  printTable(output, ["DOMAIN", "STATE", "LAST LOOK", "MAIL"], cells);
  if (rows.length + faults.length === 0)
    output.warn(isWhole ? "There are no partners: partners add contoso.com adds one." : `No partner is ${query.state ?? "like that"}.`);
}

interface AddOptions extends Options {
  readonly anyway?: boolean;
}

export async function addPartnerByCommand(word: string, options: AddOptions, session: Session): Promise<void> {
  const deployment = await deploymentFor(options);
  const row = await doAct(
    addPartner,
    word,
    {},
    {
      ...(await actingAt(deployment)),
      session,
      name: word,
      ask({ concerns }) {
        const doubt = concerns.find(({ code }) => code === "doubtful");
        if (doubt !== undefined && !options.anyway) throw new CommandError(`${word}: ${doubt.text(localTime)} --anyway adds it.`);
        return undefined;
      },
    },
  );
  report(row, options, session);
  const isAsked = arePartnersAsked(deployment);
  const daily = isAsked ? "Gatehouse looks for it every day; " : "";
  session.output.warn(`The domain's owner sets this record. ${daily}partners check ${row.id}${placeFlags(options)} looks now.`);
  if (!isAsked)
    session.output.warn("No rule of the policy is partners(…), so a proof lets nobody in yet, and nothing looks for it every day.");
}
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
  const deployment = await deploymentFor(options);
  const row = await doAct(showDomain, word, {}, { ...(await actingAt(deployment)), session, name: word });
  report(row, options, session, (await readPartnerMails([row], deployment, session.output))(row));
}

function readPartnerMails(rows: readonly PartnerRow[], deployment: Deployment, output: Output) {
  return readRowMails(rows, ({ id }) => mailSubjects.partner(id), "mails about partners", deployment, output);
}

export async function checkPartners(word: string | undefined, options: Options, session: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const all = word === undefined ? await readView(partnersView, {}, operatorPlace(deployment)) : [];
  const domains = word === undefined ? all.flatMap(({ id, state }) => (state === "lapsed" ? [] : [id])) : [word];
  const acting = await actingAt(deployment);
  for (const domain of domains) {
    const row = await doAct(checkDomain, domain, {}, { ...acting, session, name: domain });
    if (row.look !== "found") session.exitCode = exitCodes.findings;
    if (options.json) session.output.json(partnersView.json(row, readNow(session)));
    else session.output.print(`${row.id}: ${stateText(row, readNow(session))}; ${lookText(row)}`);
  }
  if (domains.length === 0) session.output.warn("There is no partner whose record could be looked for.");
}

interface RemoveOptions extends Options {
  readonly yes?: boolean;
}

/** Removes a partner, even without a readable row: somebody may have deleted the row and left the entries. */
export async function removeByCommand(word: string, { yes, ...options }: RemoveOptions, session: Session): Promise<void> {
  const acting = await actingAt(await deploymentFor(options));
  const domain = await doAct(removePartner, word, {}, { ...acting, session, yes, name: word });
  if (options.json) session.output.json({ domain, removed: true });
  else session.output.print(`${domain} is removed.`);
}

async function faultsAt(deployment: Deployment, options: Options, session: Session): Promise<readonly Fault[]> {
  return await partnerRowFaults(
    makeWorld({ list: allEntries, partners: readPartners }, operatorPlace(deployment)),
    readNow(session),
    placeFlags(options),
  );
}

function report(row: PartnerRow, { json }: JsonOption, session: Session, mails: readonly MailLine[] = []): void {
  const { output } = session;
  if (json) {
    output.json({ ...partnersView.json(row, readNow(session)), ...toMailsField(mails) });
    return;
  }
  const { name, value } = partnerRecord(row);
  output.print(`${row.id}: ${stateText(row, readNow(session))}`);
  if (isOverdue(row, readNow(session))) output.print(partnerWords.overdue(localTime(row.until ?? row.since)));
  output.print(`Added by ${row.by} at ${localTime(row.addedAt)}; ${lookText(row)}`);
  output.print(`TXT record  ${name}`);
  output.print(`Value       ${value}`);
  for (const line of currentLines(mails)) output.print(describeLine(line));
}

function stateText(row: PartnerRow, now: Date): string {
  const { state, since, until } = row;
  if (isOverdue(row, now)) return `${state}, over since ${localTime(until ?? since)}: counts for nobody`;
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
