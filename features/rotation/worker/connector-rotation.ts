import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { composeHandler } from "../../../adapters/aws/compose-handler";
import type { UserPassword } from "../../../adapters/aws/credentials";
import { CredentialsSecretError, credentialsSecret, RotatedMeanwhileError } from "../../../adapters/aws/credentials-secret";
import { environment, requireVariable, type Variables, workerEnvironment } from "../../../adapters/aws/environment";
import { answerPermissionsCall } from "../../../adapters/aws/own-calls";
import { credentialReader, SettingsError } from "../../../adapters/aws/settings";
import { CERTIFICATE_WARNING_DAYS, countDaysLeft, credentialCertificateEnd } from "../../../adapters/graph/certificates";
import { GraphError } from "../../../adapters/graph/graph";
import { CredentialError } from "../../../adapters/graph/sign-in";
import { readErrorTrace } from "../../../adapters/report";
import { seenPasswords } from "../../../adapters/tables/seen-passwords";
import { tables } from "../../../adapters/tables/tables";
import { type WorkNotes, workNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import {
  apiConnectors,
  connectorCertificateEnd,
  type GateConnector,
  isBasic,
  selectGateConnectors,
} from "../../entra/client/api-connectors";
import { rotateGate } from "../client/rotation";
import { rotationSettings, rotationVariables } from "../client/rotation-settings";

const gatesSchema = v.array(v.object({ gate: v.string(), secret: v.string(), urls: v.record(v.string(), v.string()) }));

/** A failure at one gate does not stop the rotation of others. It is logged and counted, and the next day's run tries again. */
export function rotationHandler(world: Pick<World, "settings" | "tables" | "secrets" | "directory" | "clock" | "log">) {
  const { settings, clock, log } = world;
  const everyMs = Number(requireVariable(rotationVariables.rotationDays, settings)) * MS_PER_DAY;
  const gates = gatesIn(settings).map(({ secret, ...gate }) => ({
    ...gate,
    secret: credentialsSecret(
      world.secrets,
      secret,
      seenPasswords({ client: world.tables, name: requireVariable(environment.ledgerTable, world.settings), key: tables.ledger.key }),
    ),
  }));
  const currentSettings = rotationSettings(world);
  const now = () => new Date(clock.now());
  const notes = workNotes(world, "rotation");

  async function rotate(): Promise<void> {
    try {
      const application = await currentSettings();
      const { credential } = application;
      const clientSecret = credentialReader(application, currentSettings);
      const tenant = apiConnectors(world.directory({ ...application, clientSecret, log }));
      const connectors = await tenant.connectors();
      const ours = gates.flatMap(({ urls }) => selectGateConnectors(connectors, urls));
      watchCertificates(ours, credential, world);
      if (ours.length === 0) {
        log.error("rotation finds no connector", { problem: "no connector of the secret's tenant calls this deployment" });
        log.count("RotationStuck");
        await notes.failed("no-connector");
      } else await notes.succeeded();
      for (const { gate, secret, urls } of gates) {
        try {
          const own = selectGateConnectors(connectors, urls).filter(({ connector }) => isBasic(connector));
          if (own.length === 0) {
            log.info("rotation", { gate, task: "none", notSeenAt: [] });
            continue;
          }
          const update = ({ connector: { id } }: GateConnector, credential: UserPassword) => tenant.updateConnector(id, { credential });
          const { task, current, isOverdue } = await rotateGate(secret, own, { everyMs, now, sleep, update });
          const { notSeenAt } = current;
          if (task !== "rest") log.info("rotation", { gate, task, notSeenAt });
          if (!isOverdue) {
            await notes.succeeded(gate);
            continue;
          }
          log.error("rotation overdue", { gate, notSeenAt });
          log.count("RotationStuck");
          await notes.failed("overdue", { part: gate });
        } catch (error) {
          await report({ log, notes }, error, gate);
        }
      }
    } catch (error) {
      await report({ log, notes }, error, undefined);
    }
  }

  return composeHandler(world, rotate, answerPermissionsCall(world, currentSettings));
}

/**
 * Logs the error; of Graph's errors, only codes, because the message may quote the request. Throws unexpected errors again, so that the run
 * fails.
 */
async function report(
  { log, notes }: { readonly log: World["log"]; readonly notes: WorkNotes },
  error: unknown,
  gate: string | undefined,
): Promise<void> {
  if (error instanceof RotatedMeanwhileError) {
    // Whoever rotated the password meanwhile, another run or a person, continues the rotation.
    log.info("rotated meanwhile", { gate });
    return;
  }
  await notes.failed(error, gate === undefined ? {} : { part: gate });
  if (error instanceof SettingsError || error instanceof CredentialError || error instanceof CredentialsSecretError) {
    log.error("rotation impossible", { gate, problem: error.message });
  } else if (error instanceof GraphError) {
    const { status, code, requestId } = error;
    log.error("rotation put off", { gate, status, code, requestId, failure: readErrorTrace(error) });
  } else {
    throw error;
  }
  log.count("RotationStuck");
}

function watchCertificates(
  ours: ReturnType<typeof selectGateConnectors>,
  credential: string | undefined,
  { clock, log }: Pick<World, "clock" | "log">,
): void {
  const all = [
    ...ours.map(({ connector }) => ({ of: connector.displayName, end: connectorCertificateEnd(connector) })),
    { of: "the application that rotates", end: credentialCertificateEnd(credential) },
  ];
  const daysByConnector = all.flatMap(({ of, end }) =>
    end === undefined ? [] : [{ of, days: countDaysLeft(end, new Date(clock.now())) }],
  );
  for (const { of, days } of daysByConnector) if (days <= CERTIFICATE_WARNING_DAYS) log.warn("certificate ends", { of, days });
  if (daysByConnector.length > 0) log.gauge("CertificateDaysLeft", Math.min(...daysByConnector.map(({ days }) => days)));
}

function gatesIn(settings: Variables) {
  const localApi = settings[workerEnvironment.localApiUrl];
  return v.parse(gatesSchema, JSON.parse(requireVariable(rotationVariables.rotatedGates, settings))).map(({ urls, ...gate }) => ({
    ...gate,
    urls: new Map(Object.entries(urls).map(([path, url]) => [path, localApi === undefined ? url : `${localApi}/${path}`])),
  }));
}
