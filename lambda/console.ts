import { handle } from "hono/aws-lambda";
import gatePolicies from "#gates";
import afterSignIn from "#policy/after-sign-in";
import beforeCreateUser from "#policy/before-create-user";
import { alarmsService, ringingAlarms } from "../adapters/aws/alarms";
import { awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { functionStarter } from "../adapters/aws/functions";
import { personHash } from "../adapters/aws/person-key";
import { secretVersion } from "../adapters/aws/secret-version";
import { changeSetStore } from "../adapters/list-changes/store";
import { watchingLooseEnds } from "../adapters/loose-ends";
import { accessListStore } from "../adapters/tables/access-list";
import { approvalStore } from "../adapters/tables/approvals";
import { auditStore } from "../adapters/tables/audit";
import { readCounts } from "../adapters/tables/counts";
import { decisionStore } from "../adapters/tables/decisions";
import { editedRows } from "../adapters/tables/edited-rows";
import { referenceDataStore } from "../adapters/tables/reference-data";
import { rows } from "../adapters/tables/rows";
import { tables } from "../adapters/tables/tables";
import { consoleApp } from "../console/app/app";
import { routes } from "../console/app/routes";
import { type Seals, seals } from "../console/session/session";
import { consoleSignIn } from "../console/session/sign-in";
import type { NoteRules } from "../engine/approvals/note-rules";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { Policy } from "../engine/sign-up/policy";
import { logger, reportLooseEnd, traceOf } from "./report";

/** Another value of a secret counts within that time. */
const FRESH_MS = 60_000;

const client = awsClient(dynamodb);
const secrets = awsClient(secretsManager);
const steps: readonly (Policy | undefined)[] = [afterSignIn, beforeCreateUser];
const policies = new Map<string, readonly Policy[]>([
  [DEFAULT_GATE, steps.filter((policy) => policy !== undefined)],
  ...Object.entries(gatePolicies),
]);

/** What a secret's value gives, read when first asked for and again after a minute. */
function fromSecret<T>(variable: string, read: (text: string) => T): () => Promise<T> {
  let kept: { readonly at: number; readonly value: Promise<T> } | undefined;
  return async () => {
    if (kept === undefined || Date.now() - kept.at > FRESH_MS) {
      const value = secretVersion(secrets, required(variable), "AWSCURRENT").then((version) => {
        if (version?.SecretString === undefined) throw new Error(`The secret in ${variable} has no value yet.`);
        return read(version.SecretString);
      });
      kept = { at: Date.now(), value };
      value.catch(() => {
        kept = undefined;
      });
    }
    return await kept.value;
  };
}

function clientSecretIn(text: string): string {
  const { clientSecret } = JSON.parse(text) as { clientSecret?: unknown };
  if (typeof clientSecret !== "string" || clientSecret === "")
    throw new Error("The console's secret has no clientSecret: see docs/console.md.");
  return clientSecret;
}

const simulatorUrl = process.env[environment.localSimulatorUrl];
const alarmStack = process.env[environment.alarmStack];
const hashes = personHash(secrets, required(environment.personKeySecret));

const app = consoleApp(routes, {
  world: {
    accessList: accessListStore(client, required(environment.accessListTable)),
    decisions: decisionStore(client, required(environment.decisionsTable)),
    approvals: approvalStore(client, required(environment.approvalsTable)),
    legibleApprovals: (tell) => approvalStore(client, required(environment.approvalsTable), tell),
    profiles: editedRows(client, required(environment.profilesTable), tables.profiles.key),
    referenceData: referenceDataStore(client, required(environment.referenceDataTable)),
    ledger: editedRows(client, required(environment.ledgerTable), tables.ledger.key),
    erasures: functionStarter(required(environment.personErasureFunction)),
    counts: readCounts(client, required(environment.ledgerTable)),
    ...(alarmStack !== undefined && { alarms: () => ringingAlarms(awsClient(alarmsService), alarmStack) }),
    audit: auditStore(client, required(environment.auditTable), hashes),
    changes: changeSetStore(client, required(environment.listChangesTable)),
    secondPerson: process.env[environment.consoleSecondPerson] === "dangerous",
    rows: rows(client),
    hashes,
    ...(simulatorUrl !== undefined && { simulatorUrl }),
    // Put in by the build.
    notes: JSON.parse(process.env.GATEHOUSE_CONSOLE_NOTES ?? "{}") as NoteRules,
    gates: [...policies.keys()],
    policiesAt: (gate) => policies.get(gate) ?? [],
  },
  signIn: consoleSignIn({
    // `npm start` sets it to its own provider.
    issuer: process.env.GATEHOUSE_ENDPOINT_OPENID ?? required(environment.consoleIssuer),
    clientId: required(environment.consoleClientId),
    clientSecret: fromSecret(environment.consoleClientSecret, clientSecretIn),
  }),
  seals: fromSecret<Seals>(environment.consoleSessionKey, seals),
  scheme: process.env.GATEHOUSE_ENDPOINT_OPENID?.startsWith("http:") ? "http" : "https",
  now: () => new Date(),
  reportNoRenewal: () => logger.warn("sign-in without refresh token"),
  report: ({ error, ...told }) => logger.error("console failed", { ...told, failure: traceOf(error) }),
});

const answer = handle(app);

/** A preview asks the policy's rules: what they leave behind ends no other page. */
export const handler: typeof answer = (event, context) => watchingLooseEnds(reportLooseEnd, async () => await answer(event, context));
