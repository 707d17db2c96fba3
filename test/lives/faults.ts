import { type AwsClient, AwsError } from "../../adapters/aws/client";
import type { BusClient } from "../../adapters/aws/event-bus";
import type { Chance } from "./chance";

/** What a deployment in AWS rests on. */
const services = ["tables", "bus", "secrets", "mail", "archive"] as const;
export type TownService = (typeof services)[number];

/** How a call can fail, the client's own repeats included. */
type Fault =
  /** Nothing was done. */
  | "refused"
  /** It was done, and the answer got lost. */
  | "unheard"
  /** It was done, the answer got lost, and the client asked once more. */
  | "repeated";

const refusals = ["ProvisionedThroughputExceededException", "InternalServerError", "TransactionConflictException"] as const;

/** So often something is wrong with a service, and so often one of its calls fails then. */
const STORMS = 0.25;
const FLAKY = 0.08;
/** A run makes few calls to send mail, and what matters is that one of them fails and the next does not. */
const FLAKY_MAIL = 0.4;
const DOWN = 0.25;

/** What AWS does to a town's functions. */
export interface Faults {
  /** What comes next: mostly nothing; else one service is flaky, or down. */
  blow(): void;
  calm(): void;
  /** One call. @param onFault called where it fails, or only seems to have succeeded */
  around<T>(service: TownService, work: () => Promise<T>, onFault: () => void): Promise<T>;
  /** @param unread keys that were left over and not asked for again */
  client(service: TownService, client: AwsClient, onFault: () => void, unread: Set<string>): AwsClient;
  bus(client: BusClient, onFault: () => void): BusClient;
}

interface BatchGet {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly object[] }>>;
}

const named = (table: string, key: object) => `${table} ${JSON.stringify(key)}`;

/** @param tell hears of each call that fails */
export function faultsOf(chance: Chance, tell: (what: string, about: string) => void): Faults {
  let struck: TownService | undefined;
  let rate = 0;

  function nextFault(service: TownService, isRepeated: boolean): Fault | undefined {
    if (service !== struck || !chance.is(rate)) return undefined;
    const dice = chance.next();
    return dice < 0.5 ? "refused" : dice < 0.75 || !isRepeated ? "unheard" : "repeated";
  }

  async function around<T>(service: TownService, work: () => Promise<T>, onFault: () => void, isRepeated = false): Promise<T> {
    const fault = nextFault(service, isRepeated);
    if (fault === undefined) return await work();
    onFault();
    tell(`${service}: a call is ${fault}`, "");
    if (fault === "refused") throw new AwsError(chance.oneOf(refusals) ?? refusals[0], "This service fails now.", 500, {});
    await work();
    if (fault === "repeated") return await work();
    throw new Error("The answer got lost.");
  }

  /** DynamoDB leaves some keys over. */
  async function batchGet<T>(client: AwsClient, input: object, unread: Set<string>, signal: AbortSignal | undefined): Promise<T> {
    const { RequestItems } = input as BatchGet;
    const left: Record<string, BatchGet["RequestItems"][string]> = {};
    const asked: Record<string, BatchGet["RequestItems"][string]> = {};
    for (const [table, how] of Object.entries(RequestItems)) {
      const isLeft = how.Keys.map(() => chance.is(0.5));
      const [over, now] = [how.Keys.filter((_, index) => isLeft[index]), how.Keys.filter((_, index) => !isLeft[index])];
      if (over.length > 0) left[table] = { ...how, Keys: over };
      if (now.length > 0) asked[table] = { ...how, Keys: now };
      for (const key of over) unread.add(named(table, key));
    }
    const answer =
      Object.keys(asked).length === 0 ? { Responses: {} } : await client.call<object>("BatchGetItem", { RequestItems: asked }, signal);
    return { ...answer, UnprocessedKeys: left } as T;
  }

  /** The bus takes some entries. */
  async function putSome(client: BusClient, { Entries = [] }: Parameters<BusClient["putEvents"]>[0]) {
    const isTaken = Entries.map(() => chance.is(0.5));
    const taken = Entries.filter((_, index) => isTaken[index]);
    if (taken.length > 0) await client.putEvents({ Entries: taken });
    return {
      FailedEntryCount: Entries.length - taken.length,
      Entries: isTaken.map((each) => (each ? { EventId: "1" } : { ErrorCode: "InternalFailure" })),
    };
  }

  return {
    around,
    blow() {
      struck = chance.is(STORMS) ? (chance.is(0.5) ? "tables" : chance.oneOf(services)) : undefined;
      rate = chance.is(DOWN) ? 1 : struck === "mail" ? FLAKY_MAIL : FLAKY;
    },
    calm() {
      struck = undefined;
    },
    client: (service, client, onFault, unread) => ({
      warm: () => undefined,
      async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
        if (operation === "BatchGetItem") {
          for (const [table, { Keys }] of Object.entries((input as BatchGet).RequestItems))
            for (const key of Keys) unread.delete(named(table, key));
        }
        const isPart = service === struck && rate < 1 && chance.is(0.3);
        if (isPart && operation === "BatchGetItem") {
          onFault();
          tell("tables: keys are left over", "");
          return await batchGet<T>(client, input, unread, signal);
        }
        return await around(service, () => client.call<T>(operation, input, signal), onFault, service === "tables");
      },
    }),
    bus: (client, onFault) => ({
      listRules: (input) => around("bus", () => client.listRules(input), onFault),
      async putEvents(input) {
        if (struck !== "bus" || rate === 1 || !chance.is(0.3)) return await around("bus", () => client.putEvents(input), onFault);
        onFault();
        tell("bus: entries are refused", "");
        return await putSome(client, input);
      },
    }),
  };
}
