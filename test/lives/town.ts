import type { DynamoDBRecord, SQSEvent } from "aws-lambda";
import { arrivalEnvironment } from "../../adapters/graph/arrivals/settings";
import { graphEnvironment } from "../../adapters/graph/graph";
import { accessRunStore } from "../../adapters/tables/access-runs";
import { accountStore } from "../../adapters/tables/accounts";
import { approvalStore } from "../../adapters/tables/approvals";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import type { World } from "../../adapters/world";
import { readAccount } from "../../engine/access/account";
import type { AccessTerms } from "../../engine/access/terms";
import { readRequest } from "../../engine/approvals/request";
import { keyedHash } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import { accessHandler } from "../../handlers/access";
import { approvalPublisherHandler } from "../../handlers/approval-publisher";
import { sweeperHandler } from "../../handlers/approval-sweeper";
import { arrivalsHandler } from "../../handlers/arrivals";
import { decisionPublisherHandler } from "../../handlers/decisions";
import { connectorHandler } from "../../handlers/sign-up";
import { lambdaContext } from "../lambda/invoke";
import type { MemoryChange } from "../memory/tables";
import { memoryWorld } from "../memory/world";
import { createApprovalsTable } from "../support/approvals-table";
import { createDecisionsTable } from "../support/decisions-table";
import { proxyEvent } from "../support/events";
import { createKeyTable } from "../support/key-table";
import type { Chance } from "./chance";
import { type TownDirectory, townDirectory } from "./directory";
import { lifetime, mortalWorld } from "./process";
import type { Promises } from "./promises";

const PERSON_KEY = "k".repeat(64);
export const hashOf = keyedHash(PERSON_KEY);

const registration = { tenantId: "11111111-1111-1111-1111-111111111111", clientId: "22222222-2222-2222-2222-222222222222" };
const settingsWith = (terms: AccessTerms) => ({
  ACCESS_LIST_TABLE: "list",
  DECISIONS_TABLE: "decisions",
  DECISION_DAYS: "90",
  LEDGER_TABLE: "ledger",
  APPROVALS_TABLE: "approvals",
  ACCOUNTS_TABLE: "accounts",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  EVENT_BUS: "bus",
  APPROVALS_SECRET: "approvals-secret",
  ACCESS_TERMS: JSON.stringify({ default: terms }),
  [graphEnvironment.tenant]: registration.tenantId,
  [graphEnvironment.client]: registration.clientId,
  [graphEnvironment.secret]: "graph-secret",
  [arrivalEnvironment.sponsors]: "true",
});
const secrets = {
  "person-key": PERSON_KEY,
  "graph-secret": "s",
  "approvals-secret": JSON.stringify({
    ...registration,
    clientSecret: "s",
    tenantDomain: "contoso.onmicrosoft.com",
    redirectUrl: "https://app.contoso.com/",
  }),
};

/** What is to be done by somebody else, and may be done twice. */
type Delivery =
  | { readonly to: "decisions" | "approvals"; readonly record: DynamoDBRecord }
  | { readonly to: "arrivals" | "access"; readonly event: object };

export interface Town {
  readonly world: World;
  readonly directory: TownDirectory;
  readonly store: ReturnType<typeof approvalStore>;
  readonly accounts: ReturnType<typeof accountStore>;
  readonly runs: ReturnType<typeof accessRunStore>;
  /** How often a run of a function is ended from outside, from 0 to 1. */
  deaths: number;
  /** Whether what is written now is an operator's doing. */
  isOperators: boolean;
  /** Runs something in a world that may end; its own errors are thrown if it did not. @returns undefined where it was ended */
  run<T>(work: (world: World) => Promise<T>): Promise<T | undefined>;
  signUp(claims: object): Promise<string | undefined>;
  sweep(): Promise<void>;
  endAccess(): Promise<void>;
  /** Gives what waits in streams and queues to those who wait for it. @param all whether nothing may be left */
  deliver(all: boolean): Promise<void>;
  readonly waiting: () => number;
}

/** A deployment in memory, whose functions run in the product's own code, and the tenant it works for. */
export async function foundTown(
  chance: Chance,
  clocks: { readonly entra: () => number; readonly ours: () => number },
  policy: Policy<"before-create-user">,
  terms: AccessTerms,
  promises: Promises,
  tell: (what: string, about: string) => void,
): Promise<Town> {
  let queue: Delivery[] = [];
  const directory = townDirectory(clocks.entra, chance, (write) => {
    promises.directoryWrite(write);
    tell(`account ${write.what}`, write.account.id);
  });
  let sequence = 0;

  function onChange({ tableName, keys, before, after }: MemoryChange): void {
    sequence += 1;
    const [OldImage, NewImage] = [before, after];
    const record = {
      eventName: after === undefined ? "REMOVE" : before === undefined ? "INSERT" : "MODIFY",
      dynamodb: { Keys: keys, ...(OldImage && { OldImage }), ...(NewImage && { NewImage }), SequenceNumber: String(sequence) },
    } as DynamoDBRecord;
    if (tableName === "decisions" || tableName === "approvals") queue.push({ to: tableName, record });
    if (after === undefined) return;
    if (tableName === "approvals") {
      const old = before && readRequest(toRow(before as Item));
      promises.requestWritten(old, readRequest(toRow(after as Item)), town.isOperators);
    }
    if (tableName === "accounts") promises.accountWritten(before && readAccount(toRow(before as Item)), readAccount(toRow(after as Item)));
  }

  const { world, observed } = memoryWorld({
    settings: settingsWith(terms),
    secrets,
    clock: { now: clocks.ours, startTimer: () => () => undefined },
    random: { fraction: () => chance.next(), uuid: () => uuid(chance) },
    directory: () => directory.client(() => undefined),
    onChange,
  });
  await createKeyTable(world.tables, "list", "accessList");
  await createKeyTable(world.tables, "ledger", "ledger");
  await createKeyTable(world.tables, "accounts", "accounts");
  await createApprovalsTable(world.tables, "approvals");
  await createDecisionsTable(world.tables, "decisions");
  await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "never.example", effect: "deny" }) });

  /** What went out on the bus goes to those whose rules take it. */
  function route(): void {
    for (const { type, detail } of observed.events.splice(0)) {
      const event = { "detail-type": type, detail };
      if (type === "sign-up.decided.v1" && (detail as { verdict: string }).verdict === "continue") queue.push({ to: "arrivals", event });
      if (type === "approval.decided.v1") queue.push({ to: "access", event });
    }
    observed.lines.length = 0;
    observed.mails.length = 0;
  }

  /** Whether it was taken. */
  async function give(delivery: Delivery): Promise<boolean> {
    const failures = await town.run(async (mortal): Promise<number> => {
      if (delivery.to === "access") {
        await accessHandler(mortal)(delivery.event, plenty);
        return 0;
      }
      if (delivery.to === "arrivals") {
        const message = { Records: [{ messageId: "1", body: JSON.stringify(delivery.event) }] } as SQSEvent;
        return (await arrivalsHandler(mortal)(message)).batchItemFailures.length;
      }
      if (!("record" in delivery)) return 0;
      const handler = delivery.to === "decisions" ? decisionPublisherHandler(mortal) : approvalPublisherHandler(mortal);
      return (await handler({ Records: [delivery.record] })).batchItemFailures.length;
    });
    route();
    return failures === 0;
  }

  const town: Town = {
    world,
    directory,
    store: approvalStore(world.tables, "approvals"),
    accounts: accountStore(world.tables, "accounts"),
    runs: accessRunStore(world.tables, "ledger"),
    deaths: 0,
    isOperators: false,
    async run(work) {
      const mortal = mortalWorld(world, directory, lifetime(chance, town.deaths));
      const result = await work(mortal.world).catch((error: unknown) => {
        if (!mortal.isDead()) throw promises.broken ?? error;
        return undefined;
      });
      // A handler may have caught it.
      if (promises.broken !== undefined) throw promises.broken;
      return mortal.isDead() ? undefined : result;
    },
    async signUp(claims) {
      const event = proxyEvent("/before-create-user", JSON.stringify(claims));
      const requestContext = { ...event.requestContext, requestTimeEpoch: clocks.ours() };
      const answer = await town.run((mortal) => {
        const { functions: _, ...stepWorld } = mortal;
        return connectorHandler(policy)(stepWorld)({ ...event, requestContext }, lambdaContext);
      });
      return answer === undefined ? undefined : String((JSON.parse(answer.body) as { action: string }).action);
    },
    async sweep() {
      await town.run((mortal) => sweeperHandler(mortal)({}, plenty));
    },
    async endAccess() {
      await town.run((mortal) => accessHandler(mortal)({}, plenty));
    },
    async deliver(all) {
      for (let round = 0; queue.length > 0 && round < (all ? 5 : 1); round++) {
        const now = queue;
        queue = [];
        for (const delivery of now) {
          const isTaken = (all || chance.is(0.9)) && (await give(delivery));
          // A queue gives out again what failed, and sometimes what did not; not for ever.
          if (!isTaken ? all || chance.is(0.95) : chance.is(0.02)) queue.push(delivery);
        }
      }
      if (all) queue = [];
    },
    waiting: () => queue.length,
  };
  return town;
}

const plenty = { getRemainingTimeInMillis: () => 900_000 };

function uuid(chance: Chance): string {
  const digits = Array.from({ length: 32 }, () => chance.below(16).toString(16)).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20)].join("-");
}
