import { type GraphClient, GraphError } from "../../adapters/graph/graph";
import type { Chance } from "./chance";

/** An account in the tenant. */
export interface TenantAccount {
  readonly id: string;
  readonly createdDateTime: string;
  readonly userType: "Guest" | "Member";
  readonly userPrincipalName: string;
  externalUserState: string | null;
  externalUserStateChangeDateTime: string | null;
  /** Whether Entra knows when the person signed in. */
  readonly isSeen: boolean;
  lastSuccess?: string;
  lastAttempt?: string;
  mail: string;
  accountEnabled: boolean;
  readonly identities: readonly { readonly signInType: string; readonly issuer: string; readonly issuerAssignedId: string }[];
  /** Whether an administrator gave it a directory role. */
  hasRole: boolean;
  /** Whether an administrator made it for somebody who did not sign up. */
  readonly isStrangers: boolean;
  readonly sponsors: string[];
}

/** How Graph is now. */
export type Weather = "fine" | "flaky" | "throttled" | "down";

/** What an application does to accounts. */
export interface AccountWrite {
  readonly what: "created" | "disabled" | "enabled" | "deleted";
  readonly account: TenantAccount;
}

export interface TownDirectory {
  readonly accounts: Map<string, TenantAccount>;
  weather: Weather;
  /** Whether the tenant has the licence that shows sign-ins. */
  isPremium: boolean;
  /** As an application reaches it. @param step called before and after each call: a process may end there */
  client(step: () => void): GraphClient;
  /** Entra itself makes an account. */
  add(account: Pick<TenantAccount, "mail" | "identities"> & Partial<TenantAccount>): TenantAccount;
}

const ENDPOINT = "https://graph.test/v1.0";
const NOT_FOUND = { status: 404, code: "Request_ResourceNotFound" };
const storms: Readonly<Record<Exclude<Weather, "fine">, number>> = { flaky: 0.1, throttled: 1, down: 1 };

/**
 * A tenant's accounts, as far as Gatehouse asks for them, in its own time; refuses by the weather, sometimes after the work is done.
 * @param onWrite called before an application changes something
 */
export function townDirectory(now: () => number, chance: Chance, onWrite: (write: AccountWrite) => void): TownDirectory {
  const accounts = new Map<string, TenantAccount>();
  let count = 0;

  function add({ mail, identities, ...rest }: Parameters<TownDirectory["add"]>[0]): TenantAccount {
    count += 1;
    const id = `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
    const account: TenantAccount = {
      id,
      createdDateTime: new Date(now()).toISOString(),
      userType: "Guest",
      userPrincipalName: `${mail.replace("@", "_")}#EXT#@contoso.onmicrosoft.com`,
      externalUserState: null,
      externalUserStateChangeDateTime: new Date(now()).toISOString(),
      isSeen: count % 8 !== 0,
      mail,
      accountEnabled: true,
      identities,
      hasRole: false,
      isStrangers: false,
      sponsors: [],
      ...rest,
    };
    accounts.set(id, account);
    return account;
  }

  /** By object id or user principal name. */
  function found(name: string): TenantAccount {
    const wanted = decodeURIComponent(name);
    const account = accounts.get(wanted) ?? [...accounts.values()].find(({ userPrincipalName }) => userPrincipalName === wanted);
    if (account === undefined) throw new GraphError(NOT_FOUND);
    return account;
  }

  function listed(filter: string): readonly TenantAccount[] {
    const texts = [...filter.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = ""]) => text.replaceAll("''", "'"));
    const all = [...accounts.values()];
    if (filter.startsWith("identities/any"))
      return all.filter(({ identities }) => identities.some((each) => each.issuerAssignedId === texts[0] && each.issuer === texts[1]));
    if (filter.startsWith("id in")) return all.filter(({ id }) => texts.includes(id));
    if (filter.startsWith("otherMails/any")) return [];
    const named = all.filter(({ mail, userPrincipalName }) => mail === texts[0] || userPrincipalName === texts[0]);
    return filter.includes("userType eq 'Member'") ? named.filter(({ userType }) => userType === "Member") : named;
  }

  function get(path: string): object {
    const { pathname, searchParams } = new URL(`${ENDPOINT}${path}`);
    const [, , collection, name, part] = pathname.split("/");
    if (collection === "identityGovernance") return { value: [] };
    if (collection !== "users") throw new GraphError({ status: 400, code: "Request_UnsupportedQuery" });
    const selected = searchParams.get("$select") ?? "";
    if (selected.includes("signInActivity") && !directory.isPremium)
      throw new GraphError({ status: 403, code: "Authentication_RequestFromNonPremiumTenantOrB2CTenant" });
    if (name === undefined) {
      const users = listed(searchParams.get("$filter") ?? "");
      return { value: selected.includes("signInActivity") ? users.map(showSignIns) : users };
    }
    const account = found(name);
    if (part === "sponsors") return { value: account.sponsors.map((id) => ({ id })) };
    if (part === "transitiveMemberOf")
      return { value: account.hasRole ? [{ id: "role", "@odata.type": "#microsoft.graph.directoryRole" }] : [] };
    return account;
  }

  function post(path: string, body: object): object | undefined {
    const given = body as Partial<TenantAccount> & { readonly invitedUserEmailAddress?: string; readonly "@odata.id"?: string };
    const sponsored = /^\/users\/([^/]+)\/sponsors\/\$ref$/.exec(path)?.[1];
    if (sponsored !== undefined) {
      found(sponsored).sponsors.push(String(given["@odata.id"]).split("/").at(-1) as string);
      return undefined;
    }
    if (path === "/invitations") {
      const mail = String(given.invitedUserEmailAddress);
      const account =
        [...accounts.values()].find((each) => each.mail === mail) ?? add({ mail, identities: [], externalUserState: "PendingAcceptance" });
      onWrite({ what: "created", account });
      return { inviteRedeemUrl: "https://login.test/", status: "PendingAcceptance", invitedUser: { id: account.id } };
    }
    const taken = [...accounts.values()].some(({ userPrincipalName }) => userPrincipalName === given.userPrincipalName);
    if (taken)
      throw new GraphError({ status: 400, code: "Request_BadRequest", details: [{ code: "ObjectConflict", target: "userPrincipalName" }] });
    const { mail = "", identities = [], userPrincipalName = "" } = given;
    const account = add({ mail, identities, userPrincipalName });
    onWrite({ what: "created", account });
    return account;
  }

  function patch(path: string, body: object): void {
    const account = found(path.split("/")[2] ?? "");
    const { accountEnabled } = body as { readonly accountEnabled?: boolean };
    if (accountEnabled === undefined) return;
    onWrite({ what: accountEnabled ? "enabled" : "disabled", account });
    account.accountEnabled = accountEnabled;
  }

  function remove(path: string): void {
    const [, , id = "", part, sponsor = ""] = path.split("/");
    const account = found(id);
    if (part === "sponsors") {
      if (!account.sponsors.includes(sponsor)) throw new GraphError(NOT_FOUND);
      account.sponsors.splice(account.sponsors.indexOf(sponsor), 1);
      return;
    }
    onWrite({ what: "deleted", account });
    accounts.delete(account.id);
  }

  const directory: TownDirectory = {
    accounts,
    weather: "fine",
    isPremium: true,
    add,
    client(step) {
      async function call<T>(work: () => unknown): Promise<T> {
        step();
        const { weather } = directory;
        const isRefused = weather !== "fine" && chance.is(storms[weather]);
        // What is answered with an error may be done all the same.
        if (isRefused && (weather === "throttled" || chance.is(0.7))) throw stormy(weather);
        const answer = work();
        step();
        if (isRefused) throw stormy(weather);
        return structuredClone(answer) as T;
      }
      const posted = async <T>(path: string, body: object = {}) => await call<T | undefined>(() => post(path, body));
      return {
        get: async <T>(path: string) => await call<T>(() => get(path)),
        post: posted,
        postOnce: posted,
        patch: async (path, body) => await call<void>(() => patch(path, body)),
        put: async () => await call<void>(() => undefined),
        delete: async (path) => await call<void>(() => remove(path)),
        permissions: async () => [],
        count: async () => await call<number>(() => accounts.size),
        address: (path) => `${ENDPOINT}${path}`,
        pause: async () => step(),
      };
    },
  };
  return directory;
}

function showSignIns({ id, isSeen, lastSuccess, lastAttempt }: TenantAccount): object {
  const signInActivity = { lastSuccessfulSignInDateTime: lastSuccess ?? null, lastSignInDateTime: lastAttempt ?? null };
  return { id, ...(isSeen && { signInActivity }) };
}

function stormy(weather: Weather): GraphError {
  return weather === "throttled"
    ? new GraphError({ status: 429, code: "TooManyRequests", retryAfterMs: 3_600_000 })
    : new GraphError({ status: weather === "down" ? 0 : 503, code: weather === "down" ? "connection" : "ServiceUnavailable" });
}
