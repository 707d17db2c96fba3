import { handle } from "hono/aws-lambda";
import { ringingAlarms } from "../adapters/aws/alarms";
import { environment, required } from "../adapters/aws/environment";
import { type EventBus, eventBus } from "../adapters/aws/event-bus";
import { keptValue } from "../adapters/aws/kept-value";
import { personHash } from "../adapters/aws/person-key";
import { secretVersion } from "../adapters/aws/secret-version";
import { changeSetStore } from "../adapters/list-changes/store";
import { watchingLooseEnds } from "../adapters/loose-ends";
import { accessListStore } from "../adapters/tables/access-list";
import { accessRunStore } from "../adapters/tables/access-runs";
import { accountStore } from "../adapters/tables/accounts";
import { approvalStore } from "../adapters/tables/approvals";
import { auditStore } from "../adapters/tables/audit";
import { colleagueStore } from "../adapters/tables/colleagues";
import { readCounts } from "../adapters/tables/counts";
import { decisionStore } from "../adapters/tables/decisions";
import { delegationStore } from "../adapters/tables/delegations";
import { readDomainCounts } from "../adapters/tables/domain-counts";
import { editedRows } from "../adapters/tables/edited-rows";
import { lookAlikes } from "../adapters/tables/look-alikes";
import { partnerStore } from "../adapters/tables/partners";
import { postureStore } from "../adapters/tables/postures";
import { referenceDataStore } from "../adapters/tables/reference-data";
import { rows } from "../adapters/tables/rows";
import { tableNamesIn, tables } from "../adapters/tables/tables";
import { taskStore } from "../adapters/tables/tasks";
import type { World } from "../adapters/world";
import { consoleApp } from "../console/app/app";
import { routes } from "../console/app/routes";
import { type Seals, seals } from "../console/session/session";
import { consoleSignIn } from "../console/session/sign-in";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { Policy } from "../engine/sign-up/policy";
import { MS_PER_MINUTE } from "../engine/sign-up/time";
import { TASK_ASSIGNED, type TaskAssigned } from "../engine/tasks/event";
import { busEvents } from "./publish-changes";
import { reportLooseEnd, traceOf } from "./report";

/** `npm start` sets it to its own provider. */
const OPENID_VARIABLE = "GATEHOUSE_ENDPOINT_OPENID";

/** What the build puts into the console of a policy folder. */
export interface ConsoleBuild {
  /** The steps of the unnamed gate; undefined for one that the policy folder does not have. */
  readonly steps: readonly (Policy | undefined)[];
  /** Those of the named gates. */
  readonly gates: Readonly<Record<string, readonly Policy[]>>;
}

/** The operators' web app. */
export function consoleHandler({ steps, gates }: ConsoleBuild) {
  return (world: Pick<World, "settings" | "tables" | "secrets" | "functions" | "alarms" | "bus" | "clock" | "log">) => {
    const { settings, tables: client, clock, log } = world;
    const nameOf = tableNamesIn(settings);
    const policies = new Map<string, readonly Policy[]>([
      [DEFAULT_GATE, steps.filter((policy) => policy !== undefined)],
      ...Object.entries(gates),
    ]);
    const simulatorUrl = settings[environment.localSimulatorUrl];
    const alarmStack = settings[environment.alarmStack];
    // Few enough that nobody is asked whether a rule listens.
    const bus = eventBus(world.bus, required(environment.eventBus, settings), async () => true);
    const hashes = personHash(world.secrets, required(environment.personKeySecret, settings), clock);

    const app = consoleApp(routes, {
      world: {
        accessList: accessListStore(client, nameOf("accessList")),
        decisions: decisionStore(client, nameOf("decisions")),
        approvals: approvalStore(client, nameOf("approvals")),
        legibleApprovals: (tell) => approvalStore(client, nameOf("approvals"), tell),
        accounts: (tell) => accountStore(client, nameOf("accounts"), tell),
        profiles: editedRows(client, nameOf("profiles"), tables.profiles.key),
        referenceData: referenceDataStore(client, nameOf("referenceData")),
        ledger: editedRows(client, nameOf("ledger"), tables.ledger.key),
        tasks: taskStore(client, nameOf("ledger")),
        colleagues: colleagueStore(client, nameOf("ledger")),
        delegations: delegationStore(client, nameOf("ledger")),
        accessRuns: accessRunStore(client, nameOf("ledger")),
        tellAssigned: (event) => tellAssigned(bus, world, event),
        erasures: world.functions(required(environment.personErasureFunction, settings)),
        incidentWork: world.functions(required(environment.incidentWorkerFunction, settings)),
        reachesAccounts: settings[environment.incidentAccounts] === "true",
        counts: readCounts(client, nameOf("ledger")),
        domainCounts: readDomainCounts(client, nameOf("ledger"), () => new Date(clock.now())),
        alike: lookAlikes(client, nameOf, () => new Date(clock.now())),
        ...(alarmStack !== undefined && { alarms: () => ringingAlarms(world.alarms, alarmStack) }),
        audit: auditStore(client, nameOf("audit"), hashes),
        changes: changeSetStore(client, nameOf("listChanges")),
        secondPerson: settings[environment.consoleSecondPerson] === "dangerous",
        partners: partnerStore(client, nameOf("decisions")),
        postures: postureStore(client, nameOf("decisions")),
        rows: rows(client, nameOf),
        hashes,
        ...(simulatorUrl !== undefined && { simulatorUrl }),
        gates: [...policies.keys()],
        policiesAt: (gate) => policies.get(gate) ?? [],
      },
      signIn: consoleSignIn({
        issuer: settings[OPENID_VARIABLE] ?? required(environment.consoleIssuer, settings),
        clientId: required(environment.consoleClientId, settings),
        clientSecret: fromSecret(world, environment.consoleClientSecret, clientSecretIn),
      }),
      seals: fromSecret<Seals>(world, environment.consoleSessionKey, seals),
      scheme: settings[OPENID_VARIABLE]?.startsWith("http:") ? "http" : "https",
      now: () => new Date(clock.now()),
      reportNoRenewal: () => log.warn("sign-in without refresh token"),
      report: ({ error, ...facts }) => log.error("console failed", { ...facts, failure: traceOf(error) }),
    });

    const answer = handle(app);
    /** A preview asks the policy's rules: what they leave behind ends no other page. */
    const handler: typeof answer = (event, context) =>
      watchingLooseEnds(
        (end) => reportLooseEnd(world, end),
        async () => await answer(event, context),
      );
    return handler;
  };
}

/** The task is assigned whether or not the bus takes the event. */
async function tellAssigned(bus: EventBus, { settings, log }: Pick<World, "settings" | "log">, detail: TaskAssigned): Promise<void> {
  for (const delivery of await bus.put(busEvents({ type: TASK_ASSIGNED, detail }, settings))) {
    if (delivery.state === "taken") continue;
    log.error("event skipped", { type: TASK_ASSIGNED, ...("why" in delivery && { why: delivery.why }) });
    log.count("RowsSkipped");
  }
}

/** What a secret's value gives, read when first asked for and again after a minute. */
function fromSecret<T>(
  { settings, secrets, clock }: Pick<World, "settings" | "secrets" | "clock">,
  variable: string,
  read: (text: string) => T,
): () => Promise<T> {
  const readNow = async () => {
    const version = await secretVersion(secrets, required(variable, settings), "AWSCURRENT");
    if (version?.SecretString === undefined) throw new Error(`The secret in ${variable} has no value yet.`);
    return read(version.SecretString);
  };
  return keptValue(readNow, { clock, freshMs: MS_PER_MINUTE });
}

function clientSecretIn(text: string): string {
  const { clientSecret } = JSON.parse(text) as { clientSecret?: unknown };
  if (typeof clientSecret !== "string" || clientSecret === "")
    throw new Error("The console's secret has no clientSecret: see docs/console.md.");
  return clientSecret;
}
