import { createServer, type Server } from "node:http";
import type { Context, DynamoDBRecord } from "aws-lambda";
import { type Item, toRow } from "../../../../adapters/tables/item";
import type { Row } from "../../../../engine/sign-up/rule";
import type { SignUp } from "../../../../engine/sign-up/sign-up";
import type { AccountRow } from "../../../../features/accounts/account";
import { accountStore } from "../../../../features/accounts/store/accounts";
import { type ApprovalRequest, requestId } from "../../../../features/approvals/request";
import { type ApprovalStore, approvalStore } from "../../../../features/approvals/store/approvals";
import { approve, submit } from "../../../../features/approvals/transitions";
import { type GraphOptions, type GraphStandIn, serveGraph } from "../../../../local/stand-ins/graph/graph";
import { hashOf } from "../../../engine/sign-up/people";
import { createDecisionsTable } from "../../../support/decisions-table";
import { listen, startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";
import { createKeyTable } from "../../../support/key-table";
import { alice, asking, later, rowOf } from "../requests";
import { createApprovalsTable } from "../store/approvals-table";

/** The table's name. */
export const LEDGER = "ledger-test";
export const ACCOUNTS = "accounts-test";
export const LIST = "list-test";
const DECISIONS = "decisions-test";
export const TENANT = "contoso.onmicrosoft.com";

/** Settings as an operator puts them into the secret. */
export const settings = {
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "secret of the application",
  tenantDomain: TENANT,
  redirectUrl: "https://app.contoso.com/",
};

/** What the workers find: a table, a Graph, a secret. Time stands still until it is moved. */
export interface ApprovalWorld {
  readonly database: TestDynamoDb;
  readonly store: ApprovalStore;
  readonly graph: GraphStandIn;
  /** What the secret holds. */
  secret: string;
  /** A request made, and approved, now. */
  approved(signUp: SignUp): Promise<ApprovalRequest>;
  get(id: string): Promise<ApprovalRequest>;
  /** The rows of a person's accounts. */
  accountsOf(personId: string): Promise<readonly AccountRow[]>;
  /** The rows of the ledger. */
  noted(): Promise<readonly Row[]>;
  /** Moves the clock, in milliseconds. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** Sets the environment, too, as Lambda would. */
export async function startApprovalWorld(options: GraphOptions = {}): Promise<ApprovalWorld> {
  // The date alone: sockets need the timers.
  vi.useFakeTimers({ now: later(0), toFake: ["Date"] });
  const database = await startDynamoDb();
  await createApprovalsTable(database.client, "approvals-test");
  await createKeyTable(database.client, LEDGER, "ledger");
  await createKeyTable(database.client, ACCOUNTS, "accounts");
  await createKeyTable(database.client, LIST, "accessList");
  await createDecisionsTable(database.client, DECISIONS);
  const store = approvalStore(database.client, "approvals-test");
  const graph = await serveGraph({ tenantDomain: TENANT, ...options });
  const secrets: Server = createServer((_, response) => {
    response.end(JSON.stringify({ SecretString: world.secret }));
  });
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await listen(secrets),
    GATEHOUSE_ENDPOINT_GRAPH: graph.url,
    GATEHOUSE_ENDPOINT_LOGIN: graph.url,
    APPROVALS_TABLE: "approvals-test",
    LEDGER_TABLE: LEDGER,
    ACCOUNTS_TABLE: ACCOUNTS,
    ACCESS_LIST_TABLE: LIST,
    DECISIONS_TABLE: DECISIONS,
    ASKED_LISTS: JSON.stringify({ default: [{ classes: [] }] }),
    APPROVALS_SECRET: "settings",
  });
  const world: ApprovalWorld = {
    database,
    store,
    graph,
    secret: JSON.stringify(settings),
    async approved(signUp) {
      const id = requestId(signUp, hashOf);
      rowOf(await store.change(id, (stored) => submit(stored, asking({ signUp }), new Date())));
      return rowOf(await store.change(id, (stored) => approve(stored, { by: alice }, new Date())));
    },
    async get(id) {
      const request = await store.get(id);
      if (request === undefined) throw new Error("There is no such request.");
      return request;
    },
    async accountsOf(personId) {
      const found: AccountRow[] = [];
      for await (const page of accountStore(database.client, ACCOUNTS).byPerson(personId)) found.push(...page);
      return found;
    },
    async noted() {
      const { Items } = await database.client.call<{ Items: Item[] }>("Scan", { TableName: LEDGER });
      return Items.map(toRow);
    },
    pass: (ms) => {
      vi.setSystemTime(Date.now() + ms);
    },
    async close() {
      vi.useRealTimers();
      await graph.close();
      await database.close();
      secrets.closeAllConnections();
      await new Promise((resolve) => secrets.close(resolve));
    },
  };
  return world;
}

/** An invocation with so much time. */
export function contextWith(remainingMs: number): Pick<Context, "getRemainingTimeInMillis"> {
  return { getRemainingTimeInMillis: () => remainingMs };
}

/** The stream's record of a request, its sequence number the id. */
export function changeOf({ id }: Pick<ApprovalRequest, "id">): DynamoDBRecord {
  return { eventName: "MODIFY", dynamodb: { Keys: { id: { S: id } }, SequenceNumber: id } };
}
