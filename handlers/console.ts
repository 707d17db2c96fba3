import { handle } from "hono/aws-lambda";
import { composeHandler } from "../adapters/aws/compose-handler";
import { environment, requireVariable, workerEnvironment } from "../adapters/aws/environment";
import { type EventBus, eventBus } from "../adapters/aws/event-bus";
import { personHash } from "../adapters/aws/person-key";
import { type KeptValue, keptValue, secretVersion } from "../adapters/aws/secrets";
import { busEvents } from "../adapters/publish-changes";
import { readErrorTrace, reportStray } from "../adapters/report";
import { survivingRejections } from "../adapters/stray-rejections";
import { editedRows } from "../adapters/tables/edited-rows";
import { gatherReads } from "../adapters/tables/gathered-reads";
import { rows } from "../adapters/tables/rows";
import { tableNamesIn, tables } from "../adapters/tables/tables";
import { type WorkNotes, workNotes } from "../adapters/tables/work-notes";
import type { World } from "../adapters/world";
import { consoleApp } from "../console/app/app";
import type { SharedPorts } from "../console/app/ports";
import { consoleVariables } from "../console/app/ports";
import { consolePorts, features } from "../console/features";
import { type Seals, seals } from "../console/session/session";
import { consoleSignIn } from "../console/session/sign-in";
import type { DomainEvent } from "../engine/events/event-kind";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { Policy } from "../engine/sign-up/policy";
import { MS_PER_MINUTE } from "../engine/sign-up/time";
import { joinSteps } from "../engine/sign-up/waiting";
import { events as eventKinds } from "../features/lists/events";

/** `npm start` sets the address of its own OpenID provider. */
const OPENID_VARIABLE = "GATEHOUSE_ENDPOINT_OPENID";

export interface ConsoleBuild {
  /** Policies of the unnamed gate's steps. Undefined for a step that the policy folder lacks. */
  readonly steps: readonly (Policy | undefined)[];
  readonly gates: Readonly<Record<string, readonly Policy[]>>;
}

export function consoleHandler({ steps, gates }: ConsoleBuild) {
  return (
    world: Pick<World, "settings" | "tables" | "secrets" | "functions" | "alarms" | "templateMetadata" | "bus" | "clock" | "log">,
  ) => {
    const { settings, clock, log } = world;
    const nameOf = tableNamesIn(settings);
    const client = gatherReads(world.tables, new Set([nameOf("ledger")]));
    const policies = new Map<string, readonly Policy[]>([
      [DEFAULT_GATE, joinSteps(steps.filter((policy) => policy !== undefined))],
      ...Object.entries(gates).map(([gate, own]) => [gate, joinSteps(own)] as const),
    ]);
    const gateNames = [...policies.keys()];
    const policiesAt = (gate: string) => policies.get(gate) ?? [];
    const simulatorUrl = settings[workerEnvironment.localSimulatorUrl];
    // The bus always sends, without asking whether an EventBridge rule matches: the console publishes few events.
    const notes = workNotes(world, "console-events");
    const bus = eventBus(world.bus, requireVariable(workerEnvironment.eventBus, settings), async () => true);

    const hashes = personHash(world.secrets, requireVariable(environment.personKeySecret, settings), clock);
    const sharedPorts: SharedPorts = {
      ledger: editedRows(client, nameOf("ledger"), tables.ledger.key),
      rows: rows(client, nameOf),
      hashes,
      simulatorUrl,
      gates: gateNames,
      place: {
        ...{ tables: client, nameOf, hashes, settings, gates: gateNames, policies, policiesAt },
        askedLists: () => undefined,
        now: () => new Date(clock.now()),
      },
      policiesAt,
    };

    const app = consoleApp(features, {
      world: consolePorts({ ...world, tables: client, shared: sharedPorts, nameOf, publish: (event) => publish(bus, world, notes, event) }),
      signIn: consoleSignIn({
        issuer: settings[OPENID_VARIABLE] ?? requireVariable(consoleVariables.consoleIssuer, settings),
        clientId: requireVariable(consoleVariables.consoleClientId, settings),
        clientSecret: createSecretReader(world, consoleVariables.consoleClientSecret, clientSecretIn),
      }),
      seals: createSecretReader<Seals>(world, consoleVariables.consoleSessionKey, seals),
      scheme: settings[OPENID_VARIABLE]?.startsWith("http:") ? "http" : "https",
      now: () => new Date(clock.now()),
      reportNoRenewal: () => log.warn("sign-in without refresh token"),
      report: ({ error, ...facts }) => log.error("console failed", { ...facts, failure: readErrorTrace(error) }),
    });

    const answer = handle(app);
    /** Rejected promises that a policy's rules leave behind in a preview must not end the answers to other requests. */
    const handler: typeof answer = (event, context) =>
      survivingRejections(
        (error) => reportStray(world, error),
        async () => await answer(event, context),
      );
    return composeHandler({ log }, handler);
  };
}

/** If the bus does not accept the event, the change itself stays. */
async function publish(
  bus: EventBus,
  { settings, log }: Pick<World, "settings" | "log">,
  notes: WorkNotes,
  event: DomainEvent,
): Promise<void> {
  for (const delivery of await bus.put(busEvents(event, settings, eventKinds))) {
    if (delivery.state === "taken") continue;
    log.error("event skipped", { type: event.type, ...("why" in delivery && { why: delivery.why }) });
    log.count("RowsSkipped");
    // The event is lost, whatever comes of the next one.
    await notes.failed("why" in delivery ? delivery.why : delivery.state);
  }
}

/** Returns a function that reads a value from a secret. A value that is older than a minute is read again. */
function createSecretReader<T>(
  { settings, secrets, clock }: Pick<World, "settings" | "secrets" | "clock">,
  variable: string,
  read: (text: string) => T,
): KeptValue<T> {
  const readNow = async () => {
    const version = await secretVersion(secrets, requireVariable(variable, settings), "AWSCURRENT");
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
