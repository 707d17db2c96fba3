import type { AwsClient } from "../../../adapters/aws/client";
import { type GraphClient, GraphError } from "../../../adapters/graph/graph";
import { toItem, toRow } from "../../../adapters/tables/item";
import { keyedHash } from "../../../engine/sign-up/person";
import type { AccountRow } from "../../../features/accounts/account";
import { arrive, type Newcomer } from "../../../features/accounts/change";
import { accountStore } from "../../../features/accounts/store/accounts";
import { accessEndedKey } from "../../../features/expiry/ended";
import type { ExpiryOfGates } from "../../../features/expiry/expiry";
import type { AccessRun } from "../../../features/expiry/run";
import { accessRunStore } from "../../../features/expiry/store/access-runs";
import { accessHandler } from "../../../features/expiry/worker/access";
import type { LifecyclePolicy } from "../../../local/stand-ins/graph/guest-policies";
import type { MemoryChange, MemoryTables } from "../../memory/tables";
import { memoryWorld } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { createKeyTable } from "../../support/key-table";
import { day, expiry, newcomer } from "../accounts/accounts";

/** An account of the directory. */
export interface Account {
  readonly id: string;
  createdDateTime: string;
  accountEnabled: boolean;
  mail: string;
  roles: readonly object[];
  userType?: string;
  userPrincipalName?: string;
  identities?: readonly object[];
  signInActivity?: object | null;
  externalUserState?: string | null;
  externalUserStateChangeDateTime?: string | null;
  /** Object ids of the sponsors in Entra, if the account has its own. */
  sponsors?: readonly string[];
}

export const accountSettings = JSON.stringify({
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "secret",
  tenantDomain: "contoso.onmicrosoft.com",
  redirectUrl: "https://app.contoso.com/",
});
/** The address that an external tenant's extensions call. */
export const EXTENSION_URL = "https://abc.execute-api.eu-west-1.amazonaws.com";
/** Of the hashes, before a rotation. */
export const EARLIER_KEY = "e".repeat(64);
export const ROLE = { "@odata.type": "#microsoft.graph.directoryRole", id: "role" };
export const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
export const say = { by: { kind: "cli", name: "kim" } } as const;

export const endedId = (email: string) => accessEndedKey({ email }, keyedHash("k".repeat(64))).key.id;

interface LifeOptions {
  readonly gates?: ExpiryOfGates;
  readonly secret?: string;
  readonly onChange?: (change: MemoryChange) => void;
}

export async function begin({ gates = { default: expiry }, secret = accountSettings, onChange }: LifeOptions = {}) {
  let time = day(0).getTime();
  const directory = new Map<string, Account>();
  const calls: string[] = [];
  const settings = {
    fail: undefined as undefined | ((call: string, path: string) => GraphError | undefined),
    /** Accounts that a list leaves out. */
    hidden: [] as readonly string[],
    guestPolicies: [] as readonly LifecyclePolicy[],
    colleague: { id: "colleague" } as object | readonly object[],
    /** Users by the beginning of their address, beside `colleague`, who is mina. */
    colleagues: {} as Readonly<Record<string, object>>,
    /** The sponsors that Entra lists for each account. */
    sponsors: [] as readonly object[],
    /** Objects of an external tenant, by the path of their list. */
    tenant: {} as Readonly<Record<string, readonly object[]>>,
  };

  function called(method: string, path: string): Account | undefined {
    const call = `${method} ${path.replace(/\?.*/, "")}`;
    calls.push(call);
    const refusal = settings.fail?.(call, path);
    if (refusal !== undefined) throw refusal;
    if (path.startsWith("/identity") || path.startsWith("/users?")) return undefined;
    const account = directory.get(path.split(/[/?]/)[2] ?? "");
    if (account === undefined) throw new GraphError({ status: 404, code: "Request_ResourceNotFound" });
    return account;
  }

  const graph = {
    address: (path: string) => `https://graph${path}`,
    pause: async () => undefined,
    get: async (path: string) => {
      const account = called("GET", path);
      if (path.startsWith("/users?$filter=id%20in")) {
        const named = [...directory.values()].filter(({ id }) => path.includes(id));
        // Graph shows members only of those that were asked for.
        const shown = path.endsWith("signInActivity") ? named : named.map(({ signInActivity: _, ...plain }) => plain);
        return { value: shown.filter(({ id }) => !settings.hidden.includes(id)) };
      }
      if (path.startsWith("/users?")) {
        const others = Object.entries(settings.colleagues).flatMap(([name, user]) => (path.includes(name) ? [user] : []));
        return { value: path.includes("mina") ? [settings.colleague].flat() : others };
      }
      if (path.startsWith("/identity/")) return { value: settings.tenant[path] ?? [] };
      if (account === undefined) return { value: settings.guestPolicies };
      if (path.includes("/sponsors?")) return { value: account.sponsors?.map((id) => ({ id })) ?? settings.sponsors };
      if (path.includes("transitiveMemberOf")) return { value: account.roles };
      return { ...account, preferredLanguage: "ko" };
    },
    post: async (path: string, body: { readonly "@odata.id"?: string }) => {
      const account = called("POST", path);
      const id = body["@odata.id"]?.split("/").at(-1) ?? "";
      if (account?.sponsors?.includes(id)) throw new GraphError({ status: 400, code: "Request_BadRequest" });
      if (account?.sponsors !== undefined) account.sponsors = [...account.sponsors, id];
    },
    patch: async (path: string, { accountEnabled }: { accountEnabled: boolean }) => {
      const account = called("PATCH", path);
      if (account !== undefined) account.accountEnabled = accountEnabled;
    },
    delete: async (path: string) => {
      const account = called("DELETE", path);
      if (account?.sponsors !== undefined) account.sponsors = account.sponsors.filter((id) => !path.includes(`/sponsors/${id}/`));
      if (account !== undefined && !path.includes("/sponsors/")) directory.delete(account.id);
    },
  } as unknown as GraphClient;

  const { world, observed } = memoryWorld({
    ...(onChange && { onChange }),
    settings: {
      ...{
        ACCOUNTS_TABLE: "accounts",
        LEDGER_TABLE: "ledger",
        ACCESS_LIST_TABLE: "list",
        DECISIONS_TABLE: "decisions",
        ASKED_LISTS: JSON.stringify({ default: [{ classes: [] }] }),
        APPROVALS_SECRET: "settings",
        PERSON_KEY_SECRET: "person-key",
      },
      EXPIRY: JSON.stringify(gates),
      TOKEN_URL: EXTENSION_URL,
    },
    secrets: { settings: secret, "person-key": "k".repeat(64) },
    clock: { now: () => time, startTimer: () => () => undefined },
    directory: () => graph,
  });
  await createKeyTable(world.tables, "accounts", "accounts");
  await createKeyTable(world.tables, "ledger", "ledger");
  await createKeyTable(world.tables, "list", "accessList");
  await createDecisionsTable(world.tables, "decisions");
  const failing: { operation?: string | undefined } = {};
  (world.tables as MemoryTables).before((operation) => {
    if (operation === failing.operation) throw new Error("The process ends here.");
  });
  const accounts = accountStore(world.tables, "accounts");
  const runs = accessRunStore(world.tables, "ledger");
  const secrets: AwsClient = {
    ...world.secrets,
    call: async (operation, input, signal) => {
      const { SecretId, VersionStage } = input as Record<string, unknown>;
      if (SecretId === "person-key" && VersionStage === "AWSPREVIOUS") return { SecretString: EARLIER_KEY } as never;
      return await world.secrets.call(operation, input, signal);
    },
  };
  let handle = accessHandler({ ...world, secrets });
  /** So many accounts that arrived at the start. */
  const arriveAll = async (count: number, cells: Partial<Newcomer> = {}) => {
    for (let index = 1; index <= count; index++) {
      const id = idOf(index);
      const email = `p${index}@contoso.com`;
      await accounts.change(id, (row) => arrive(row, { ...newcomer, id, email, personId: `person-${index}`, ...cells }, day(0)));
      directory.set(id, { id, createdDateTime: day(0).toISOString(), accountEnabled: true, mail: email, roles: [] });
    }
  };
  return {
    observed,
    directory,
    calls,
    /** The operation of the tables before which the process ends. */
    failing,
    /** Somebody edits a row by hand, and takes its address away. */
    async spoil(index: number) {
      const { email: _, ...rest } = (await accounts.get(idOf(index))) as AccountRow;
      await world.tables.call("PutItem", { TableName: "accounts", Item: toItem(rest) });
    },
    /** Somebody writes an entry, or takes it out. */
    async list(entry: string, cells?: Record<string, string>) {
      if (cells === undefined) await world.tables.call("DeleteItem", { TableName: "list", Key: toItem({ entry }) });
      else await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry, ...cells }) });
    },
    /** Another policy. */
    async deploy(other: ExpiryOfGates) {
      handle = accessHandler({ ...world, secrets, settings: { ...world.settings, EXPIRY: JSON.stringify(other) } });
    },
    /** Ends the access of some on a day. */
    async endAt(days: number, ...indexes: readonly number[]) {
      const until = day(days).toISOString();
      for (const index of indexes)
        await accounts.change(idOf(index), (row) =>
          row === undefined
            ? { ok: false, why: "unknown" }
            : { ok: true, row: { ...row, turn: row.turn + 1, until, endsAt: until }, condition: { turn: row.turn } },
        );
    },
    settings,
    accounts,
    runs,
    arriveAll,
    at: (days: number) => {
      time = day(days).getTime();
    },
    /** A call of the worker. @param ms that are left of its time */
    work: async (event: object = {}, ms = 900_000) => await handle(event, { getRemainingTimeInMillis: () => ms }),
    row: async (index = 1) => (await accounts.get(idOf(index))) as AccountRow,
    last: async () => (await runs.read()).runs[0] as AccessRun,
    /** Days from one day to another, a call of the worker each. */
    async live(from: number, to: number) {
      for (let each = from; each <= to; each++) {
        time = day(each).getTime();
        await handle({}, { getRemainingTimeInMillis: () => 900_000 });
      }
    },
    async ended(): Promise<readonly Record<string, unknown>[]> {
      const { Items = [] } = await world.tables.call<{ Items?: Parameters<typeof toRow>[0][] }>("Scan", { TableName: "ledger" });
      return Items.map(toRow).filter(({ id }) => String(id).startsWith("access-ended/"));
    },
  };
}

export const counted = (observed: Awaited<ReturnType<typeof begin>>["observed"], name: string) => observed.counts.get(name) ?? 0;
