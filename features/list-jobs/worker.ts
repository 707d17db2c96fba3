import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import { isLeft } from "../../adapters/jobs/job";
import { functionPlace, makeMember } from "../../adapters/operator/world";
import { readErrorTrace } from "../../adapters/report";
import { tableNamesIn } from "../../adapters/tables/tables";
import type { World } from "../../adapters/world";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { type ChangeSet, isOfIncident } from "../access-list/change-set";
import { type ChangeSetStore, changeSetStore } from "../access-list/store/change-sets";
import { canContinue, EditHeldError, type EditPorts, resumeEdit, TakenOverError } from "../access-list/store/run";
import { requestsOfSets } from "../approvals/world";
import { auditStore } from "../audit/store/trail";
import { inviteJobs } from "../invitations/jobs";
import { goOnWithJobs } from "../people-jobs/worker";

/** Time after which the worker stops. The rest of the function's time is longer than the writes in progress take. */
const WORK_MS = 12 * 60_000;
/** Sets that began earlier than this many days ago are left to their authors. */
const LEFT_DAYS = 7;

/** Goes on with edits of the access list and with invitations of many that nobody writes any more. Started by the console and by a schedule. */
export function listWorkerHandler({
  settings,
  tables: client,
  secrets,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "secrets" | "clock" | "log">) {
  const nameOf = tableNamesIn(settings);
  const hashes = personHash(secrets, requireVariable(environment.personKeySecret, settings), clock);
  const now = () => new Date(clock.now());

  return composeHandler({ log }, async () => {
    const changes = changeSetStore(client, nameOf("listChanges"), now);
    // Without requests for approval, the stack has no table of them.
    const approvals = settings[environment.approvalsTable];
    const requests = approvals === undefined ? undefined : makeMember(requestsOfSets, functionPlace(client, settings));
    const ports: EditPorts = { client, list: nameOf("accessList"), changes, trail: auditStore(client, nameOf("audit"), hashes), requests };
    const signal = AbortSignal.timeout(WORK_MS);
    for await (const changeSet of findLeft(changes, now())) {
      if (signal.aborted) return;
      try {
        await resumeEdit(ports, changeSet, { signal, handsOver: true });
      } catch (error) {
        if (error instanceof TakenOverError || error instanceof EditHeldError || signal.aborted) continue;
        // The other sets must not wait for this one.
        log.error("list edit not written", { set: changeSet.id, failure: readErrorTrace(error) });
      }
    }
    if (requests !== undefined) await goOnWithJobs({ settings, tables: client, log, works: inviteJobs, signal, hashes, now });
  });
}

/** Yields sets that are not finished and that no process writes. The worker of incidents writes the sets of incidents. */
async function* findLeft(changes: Pick<ChangeSetStore, "page">, now: Date): AsyncGenerator<ChangeSet> {
  const since = new Date(now.getTime() - LEFT_DAYS * MS_PER_DAY).toISOString();
  let before: string | undefined;
  do {
    const { sets, next } = await changes.page(before);
    yield* sets.filter((each) => canContinue(each) && isLeft(each, now) && !isOfIncident(each));
    before = sets.every(({ at }) => at > since) ? next : undefined;
  } while (before !== undefined);
}
