import type { Context } from "aws-lambda";
import { provisioningSettings } from "../../../adapters/aws/approval-settings";
import { composeHandler } from "../../../adapters/aws/compose-handler";
import { environment, requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import { answerPermissionsCall } from "../../../adapters/aws/own-calls";
import { countDaysLeft, credentialCertificateEnd } from "../../../adapters/graph/certificates";
import { loggedPerson, readErrorTrace } from "../../../adapters/report";
import { notingWork, toCode, WorkLeftError, workNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { readReference } from "../../../engine/sign-up/call";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { LEASE_MS, LONGEST_TRY_MS, type ProvisioningPorts, provisionRequest } from "../provisioning";
import type { ApprovalRequest, ApprovalState } from "../request";
import { escalate } from "../stages";
import { type ApprovalStore, approvalStore, type RequestName } from "../store/approvals";
import { expire, KEPT_MS, strip } from "../transitions";
import { makePortsReader } from "./provisioning";

/**
 * The shortest time that a policy can set for a request or pass. A younger pending request cannot have expired, so the sweeper does not
 * read it.
 */
const SHORTEST_MS = MS_PER_DAY;
const OVERDUE_MS = 60 * 60_000;
const AT_ONCE = 5;
const finishedStates: readonly ApprovalState[] = ["denied", "expired", "provisioned", "failed", "admitted"];

type SweeperWorld = Pick<World, "settings" | "tables" | "secrets" | "directory" | "clock" | "random" | "log">;

/** If one request fails, the others are still processed; then the run fails, so that an operator looks. */
export function sweeperHandler(world: SweeperWorld) {
  const { settings, clock } = world;
  const store = approvalStore(world.tables, requireVariable(environment.approvalsTable, settings));
  /** A stack without the secret makes no accounts. */
  const makesAccounts = settings[workerEnvironment.approvalsSecret] !== undefined;
  const readPorts = makesAccounts ? makePortsReader(world, store) : async () => undefined;
  const watchCertificate = makesAccounts ? certificateWatch(world) : async () => undefined;
  const sweepApproved = createApprovedSweep(world, store);
  const today = () => new Date(clock.now());
  /** The last time when this instance read all finished requests. Once a day is enough. */
  let forgotAt = 0;

  async function sweep(_: unknown, { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
    const now = clock.now();
    const ports = once(readPorts);
    const hasTime = () => getRemainingTimeInMillis() > LONGEST_TRY_MS;
    const { failures, runEach } = createRequestRunner(world);
    const changedBefore = (state: ApprovalState, ageMs: number) => store.changedBefore(state, new Date(now - ageMs));

    await runEach(changedBefore("pending", SHORTEST_MS), (id) => store.change(id, (stored) => expire(stored, today())));
    await runEach(store.toEscalate(new Date(now)), (id) => store.change(id, (stored) => escalate(stored, today())));
    for (const state of ["approved", "provisioning"] as const) {
      await runEach(changedBefore(state, LEASE_MS), (id) => sweepApproved(id, ports, hasTime));
    }
    if (now - forgotAt > MS_PER_DAY) {
      for (const state of finishedStates)
        await runEach(changedBefore(state, KEPT_MS), (id) => store.change(id, (stored) => strip(stored, today())));
      await watchCertificate();
      forgotAt = now;
    }
    const { count, why } = failures();
    if (count > 0) throw new WorkLeftError(`Requests that could not be dealt with: ${count} (${why}). The log says which.`, why, count);
  }

  return composeHandler(
    world,
    notingWork(workNotes(world, "sweeper"), sweep),
    ...(makesAccounts ? [answerPermissionsCall(world, provisioningSettings(world))] : []),
  );
}

/**
 * Reports the days left until the certificate ends, because nothing else warns of that. If the settings are unreadable, reports nothing:
 * another alarm rings.
 */
function certificateWatch(world: SweeperWorld): () => Promise<void> {
  const currentSettings = provisioningSettings(world);
  return async () => {
    const current = await currentSettings().catch(() => undefined);
    const end = current && credentialCertificateEnd(current.credential);
    if (end !== undefined) world.log.gauge("CertificateDaysLeft", countDaysLeft(end, new Date(world.clock.now())));
  };
}

function createApprovedSweep({ clock, log }: SweeperWorld, store: ApprovalStore) {
  function reportIfOverdue({ history, changedAt, reference, personId, attempts, retryAt }: ApprovalRequest): void {
    const approvedAt = history.findLast(({ to }) => to === "approved")?.at ?? changedAt;
    if (clock.now() - Date.parse(approvedAt) < OVERDUE_MS) return;
    log.error("account overdue", { reference, ...loggedPerson(personId), approvedAt, attempts, retryAt });
    log.count("ProvisioningOverdue");
  }

  return async (id: string, ports: () => Promise<ProvisioningPorts | undefined>, hasTime: () => boolean): Promise<void> => {
    const request = await store.get(id);
    if (request === undefined) return;
    if (request.onApproval === "continue") {
      await store.change(id, (storedRequest) => expire(storedRequest, new Date(clock.now())));
      return;
    }
    const available = hasTime() ? await ports() : undefined;
    const became = available === undefined ? "left" : await provisionRequest(id, available);
    if (became !== "provisioned" && became !== "failed") reportIfOverdue(request);
  };
}

function createRequestRunner({ log }: SweeperWorld) {
  const codes: string[] = [];

  async function runOne({ id, reference }: RequestName, work: (id: string) => Promise<unknown>): Promise<void> {
    try {
      await work(id);
    } catch (error) {
      codes.push(toCode(error));
      log.error("sweeper failed", { reference: readReference(String(reference)), failure: readErrorTrace(error) });
    }
  }

  return {
    failures: () => ({ count: codes.length, why: codes[0] ?? "" }),
    async runEach(pages: AsyncIterable<readonly RequestName[]>, work: (id: string) => Promise<unknown>): Promise<void> {
      for await (const page of pages) {
        const queue = [...page];
        const worker = async () => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) await runOne(next, work);
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
      }
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  return () => {
    promise ??= make();
    return promise;
  };
}
