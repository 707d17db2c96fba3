import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { CredentialsSecretError, credentialsSecret, RotatedMeanwhileError } from "../adapters/aws/credentials-secret";
import { environment, required } from "../adapters/aws/environment";
import { rotationSettings } from "../adapters/aws/rotation-settings";
import { SettingsError } from "../adapters/aws/settings";
import { type ApiConnector, apiConnectors } from "../adapters/graph/api-connectors";
import { CERTIFICATE_WARNING_DAYS, connectorCertificateEnd, credentialCertificateEnd, daysLeft } from "../adapters/graph/certificate-ends";
import { connectorsOf } from "../adapters/graph/gate-connectors";
import { GraphError, graph } from "../adapters/graph/graph";
import { CredentialError } from "../adapters/graph/sign-in";
import { seenPasswords } from "../adapters/tables/seen-passwords";
import { tables } from "../adapters/tables/tables";
import { MS_PER_DAY } from "../engine/sign-up/time";
import { count, gauge, logger, traceOf } from "./report";
import { rotateGate, type ScheduledGate } from "./rotate-gate";

const gatesSchema = v.array(v.object({ gate: v.string(), secret: v.string(), urls: v.record(v.string(), v.string()) }));
const localApi = process.env[environment.localApiUrl];
const everyMs = Number(required(environment.rotationDays)) * MS_PER_DAY;
const secrets = awsClient(secretsManager);
const seen = seenPasswords({ client: awsClient(dynamodb), name: required(environment.ledgerTable), key: tables.ledger.key });
const gates: readonly ScheduledGate[] = v
  .parse(gatesSchema, JSON.parse(required(environment.rotatedGates)))
  .map(({ gate, secret, urls }) => ({
    gate,
    secret: credentialsSecret(secrets, secret, seen),
    urls: new Map(Object.entries(urls).map(([path, url]) => [path, localApi === undefined ? url : `${localApi}/${path}`])),
  }));

/**
 * Takes the rotation of each gate's password as far as it goes now, and looks when certificates end. Gates do not wait for
 * each other: what fails is told and counted, and tried again the next day.
 */
export async function handler(): Promise<void> {
  try {
    const settings = await rotationSettings();
    const tenant = apiConnectors(graph({ ...settings, clientSecret: async () => settings.credential }));
    const connectors = await tenant.connectors();
    watchCertificates(connectors, settings.credential);
    if (gates.every(({ urls }) => connectorsOf(connectors, urls).length === 0)) {
      logger.error("rotation finds no connector", { problem: "no connector of the secret's tenant calls this deployment" });
      count("RotationStuck");
    }
    for (const gate of gates) {
      await reporting(gate.gate, async () => {
        const { task, notSeenAt, isOverdue } = await rotateGate(gate, { tenant, connectors, everyMs, now: () => new Date(), sleep });
        if (task !== "rest") logger.info("rotation", { gate: gate.gate, task, notSeenAt });
        if (!isOverdue) return;
        logger.error("rotation overdue", { gate: gate.gate, notSeenAt });
        count("RotationStuck");
      });
    }
  } catch (error) {
    told(error, undefined);
  }
}

async function reporting(gate: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    told(error, gate);
  }
}

/** Codes alone: messages may quote what was asked for. What nobody expected fails the run. */
function told(error: unknown, gate: string | undefined): void {
  if (error instanceof RotatedMeanwhileError) {
    // A run that was started twice, or a person: the other one goes on with it.
    logger.info("rotated meanwhile", { gate });
    return;
  }
  if (error instanceof SettingsError || error instanceof CredentialError || error instanceof CredentialsSecretError) {
    logger.error("rotation impossible", { gate, problem: error.message });
  } else if (error instanceof GraphError) {
    const { status, code, requestId } = error;
    logger.error("rotation put off", { gate, status, code, requestId, failure: traceOf(error) });
  } else {
    throw error;
  }
  count("RotationStuck");
}

/** Those that connectors of ours show, and the application's own. */
function watchCertificates(connectors: readonly ApiConnector[], credential: string): void {
  const now = new Date();
  const ours = gates.flatMap(({ urls }) => connectorsOf(connectors, urls));
  const all = [
    ...ours.map(({ connector }) => ({ of: connector.displayName, end: connectorCertificateEnd(connector) })),
    { of: "the application that rotates", end: credentialCertificateEnd(credential) },
  ];
  const left = all.flatMap(({ of, end }) => (end === undefined ? [] : [{ of, days: daysLeft(end, now) }]));
  for (const { of, days } of left) if (days <= CERTIFICATE_WARNING_DAYS) logger.warn("certificate ends", { of, days });
  if (left.length > 0) gauge("CertificateDaysLeft", Math.min(...left.map(({ days }) => days)));
}
