import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Graph, graph } from "../../../../adapters/graph/graph";
import { type AccountOptions, type Accounts, makeAccounts } from "../../../../features/approvals/client/accounts";
import { type Applicant, userPrincipalName } from "../../../../features/approvals/client/bodies";
import type { AccountProgress } from "../../../../features/approvals/provisioning";
import { type GraphOptions, type GraphStandIn, serveGraph } from "../../../../local/stand-ins/graph/graph";
import { memoryWorld } from "../../../memory/world";
import { stopwatch } from "../../../support/stopwatch";

const { log } = memoryWorld().world;

const TENANT = "contoso.onmicrosoft.com";
const TIER = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_PartnerTier";
const options: AccountOptions = { tenantDomain: TENANT, redirectUrl: "https://app.contoso.com/", invitationMail: false };

/** Came with Google. */
const mina: Applicant = {
  id: "Zm9vYmFyYmF6cXV4Zm9vYg",
  email: "mina.kang@example.com",
  identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "110248495921238986420" }],
  attributes: { displayName: "Mina Kang", givenName: "Mina", lastName: "Kang", city: "Seoul", [TIER]: "gold", ui_locales: "en-US" },
};
/** Came with an Entra account. */
const jonas: Applicant = {
  id: "am9uYXN3ZWJlcmpvbmFzdw",
  email: "jonas.weber@fabrikam.com",
  identities: [],
  attributes: { displayName: "Jonas Weber", givenName: "Jonas", surname: "Weber", city: "Bonn", [TIER]: "silver", state: "" },
};
const named = (applicant: Applicant, displayName: string): Applicant => ({
  ...applicant,
  attributes: { ...applicant.attributes, displayName },
});

interface Call {
  readonly request: string;
  readonly body: unknown;
}

/** A tenant of a test's own. */
interface Tenant {
  readonly standIn: GraphStandIn;
  readonly client: Graph;
  readonly accounts: Accounts;
  /** Everything but tokens, in order. */
  readonly calls: Call[];
}

const open: GraphStandIn[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((standIn) => standIn.close()));
});

async function tenant(given: GraphOptions = {}, changed: Partial<AccountOptions> = {}): Promise<Tenant> {
  const calls: Call[] = [];
  const standIn = await serveGraph({
    tenantDomain: TENANT,
    ...given,
    watch: {
      onRequest: ({ method, url, body }) => {
        if (url.pathname.endsWith("/token")) return;
        const text = body.toString("utf8");
        calls.push({ request: `${method} ${url.pathname}`, body: text === "" ? undefined : JSON.parse(text) });
      },
    },
  });
  open.push(standIn);
  Object.assign(process.env, { GATEHOUSE_ENDPOINT_GRAPH: standIn.url, GATEHOUSE_ENDPOINT_LOGIN: standIn.url });
  const client = graph({ tenantId: "tenant", clientId: "client", clientSecret: async () => "s3cret", log });
  return { standIn, client, accounts: makeAccounts(client, { ...options, ...changed }), calls };
}

const writes = ({ calls }: Tenant) => calls.filter(({ request }) => !request.startsWith("GET"));
const requests = (calls: readonly Call[]) => calls.map(({ request }) => request);

describe("a person of Google, Facebook or a one-time passcode", () => {
  it("gets an account as Microsoft documents it", async () => {
    const place = await tenant();
    const created = await place.accounts.provision(mina);
    expect(writes(place)).toEqual([
      {
        request: "POST /v1.0/users",
        body: {
          userPrincipalName: "mina.kang_example.com#EXT@contoso.onmicrosoft.com",
          accountEnabled: true,
          mail: "mina.kang@example.com",
          userType: "Guest",
          identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "110248495921238986420" }],
          displayName: "Mina Kang",
          givenName: "Mina",
          surname: "Kang",
          city: "Seoul",
          [TIER]: "gold",
        },
      },
    ]);
    expect(created).toEqual({ kind: "created", accountId: place.standIn.accounts()[0]?.id });
  });

  it("gets the part of the address before the @ as display name if the form asks for no name", async () => {
    const place = await tenant();
    await place.accounts.provision({ ...mina, attributes: { givenName: "Mina", displayName: "" } });
    expect(place.standIn.accounts()).toMatchObject([{ displayName: "mina.kang", givenName: "Mina" }]);
  });

  it.each([
    { issuer: "google", sent: "google.com" },
    { issuer: "facebook", sent: "facebook.com" },
    { issuer: "facebook.com", sent: "facebook.com" },
    { issuer: "mail", sent: "mail" },
  ])("may use the provider $issuer", async ({ issuer, sent }) => {
    const place = await tenant();
    await place.accounts.provision({ ...mina, identities: [{ issuer, issuerAssignedId: "o'brien+1@example.com" }] });
    expect(place.standIn.accounts()).toMatchObject([
      { identities: [{ signInType: "federated", issuer: sent, issuerAssignedId: "o'brien+1@example.com" }] },
    ]);
  });

  it("keeps an account that already exists", async () => {
    const place = await tenant();
    const { accountId } = await place.accounts.provision(mina);
    expect(await place.accounts.provision({ ...mina, email: "other@example.com" })).toEqual({ kind: "existing", accountId });
    expect(writes(place)).toHaveLength(1);
  });

  it("gets another name if another person's address leads to the same name", async () => {
    const place = await tenant();
    await place.accounts.provision(mina);
    const other = { ...mina, id: "b3RoZXJvdGhlcm90aGVyb3", identities: [{ issuer: "facebook.com", issuerAssignedId: "7" }] };
    expect(await place.accounts.provision(other)).toMatchObject({ kind: "created" });
    const [first, second] = place.standIn.accounts().map((account) => account.userPrincipalName);
    expect(first).toBe(userPrincipalName(mina, TENANT));
    expect(second).toBe(userPrincipalName(other, TENANT, true));
    // And each again is found.
    expect(await place.accounts.provision(other)).toMatchObject({ kind: "existing" });
    expect(place.standIn.accounts()).toHaveLength(2);
  });
});

describe("a sponsor", () => {
  const KIM = "4f1f3c52-0e8a-4c5b-9d7e-0a1b2c3d4e5f";
  const decided = { decision: { account: KIM } };

  it.each<{ sponsor: string; applicant: Applicant; named: string | undefined }>([
    { sponsor: "approver", applicant: { ...mina, ...decided }, named: `users/${KIM}` },
    { sponsor: "approver", applicant: { ...jonas, ...decided }, named: `users/${KIM}` },
    { sponsor: "approver", applicant: { ...mina, decision: {} }, named: undefined },
    { sponsor: `groups/${KIM}`, applicant: mina, named: `groups/${KIM}` },
    { sponsor: "", applicant: { ...mina, ...decided }, named: undefined },
  ])("follows the setting $sponsor when Graph makes a new account: $named", async ({ sponsor, applicant, named }) => {
    const place = await tenant({}, { sponsor });
    const { accountId } = await place.accounts.provision(applicant);
    const last = { request: `POST /v1.0/users/${accountId}/sponsors/$ref`, body: { "@odata.id": `${place.standIn.url}/v1.0/${named}` } };
    expect(writes(place).filter(({ request }) => request.includes("sponsors"))).toEqual(named === undefined ? [] : [last]);
    expect(place.standIn.accounts()[0]?.sponsors).toEqual(named && [{ id: KIM }]);
    // A run that takes up the account, as its predecessor died at the end.
    expect(await place.accounts.provision(applicant, { accountId })).toMatchObject({ kind: "created", accountId });
    expect(place.standIn.accounts()[0]?.sponsors).toEqual(named && [{ id: KIM }]);
  });

  it.each([
    { address: "mina@contoso.com", noSponsor: undefined, count: 1 },
    { address: "left@contoso.com", noSponsor: "left", count: 0 },
    { address: "nobody@contoso.com", noSponsor: "not-in-tenant", count: 0 },
    { address: "lee@fabrikam.com", noSponsor: "not-in-tenant", count: 0 },
  ])(
    "is found by the request's address $address, or the reason for having none is reported: $noSponsor",
    async ({ address, noSponsor, count }) => {
      for (const applicant of [mina, jonas]) {
        const place = await tenant();
        const created = await place.accounts.provision({ ...applicant, sponsor: address });
        expect(created).toMatchObject({ kind: "created", ...(noSponsor !== undefined && { noSponsor }) });
        expect("noSponsor" in created).toBe(noSponsor !== undefined);
        expect("hasSetSponsor" in created).toBe(noSponsor === undefined);
        expect(place.standIn.accounts()[0]?.sponsors ?? []).toHaveLength(count);
        // A run that takes up the account, as its predecessor died at the end.
        expect(await place.accounts.provision({ ...applicant, sponsor: address }, { accountId: created.accountId })).not.toHaveProperty(
          "hasSetSponsor",
        );
        expect(place.standIn.accounts()[0]?.sponsors ?? []).toHaveLength(count);
      }
    },
  );

  it("is taken from the settings only if the request's sponsor cannot be used", async () => {
    const place = await tenant({}, { sponsor: `users/${KIM}` });
    expect(await place.accounts.provision({ ...mina, sponsor: "left@contoso.com" })).toMatchObject({ noSponsor: "left" });
    expect(place.standIn.accounts()[0]?.sponsors).toEqual([{ id: KIM }]);
    await place.accounts.provision({ ...jonas, sponsor: "mina@contoso.com" });
    expect(place.standIn.accounts()[1]?.sponsors).not.toEqual([{ id: KIM }]);
    expect(place.standIn.accounts()[1]?.sponsors).toHaveLength(1);
  });

  it("is not named for an account that already existed", async () => {
    const place = await tenant({}, { sponsor: `users/${KIM}` });
    await place.client.post("/invitations", { invitedUserEmailAddress: "a@example.com", inviteRedirectUrl: "https://a.example/" });
    const before = makeAccounts(place.client, options);
    await before.provision(mina);
    expect(await place.accounts.provision(mina)).toMatchObject({ kind: "existing" });
    expect(requests(place.calls).filter((request) => request.includes("sponsors"))).toEqual([]);
  });
});

describe("the option inviteAll", () => {
  it.each([
    { who: "of Google", applicant: mina },
    { who: "of a provider that Graph makes no account for", applicant: { ...mina, identities: [{ issuer: "idp.example" }] } },
  ])("invites even a person $who", async ({ applicant }) => {
    const place = await tenant({}, { inviteAll: true });
    expect(await place.accounts.provision(applicant)).toMatchObject({ kind: "created", redeemUrl: expect.any(String) });
    expect(requests(writes(place))).toEqual(["POST /v1.0/invitations", expect.stringContaining("PATCH /v1.0/users/")]);
  });

  it("invites nobody who already has an account", async () => {
    const place = await tenant({}, { inviteAll: true });
    const { accountId } = await makeAccounts(place.client, options).provision(mina);
    expect(await place.accounts.provision(mina)).toEqual({ kind: "existing", accountId });
  });
});

describe("a person of Entra or Microsoft", () => {
  it.each([{ invitationMail: true }, { invitationMail: false }])(
    "is invited, then gets their attributes: Microsoft's own mail $invitationMail",
    async ({ invitationMail }) => {
      const place = await tenant({}, { invitationMail });
      const created = await place.accounts.provision(jonas);
      const id = place.standIn.accounts()[0]?.id;
      expect(writes(place)).toEqual([
        {
          request: "POST /v1.0/invitations",
          body: {
            invitedUserEmailAddress: "jonas.weber@fabrikam.com",
            inviteRedirectUrl: "https://app.contoso.com/",
            sendInvitationMessage: invitationMail,
          },
        },
        {
          request: `PATCH /v1.0/users/${id}`,
          body: { displayName: "Jonas Weber", givenName: "Jonas", surname: "Weber", city: "Bonn", [TIER]: "silver" },
        },
      ]);
      expect(created).toEqual({
        kind: "created",
        accountId: id,
        redeemUrl: expect.stringContaining("https://login.microsoftonline.com/redeem"),
      });
    },
  );

  it.each([
    { locales: ["ko-KR", "en"], language: "ko-KR" },
    { locales: ["ja"], language: "ja" },
    { locales: ["zh-Hans"], language: "zh-CN" },
    { locales: ["zh-Hant"], language: "zh-TW" },
    { locales: ["zh-Hant-HK"], language: "zh-HK" },
    { locales: ["de-DE-u-co-phonebk"], language: "de-DE" },
    { locales: ["es-419"], language: "es-419" },
    { locales: ["pt-BR"], language: "pt-BR" },
    { locales: ["nb"], language: "nb" },
    { locales: ["en_US"], language: "en-US" },
    { locales: [], language: undefined },
    { locales: ["?"], language: undefined },
  ])("gets Microsoft's mail in their language, as an ISO 639 tag: $locales", async ({ locales, language }) => {
    const place = await tenant({}, { invitationMail: true });
    await place.accounts.provision({ ...jonas, locales });
    const [invited] = writes(place);
    const info = language === undefined ? {} : { invitedUserMessageInfo: { messageLanguage: language } };
    expect(invited?.body).toEqual({
      invitedUserEmailAddress: "jonas.weber@fabrikam.com",
      inviteRedirectUrl: "https://app.contoso.com/",
      sendInvitationMessage: true,
      ...info,
    });
  });

  it("is only invited if there are no attributes", async () => {
    const place = await tenant();
    await place.accounts.provision({ ...jonas, attributes: {} });
    expect(requests(writes(place))).toEqual(["POST /v1.0/invitations"]);
  });

  it("keeps the same account and gets the attributes if already invited", async () => {
    const place = await tenant();
    await place.client.post("/invitations", { invitedUserEmailAddress: jonas.email, inviteRedirectUrl: "https://a.example/" });
    expect(await place.accounts.provision(jonas)).toMatchObject({ accountId: place.standIn.accounts()[0]?.id });
    expect(place.standIn.accounts()).toMatchObject([{ city: "Bonn" }]);
  });

  it("gets their attributes a moment later if another part of Graph does not know them yet", async () => {
    const place = await tenant();
    await place.accounts.provision(named(jonas, "Late"));
    expect(requests(writes(place)).map((request) => request.split(" ")[0])).toEqual(["POST", "PATCH", "PATCH"]);
    expect(place.standIn.accounts()).toMatchObject([{ displayName: "Late" }]);
  });

  it("is left to an operator if a Google guest has the same address", async () => {
    const place = await tenant();
    await place.accounts.provision(mina);
    await expect(place.accounts.provision({ ...jonas, email: mina.email })).rejects.toMatchObject({
      reason: "address-taken",
      retry: "never",
    });
    expect(place.standIn.accounts()).toMatchObject([{ displayName: "Mina Kang" }]);
  });

  it.each([
    { given: "a member", account: { userType: "Member", externalUserState: null } },
    { given: "a guest who accepted long ago", account: { userType: "Guest", externalUserState: "Accepted" } },
  ])("stays unchanged if already $given", async ({ account }) => {
    const calls: string[] = [];
    const client = {
      get: async (path: string) => {
        calls.push(path);
        return { value: [{ id: "id", identities: [{ issuer: "ExternalAzureAD" }], ...account }] };
      },
    } as unknown as Graph;
    expect(await makeAccounts(client, options).provision(jonas)).toEqual({ kind: "existing", accountId: "id" });
    expect(calls).toHaveLength(1);
  });
});

describe("a person without a documented way to an account", () => {
  it.each([
    { given: "another provider", identities: [{ issuer: "apple.com", issuerAssignedId: "1" }], reason: "issuer-not-supported" },
    {
      given: "another provider first",
      identities: [
        { issuer: "https://idp.example/", issuerAssignedId: "1" },
        { issuer: "google.com", issuerAssignedId: "2" },
      ],
      reason: "issuer-not-supported",
    },
    { given: "no id at the provider", identities: [{ issuer: "google.com" }], reason: "identity-incomplete" },
  ])("gets no account by a guess: $given", async ({ identities, reason }) => {
    const place = await tenant();
    await expect(place.accounts.provision({ ...mina, identities })).rejects.toMatchObject({ name: "AccountError", reason, retry: "never" });
    expect(writes(place)).toEqual([]);
  });

  it.each([
    { given: "the provider's id", identities: [{ issuer: "apple.com", issuerAssignedId: "1" }], mail: "other@fabrikam.com" },
    { given: "the address", identities: [{ issuer: "google.com" }], mail: mina.email },
  ])("has the account that somebody made by hand since, found by $given", async ({ identities, mail }) => {
    const place = await tenant();
    const made = { signInType: "federated", issuer: "apple.com", issuerAssignedId: "1" };
    const body = {
      userPrincipalName: `hand@${TENANT}`,
      accountEnabled: true,
      displayName: "Mina",
      mail,
      userType: "Guest",
      identities: [made],
    };
    const id = (await place.client.post<{ id: string }>("/users", body))?.id;
    place.calls.length = 0;
    expect(await place.accounts.provision({ ...mina, identities })).toEqual({ kind: "existing", accountId: id });
    expect(writes(place)).toEqual([]);
  });
});

/** Ends as a killed process would: the call that counts reaches Graph, what follows it does not happen. */
function dyingAfter(count: number, client: Graph): Graph {
  let left = count;
  const step =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (left <= 0) throw new Error("killed");
      left--;
      const result = await call(...args);
      if (left === 0) throw new Error("killed");
      return result;
    };
  return {
    get: step(client.get) as Graph["get"],
    post: step(client.post) as Graph["post"],
    patch: step(client.patch),
    address: client.address,
  };
}

describe("a run that is killed", () => {
  const taken = { ...mina, identities: [{ issuer: "facebook.com", issuerAssignedId: "another" }] };
  it.each([
    { who: "mina", applicant: mina, before: [], invitationMail: false, lag: 0 },
    { who: "mina, while searches lag", applicant: mina, before: [], invitationMail: false, lag: 60_000 },
    { who: "mina, whose name is taken", applicant: mina, before: [taken], invitationMail: false, lag: 0 },
    { who: "mina, whose name is taken, while searches lag", applicant: mina, before: [taken], invitationMail: false, lag: 60_000 },
    { who: "jonas", applicant: jonas, before: [], invitationMail: true, lag: 0 },
    { who: "jonas, while searches lag", applicant: jonas, before: [], invitationMail: false, lag: 60_000 },
  ])("leads to exactly one account for $who, whichever call to Graph was the last", async ({ applicant, before, invitationMail, lag }) => {
    for (let killedAfter = 1; killedAfter <= 8; killedAfter++) {
      const place = await tenant({ searchLagMs: lag }, { invitationMail });
      for (const other of before) await place.accounts.provision(other);
      let progress: AccountProgress = {};
      const remember = async (accountId: string, redeemUrl?: string) => {
        progress = { accountId, ...(redeemUrl !== undefined && { redeemUrl }) };
      };
      const dying = makeAccounts(dyingAfter(killedAfter, place.client), { ...options, invitationMail });
      await dying.provision(applicant, {}, remember).catch(() => undefined);
      const { accountId } = await place.accounts.provision(applicant, progress, remember);
      const accounts = place.standIn.accounts();
      expect(accounts).toHaveLength(before.length + 1);
      expect(accounts.at(-1)).toMatchObject({ id: accountId, city: applicant.attributes.city, [TIER]: applicant.attributes[TIER] });
    }
  });

  it("continues with the update if it was killed after the invitation", async () => {
    const place = await tenant();
    const killed = new Error("killed");
    let progress: AccountProgress = {};
    const dieAfterwards = async (accountId: string, redeemUrl?: string) => {
      progress = { accountId, redeemUrl: redeemUrl ?? "" };
      throw killed;
    };
    await expect(place.accounts.provision(jonas, {}, dieAfterwards)).rejects.toBe(killed);
    place.calls.length = 0;
    expect(await place.accounts.provision(jonas, progress)).toEqual({ kind: "created", ...progress });
    expect(requests(place.calls)).toEqual([`PATCH /v1.0/users/${progress.accountId}`]);
  });
});

describe("two runs at the same time", () => {
  it.each([
    { who: "mina", applicant: mina, lag: 0 },
    { who: "mina, while searches lag", applicant: mina, lag: 60_000 },
    { who: "jonas", applicant: jonas, lag: 0 },
    { who: "jonas, while searches lag", applicant: jonas, lag: 60_000 },
  ])("make only one account for $who", async ({ applicant, lag }) => {
    const place = await tenant({ searchLagMs: lag });
    const runs = await Promise.all(Array.from({ length: 5 }, () => place.accounts.provision(applicant)));
    expect(place.standIn.accounts()).toHaveLength(1);
    expect(new Set(runs.map(({ accountId }) => accountId)).size).toBe(1);
  });
});

describe("a temporary failure", () => {
  it.each([
    { name: "Throttled", applicant: mina },
    { name: "Down", applicant: mina },
    { name: "Throttled", applicant: jonas },
    { name: "Down", applicant: jonas },
  ])("is waited out: $name", async ({ name, applicant }) => {
    const place = await tenant();
    expect(await place.accounts.provision(named(applicant, name))).toMatchObject({ kind: "created" });
    expect(place.standIn.accounts()).toMatchObject([{ displayName: name }]);
  });

  it("is waited out only until the caller's deadline", async () => {
    const place = await tenant();
    const elapsed = stopwatch();
    await expect(place.accounts.provision(named(mina, "Slow"), {}, undefined, AbortSignal.timeout(300))).rejects.toMatchObject({
      reason: "unavailable",
      retry: {},
    });
    expect(elapsed()).toBeLessThan(3_000);
    // Graph may have made it all the same.
    expect(await place.accounts.provision(named(mina, "Slow"))).toMatchObject({ kind: "existing" });
  });
});

describe("an answer with an unreadable body", () => {
  it.each(["Empty", "Shape"])("lets the next run find the account: %s", async (name) => {
    const place = await tenant();
    await expect(place.accounts.provision(named(mina, name))).rejects.toMatchObject({ reason: "unavailable", retry: {} });
    expect(await place.accounts.provision(named(mina, name))).toMatchObject({ kind: "existing" });
    expect(place.standIn.accounts()).toHaveLength(1);
  });
});

describe("the local Graph of npm start", () => {
  it("keeps its accounts in a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
    try {
      const file = join(folder, "graph.json");
      const { accountId } = await (await tenant({ file })).accounts.provision(mina);
      expect(await (await tenant({ file })).accounts.provision(mina)).toEqual({ kind: "existing", accountId });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const guest = { userPrincipalName: `a#EXT@${TENANT}`, accountEnabled: true, mail: "a@example.com", userType: "Guest" };
  const identities = [{ signInType: "federated", issuer: "mail", issuerAssignedId: "a@example.com" }];
  it.each([
    { given: "an unknown property", body: { ...guest, identities, step: "x" } },
    { given: "a custom attribute's short name", body: { ...guest, identities, extension_Tier: "x" } },
    { given: "no identities", body: guest },
    { given: "no userType", body: { ...guest, identities, userType: undefined } },
    { given: "a name with a plus", body: { ...guest, identities, userPrincipalName: `a+b#EXT@${TENANT}` } },
    { given: "a name of another tenant", body: { ...guest, identities, userPrincipalName: "a#EXT@other.onmicrosoft.com" } },
    { given: "null", body: { ...guest, identities, city: null } },
  ])("refuses an account with $given", async ({ body }) => {
    const place = await tenant();
    await expect(place.client.post("/users", body)).rejects.toMatchObject({ status: 400, code: "Request_BadRequest" });
    expect(place.standIn.accounts()).toEqual([]);
  });

  it("lets nobody in without a token, and issues none without credentials", async () => {
    const { standIn } = await tenant();
    expect((await fetch(`${standIn.url}/v1.0/users`)).status).toBe(401);
    const form = { grant_type: "client_credentials", client_id: "c", scope: "https://graph.microsoft.com/.default" };
    const token = (fields: Record<string, string>) =>
      fetch(`${standIn.url}/tenant/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(fields) });
    expect((await token(form)).status).toBe(401);
    expect((await token({ ...form, client_assertion: "a.b.c" })).status).toBe(401);
    expect((await token({ ...form, client_secret: "s", scope: "openid" })).status).toBe(400);
    expect((await token({ ...form, client_secret: "s" })).status).toBe(200);
  });

  it("adds members to groups, once", async () => {
    const { client, accounts } = await tenant();
    const { accountId } = await accounts.provision(mina);
    const add = () => client.post("/groups/group/members/$ref", { "@odata.id": client.address(`/directoryObjects/${accountId}`) });
    await add();
    await expect(add()).rejects.toMatchObject({ status: 400 });
    expect(await client.post(`/users/${accountId}/checkMemberGroups`, { groupIds: ["group", "other"] })).toEqual({ value: ["group"] });
  });
});
