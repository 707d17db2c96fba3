import type { Context, EventBridgeEvent } from "aws-lambda";
import { provisioningSettings } from "../../../adapters/aws/approval-settings";
import { composeHandler } from "../../../adapters/aws/compose-handler";
import { environment, requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import { answerPermissionsCall } from "../../../adapters/aws/own-calls";
import { personHash } from "../../../adapters/aws/person-key";
import { credentialReader, SettingsError } from "../../../adapters/aws/settings";
import { type GraphClient, longRetries } from "../../../adapters/graph/graph";
import { CredentialError } from "../../../adapters/graph/sign-in";
import { readSilentApplications } from "../../../adapters/graph/token-listeners";
import { functionPlace, makeMember } from "../../../adapters/operator/world";
import { tableNamesIn } from "../../../adapters/tables/tables";
import { type WorkNotes, workNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { omit } from "../../../engine/collections";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { buildPersonId, eachHash } from "../../../engine/sign-up/person";
import { isPast } from "../../../engine/sign-up/time";
import { SPONSORS_PART } from "../../../engine/work";
import { accountPerson } from "../../accounts/account";
import { accessWorker, extendAccess, laterEnd, noteInvitation } from "../../accounts/change";
import { type AccountStore, accountStore } from "../../accounts/store/accounts";
import { APPROVAL_DECIDED, type ApprovalDecided, INVITATION_SENT, type InvitationSent } from "../../approvals/build-event";
import { type DenialsNow, denialsByAccount } from "../../explain/world";
import { goOnWithJobs } from "../../people-jobs/worker";
import type { ExpiryOfGates, GateExpiry } from "../expiry";
import { accessJobs } from "../jobs";
import { accessRunStore } from "../store/access-runs";
import { buildDenialCheck } from "../store/denied";
import { accessEndedStore } from "../store/ended";
import type { TokenEvidence } from "./evidence";
import { isForJobsOnly, JOBS_MS } from "./jobs";
import { type AccessOutcome, workOnAccess } from "./work";

/**
 * If less time is left, the worker starts on no further account. One account needs less time than this, even if calls to Graph are
 * repeated.
 */
const LAST_ACCOUNT_MS = 180_000;
/** The part of the note about accounts that cannot be read. */
const UNREADABLE = "unreadable";

/**
 * Starts every five minutes for acts on many people. Works each hour, and at once after an approval, because an account may have to be
 * enabled. A failure raises an alarm, and the next call continues the run.
 */
export function accessHandler({
  settings,
  tables,
  secrets,
  directory,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "secrets" | "directory" | "clock" | "log">) {
  const nameOf = tableNamesIn(settings);
  const expiry = JSON.parse(requireVariable(workerEnvironment.expiry, settings)) as ExpiryOfGates;
  const unreadable = new Set<string>();
  const accounts = accountStore(tables, nameOf("accounts"), ({ id, column }) => {
    unreadable.add(id);
    // An unreadable account would keep access for ever, so it is logged as an error.
    log.error("account unreadable", { id, column });
    log.count("AccessRunFailed");
  });
  const runs = accessRunStore(tables, nameOf("ledger"));
  const hashes = personHash(secrets, requireVariable(environment.personKeySecret, settings), clock);
  const ended = accessEndedStore(tables, nameOf("ledger"), hashes);
  const isDenied = buildDenialCheck(tables, nameOf("accessList"), () => new Date(clock.now()));
  const graphSettings = provisioningSettings({ settings, secrets, clock });
  const now = () => new Date(clock.now());
  const notes = workNotes({ settings, tables, clock, log }, "expiry");
  const renewingPorts = { accounts, denials: makeMember(denialsByAccount, functionPlace(tables, settings)), hashes, expiry, now };
  const renew = renewing(renewingPorts);

  async function run(
    event: Partial<EventBridgeEvent<string, unknown>>,
    { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">,
  ): Promise<void> {
    await goOnWithJobs({ settings, tables, log, works: accessJobs, signal: AbortSignal.timeout(JOBS_MS), hashes, now });
    if (isForJobsOnly(event)) return;
    if (event["detail-type"] === INVITATION_SENT) return await noteInvitations(event.detail as InvitationSent, renewingPorts);
    if (event["detail-type"] === APPROVAL_DECIDED) await renew(event.detail as ApprovalDecided);
    const isOver = () => getRemainingTimeInMillis() < LAST_ACCOUNT_MS;
    unreadable.clear();
    try {
      const application = await graphSettings();
      const { tenantId, clientId } = application;
      const clientSecret = credentialReader(application, graphSettings);
      const graph = directory({ tenantId, clientId, clientSecret, retries: longRetries, log });
      const tokens = makeTokenEvidence(graph, settings[workerEnvironment.tokenUrl]);
      const outcome = await workOnAccess({ accounts, runs, ended, isDenied, graph, expiry, tokens, now, isOver });
      const { run, failed } = outcome;
      if (run !== undefined) {
        // Names are not logged, because a session's name can be an address.
        log.info("access run", omit(run, "confirmedBy", "endedBy", "guestPolicies"));
      }
      if (run?.state === "waiting") log.count("AccessRunWaiting");
      await noteParts(notes, outcome, unreadable.size);
      if (failed === undefined) await notes.succeeded();
      else await report(failed);
    } catch (error) {
      if (!(error instanceof SettingsError) && !(error instanceof CredentialError)) {
        await notes.failed(error);
        throw error;
      }
      await report(error.message);
    }
  }

  async function report(why: string): Promise<void> {
    log.error("access not ended", { why });
    log.count("AccessRunFailed");
    await notes.failed(why);
  }

  return composeHandler({ log }, run, answerPermissionsCall({ directory, log }, graphSettings));
}

/** @param unreadableCount the number of accounts' rows that could not be read */
async function noteParts(notes: WorkNotes, { run, sponsors }: AccessOutcome, unreadableCount: number): Promise<void> {
  if (unreadableCount > 0) await notes.failed("unreadable", { part: UNREADABLE, waiting: unreadableCount });
  // Only a run that works reads every account.
  else if (run !== undefined && run.state !== "waiting") await notes.succeeded(UNREADABLE);
  if (sponsors === "done") await notes.succeeded(SPONSORS_PART);
  else if (sponsors !== undefined) await notes.failed(sponsors.refused, { part: SPONSORS_PART });
}

/** Asks once in a call of the worker. @param url the address that extensions call; undefined in a stack without an external tenant */
function makeTokenEvidence(graph: GraphClient, url: string | undefined): TokenEvidence {
  let silent: ReturnType<typeof readSilentApplications> | undefined;
  return {
    async isComplete() {
      if (url === undefined) return false;
      silent ??= readSilentApplications(graph, url);
      return (await silent).length === 0;
    },
  };
}

interface RenewingPorts {
  readonly accounts: Pick<AccountStore, "byPerson" | "change">;
  readonly denials: DenialsNow;
  readonly hashes: ReturnType<typeof personHash>;
  readonly expiry: ExpiryOfGates;
  now(): Date;
}

/** Returns a function that renews the access of an approved person's disabled accounts. Omits denied ones. */
function renewing({ accounts, denials, hashes, expiry, now }: RenewingPorts) {
  async function renewDisabledAccounts(personId: string, gate: string | undefined, gateExpiry: GateExpiry): Promise<void> {
    for await (const page of accounts.byPerson(personId)) {
      const disabledPeople = page.filter((row) => row.state === "disabled" && row.gate === gate).map(accountPerson);
      const deniedPeople = await denials.findDenials(disabledPeople, now());
      for (const account of disabledPeople) {
        if (deniedPeople.get(account)?.isPartial === false) continue;
        await accounts.change(account.id, (row) => {
          // If the event arrives a second time, its first arrival has already renewed access.
          if (row?.until !== undefined && !isPast(row.until, now())) return { ok: false, why: "already", row };
          return extendAccess(row, row && laterEnd(row, gateExpiry.days, now()), { by: accessWorker }, now(), "renewed");
        });
      }
    }
  }

  return async ({ personId, email, gate, decision }: ApprovalDecided): Promise<void> => {
    const gateExpiry = expiry[gate ?? DEFAULT_GATE];
    if (gateExpiry === undefined || decision.verdict !== "approved") return;
    for (const id of await listPersonIds(personId, email, hashes)) await renewDisabledAccounts(id, gate, gateExpiry);
  };
}

/** An invitation that nobody redeems is counted from the last one. */
async function noteInvitations({ personId, email, gate, time }: InvitationSent, { accounts, hashes, expiry, now }: RenewingPorts) {
  if (expiry[gate ?? DEFAULT_GATE]?.unredeemed === undefined) return;
  for (const id of await listPersonIds(personId, email, hashes))
    for await (const page of accounts.byPerson(id))
      for (const row of page.filter((each) => each.gate === gate))
        await accounts.change(row.id, (storedRow) => noteInvitation(storedRow, time, now()));
}

/** The row of an account from before a key rotation has the person's earlier hash. */
async function listPersonIds(personId: string, email: string, hashes: ReturnType<typeof personHash>): Promise<ReadonlySet<string>> {
  return new Set([personId, ...eachHash(await hashes()).map((hashOf) => buildPersonId(email, hashOf))]);
}
