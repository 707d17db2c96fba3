import { provisioningSettings } from "../../adapters/aws/approval-settings";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable, workerEnvironment } from "../../adapters/aws/environment";
import { answerPermissionsCall } from "../../adapters/aws/own-calls";
import { personHash } from "../../adapters/aws/person-key";
import { credentialReader } from "../../adapters/aws/settings";
import { longRetries } from "../../adapters/graph/graph";
import { readErrorTrace } from "../../adapters/report";
import { tableNamesIn, tables } from "../../adapters/tables/tables";
import { workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { auditStore } from "../audit/store/trail";
import { NoAccountsError, type WorkPorts, workOnAll, workPorts } from "./store/work";

/** Time after which the worker stops. The rest of the function's time is longer than one call to Graph takes. */
const WORK_MS = 12 * 60_000;

/** Started by the console and by a schedule. */
export function incidentWorkerHandler({
  settings,
  tables: client,
  secrets,
  directory,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "secrets" | "directory" | "clock" | "log">) {
  const nameOf = tableNamesIn(settings);
  const hashes = personHash(secrets, requireVariable(environment.personKeySecret, settings), clock);
  const accountSettings = settings[workerEnvironment.approvalsSecret] && provisioningSettings({ settings, secrets, clock });

  const directoryPorts: WorkPorts["directory"] = async () => {
    if (!accountSettings) throw new NoAccountsError();
    const application = await accountSettings();
    const { tenantId, clientId, tenantDomain } = application;
    const clientSecret = credentialReader(application, accountSettings);
    return {
      ledger: { client, name: nameOf("ledger"), key: tables.ledger.key },
      hashes: await hashes(),
      graph: directory({ tenantId, clientId, clientSecret, retries: longRetries, log }),
      ...(tenantDomain !== "" && { issuer: tenantDomain }),
    };
  };

  const notes = workNotes({ settings, tables: client, clock, log }, "incidents");

  async function work(): Promise<void> {
    const now = () => new Date(clock.now());
    const ports = workPorts(client, nameOf, {
      trail: auditStore(client, nameOf("audit"), hashes),
      directory: directoryPorts,
      now,
      signal: AbortSignal.timeout(WORK_MS),
    });
    try {
      const obstacle = await workOnAll(ports, (error) => log.error("incident not acted on", { failure: readErrorTrace(error) }));
      await (obstacle === undefined ? notes.succeeded() : notes.failed(obstacle));
    } catch (error) {
      await notes.failed(error);
      throw error;
    }
  }

  return composeHandler({ log }, work, ...(accountSettings ? [answerPermissionsCall({ directory, log }, accountSettings)] : []));
}
