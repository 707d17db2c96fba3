import type { EventBridgeEvent, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { type ProvisioningSettings, provisioningSettings } from "../../adapters/aws/approval-settings";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable, workerEnvironment } from "../../adapters/aws/environment";
import { answerPermissionsCall } from "../../adapters/aws/own-calls";
import { secretVersion } from "../../adapters/aws/secrets";
import { credentialReader, signsInByRole } from "../../adapters/aws/settings";
import { type ArrivedAccount, arrivedAccount, SeveralAccountsError } from "../../adapters/graph/admitted-account";
import { graphEnvironment } from "../../adapters/graph/clouds";
import { type GraphClient, GraphError } from "../../adapters/graph/graph";
import { hasSponsor, sponsorByAddress } from "../../adapters/graph/sponsors";
import { type WorkNotes, workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { keepGiven } from "../../engine/json";
import { listRecordedVouchers } from "../../engine/sign-up/issuers";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { accessWorker, arrive, changeSponsor, noteMissingSponsor, noteSponsorAttempt } from "../accounts/change";
import type { AccountArrived } from "../accounts/events";
import { accountStore } from "../accounts/store/accounts";
import { requestBehind } from "../accounts/store/request-behind";
import { ACCOUNT_CREATED, type AccountCreated } from "../approvals/build-event";
import { approvalStore } from "../approvals/store/approvals";
import { SIGN_UP_DECIDED, type SignUpDecided } from "../decisions/events";
import { assignPackage, joinAccount } from "./client/memberships";
import { arrivalEnvironment, arrivalGifts } from "./client/settings";

type ArrivalsWorld = Pick<World, "settings" | "secrets" | "tables" | "directory" | "clock" | "log">;

type Newcomer = Pick<SignUpDecided, "gate" | "reference"> & {
  readonly personId: string;
  readonly email: string;
  readonly emailProven: boolean;
};

/** If a message fails half-way, or the account does not exist yet, the queue delivers the message again, so each write can be repeated. */
export function arrivalsHandler(world: ArrivalsWorld) {
  const parts = createParts(world);
  const notes = workNotes(world, "arrivals");
  async function findAccounts({ Records }: SQSEvent): Promise<SQSBatchResponse> {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const record of Records) {
      if (!(await settle(parts, record, notes))) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  }
  return composeHandler(world, findAccounts, answerPermissionsCall(world, application(world)));
}

/** Ids of the worker's application: the one that creates accounts if `approvalsSecret` is set, otherwise a separate one. */
function application({ settings, secrets, clock }: ArrivalsWorld): () => Promise<{ readonly tenantId: string; readonly clientId: string }> {
  if (settings[workerEnvironment.approvalsSecret] !== undefined) return provisioningSettings({ settings, secrets, clock });
  return async () => ({
    tenantId: requireVariable(graphEnvironment.tenant, settings),
    clientId: requireVariable(graphEnvironment.client, settings),
  });
}

function createParts({ settings, secrets, tables, directory, clock, log }: ArrivalsWorld) {
  return {
    ...{ settings, log },
    now: () => new Date(clock.now()),
    gifts: arrivalGifts(settings),
    accounts: accountStore(tables, requireVariable(environment.accountsTable, settings)),
    requests: approvalStore(tables, requireVariable(environment.approvalsTable, settings), () => undefined),
    directoryNow: createDirectoryGetter({ settings, secrets, clock, directory, log }),
  };
}
type Parts = ReturnType<typeof createParts>;

/** Returns false if the queue must deliver the message again. */
async function settle(parts: Parts, { body }: SQSRecord, notes: WorkNotes): Promise<boolean> {
  let reference: string | undefined;
  try {
    const event = JSON.parse(body) as ArrivalEvent;
    reference = event.detail.reference;
    const gifts = await arrival(parts, event);
    parts.log.info(gifts === undefined ? "account not there yet" : "account arrived", { reference, ...gifts });
    if (gifts !== undefined) {
      await notes.succeeded();
      await notes.succeeded(reference);
    }
    return gifts !== undefined;
  } catch (error) {
    const { name, status, code } = error as { name?: string; status?: number; code?: string };
    const severalFound = error instanceof SeveralAccountsError && { found: error.count };
    parts.log.error("arrival failed", { reference, error: name, status, code, ...severalFound });
    // What concerns one account does not hold up the others.
    const concernsOne = !(error instanceof GraphError) && reference !== undefined;
    await notes.failed(error, concernsOne ? { part: reference } : {});
    return false;
  }
}

/** Gives the account what is due. Undefined if the account does not exist yet. */
async function arrival(parts: Parts, { "detail-type": type, detail }: ArrivalEvent): Promise<object | undefined> {
  const { personId, email, emailProven = false, reference, gate } = detail;
  if (personId === undefined || email === undefined) throw new Error("The event names nobody.");
  const directory = await parts.directoryNow();
  const person: Newcomer = { personId, email, emailProven, reference, ...(gate !== undefined && { gate }) };
  if (type === ACCOUNT_CREATED) return await give(parts, directory, (detail as AccountCreated).accountId, person, undefined);
  const behind = await requestBehind(parts.requests, person);
  const { sponsor } = behind;
  const sponsorToSet = parts.gifts.hasSponsors ? sponsor : undefined;
  if (type !== SIGN_UP_DECIDED) {
    const { accountId } = detail as AccountArrived;
    if (sponsor !== undefined)
      await parts.accounts.change(accountId, (storedRow) => changeSponsor(storedRow, sponsor, { by: accessWorker }, parts.now()));
    return await give(parts, directory, accountId, person, sponsorToSet);
  }
  const account = await find(parts, directory, detail as SignUpDecided);
  if (account === undefined) return undefined;
  await keep(parts, account, { ...person, emailVouchers: listEventVouchers(detail as SignUpDecided) }, detail.time, behind);
  return await give(parts, directory, account.id, person, sponsorToSet);
}

/** Searches, because Entra does not report which account it created. Undefined if the account does not exist yet. */
async function find(
  { settings }: Parts,
  directory: GraphClient,
  { email = "", issuers = [], time, source }: SignUpDecided,
): Promise<ArrivedAccount | undefined> {
  const person = { email, issuers, decidedAt: new Date(time), isCustomer: source === "external-tenant" };
  return await arrivedAccount(directory, person, settings[arrivalEnvironment.tenantDomain]);
}

/** The providers that vouch for the address. Empty for an unproven address of an external tenant, because the person may have typed it. */
function listEventVouchers({ emailProven, issuers = [], source }: SignUpDecided): readonly string[] {
  return emailProven || source !== "external-tenant" ? (listRecordedVouchers({ emailProven, issuers }) ?? []) : [];
}

async function keep(
  { accounts, now }: Parts,
  { id, userType }: ArrivedAccount,
  person: Newcomer & { readonly emailVouchers: readonly string[] },
  letInAt: string,
  { sponsor, locales }: Awaited<ReturnType<typeof requestBehind>>,
): Promise<void> {
  const { personId, gate, email, emailProven, emailVouchers, reference } = person;
  const arrivedAt = now();
  const row = {
    id: id.toLowerCase(),
    personId,
    ...(gate !== undefined && { gate }),
    email,
    emailProven,
    emailVouchers,
    reference,
    letInAt,
    arrivedAt: arrivedAt.toISOString(),
    ...keepGiven({ userType, sponsor, locales }),
    by: "graph" as const,
  };
  const keepResult = await accounts.change(row.id, (storedRow) => arrive(storedRow, row, arrivedAt));
  // If the stored row of the account belongs to another person, that person must not get the group and the package.
  const isTheirs = keepResult.ok || normaliseMailbox(keepResult.row?.email ?? "") === normaliseMailbox(email);
  if (!isTheirs) throw new Error("The account is another person's.");
}

/** If one of the gifts fails, still tries the others, then throws the first failure. */
async function give(
  { accounts, log, now, gifts: { groupId, accessPackage } }: Parts,
  directory: GraphClient,
  accountId: string,
  { reference, personId }: Newcomer,
  sponsor: string | undefined,
): Promise<object> {
  const failures: unknown[] = [];
  const attempt = async <T>(work: () => Promise<T>) => work().catch((error: unknown) => void failures.push(error));
  const group = groupId === undefined ? undefined : await attempt(() => joinAccount(directory, groupId, accountId));
  const assignment = accessPackage && (await attempt(() => assignPackage(directory, accessPackage, accountId)));
  const sponsorOutcome = sponsor === undefined ? undefined : await attempt(() => sponsorByAddress(directory, accountId, sponsor));
  if (sponsor !== undefined && hasSponsor(sponsorOutcome))
    await accounts.change(accountId.toLowerCase(), (storedRow) => noteSponsorAttempt(storedRow, sponsor, sponsorOutcome, now()));
  else if (sponsorOutcome !== undefined) {
    log.warn("account without its sponsor", { reference, personId, why: sponsorOutcome });
    await accounts.change(accountId.toLowerCase(), (storedRow) => noteMissingSponsor(storedRow, sponsorOutcome, now()));
  }
  if (failures.length > 0) throw failures[0];
  return { ...(group && { group }), ...(assignment && { accessPackage: assignment }), ...(sponsorOutcome && { sponsor: sponsorOutcome }) };
}

function createDirectoryGetter({
  settings,
  secrets,
  clock,
  directory,
  log,
}: Pick<World, "settings" | "secrets" | "clock" | "directory" | "log">) {
  if (settings[workerEnvironment.approvalsSecret] !== undefined) {
    const current = provisioningSettings({ settings, secrets, clock });
    let madeDirectory: { readonly by: ProvisioningSettings; readonly client: GraphClient } | undefined;
    return async (): Promise<GraphClient> => {
      const by = await current();
      // The client caches a token, so the same client is used until the settings change.
      if (madeDirectory?.by !== by) madeDirectory = { by, client: directory({ ...by, clientSecret: credentialReader(by, current), log }) };
      return madeDirectory.client;
    };
  }
  const client = directory({
    tenantId: requireVariable(graphEnvironment.tenant, settings),
    clientId: requireVariable(graphEnvironment.client, settings),
    clientSecret: async () => {
      const secret = await secretVersion(secrets, requireVariable(graphEnvironment.secret, settings), "AWSCURRENT");
      if (!secret?.SecretString && !signsInByRole(settings)) throw new Error("The application's client secret is empty.");
      return secret?.SecretString?.trim();
    },
    log,
  });
  return async () => client;
}

type ArrivalEvent = EventBridgeEvent<string, SignUpDecided | AccountCreated | AccountArrived>;
