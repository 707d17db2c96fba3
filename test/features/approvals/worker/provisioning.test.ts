import { createServer } from "node:http";
import type { AwsClient } from "../../../../adapters/aws/client";
import { graph } from "../../../../adapters/graph/graph";
import { toItem } from "../../../../adapters/tables/item";
import type { Row } from "../../../../engine/sign-up/rule";
import type { Identity, SignUp } from "../../../../engine/sign-up/sign-up";
import { AccountError } from "../../../../features/approvals/client/account-error";
import { LEASE_MS, type ProvisioningPorts, provisionRequest } from "../../../../features/approvals/provisioning";
import { type ApprovalRequest, requestId } from "../../../../features/approvals/request";
import { approve, deny, retry, strip, submit } from "../../../../features/approvals/transitions";
import { provisioningHandler } from "../../../../features/approvals/worker/provisioning";
import { hashOf, person } from "../../../engine/sign-up/people";
import { awsWorld, captureOutput } from "../../../lambda/invoke";
import { mortal, toolsOn } from "../../../lambda/mortal-worker";
import { memoryWorld } from "../../../memory/world";
import { listen } from "../../../support/dynamodb";
import { stopwatch } from "../../../support/stopwatch";
import { alice, asking, bob, DAY, MINUTE, rowOf } from "../requests";
import { type ApprovalWorld, changeOf, LEDGER, LIST, settings, startApprovalWorld, TENANT } from "./approval-world";

const { log } = memoryWorld().world;

const SECOND = 1_000;
let count = 0;

/** Somebody nobody has seen yet. */
function somebody(kind: string, displayName = "Mina Kang"): SignUp {
  count++;
  const identities: Identity[] = kind === "entra" ? [] : [{ signInType: "federated", issuer: kind, issuerAssignedId: `id-${count}` }];
  return person({ email: `person-${count}@example.com`, identities, attributes: { displayName, surname: "Kang" } });
}

describe.each([
  { given: "a Graph that finds new accounts at once", searchLagMs: 0 },
  { given: "a Graph whose search lags by ten minutes", searchLagMs: 10 * MINUTE },
])("$given", ({ searchLagMs }) => {
  let world: ApprovalWorld;
  let output: ReturnType<typeof captureOutput>;
  beforeAll(async () => {
    world = await startApprovalWorld({ searchLagMs });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    output = captureOutput();
  });
  afterEach(() => output.release());

  const accountsOf = ({ email }: Pick<ApprovalRequest, "email">) => world.graph.accounts().filter(({ mail }) => mail === email);

  it.each([
    { kind: "google.com", moment: "before" },
    { kind: "google.com", moment: "after" },
    { kind: "mail", moment: "after" },
    { kind: "entra", moment: "before" },
    { kind: "entra", moment: "after" },
  ] as const)("exactly one account is made, even if a worker is killed $moment any of its steps ($kind)", async ({ kind, moment }) => {
    let steps = 0;
    for (;;) {
      const request = await world.approved(somebody(kind));
      const { tools, died } = mortal(world, steps + 1, moment);
      const became = await provisionRequest(request.id, tools).catch((error) => error);
      if (!died()) {
        expect(became).toBe("provisioned");
        break;
      }
      steps++;
      // The stream delivers again while the dead worker's lease lasts, and sweeper comes after it.
      for (const ms of [0, LEASE_MS + SECOND, 2 * MINUTE, 5 * MINUTE]) {
        world.pass(ms);
        await provisionRequest(request.id, toolsOn(world));
      }
      const row = await world.get(request.id);
      expect({ steps, state: row.state, accounts: accountsOf(row).map(({ id }) => id) }).toEqual({
        steps,
        state: "provisioned",
        accounts: [row.account?.id],
      });
      expect(row.history.map(({ to }) => to)).toEqual(["pending", "approved", "provisioning", "provisioned"]);
      const notes = (await world.noted()).filter(({ email }) => email === row.email);
      expect(notes.map(({ id }) => id)).toEqual([`account/${row.account?.id}`]);
      const { reference, email, personId } = row;
      const kept = { id: row.account?.id, turn: 1, by: "provisioning", reference, email, letInAt: row.decision?.at, userType: "Guest" };
      expect(await world.accountsOf(personId)).toMatchObject([kept]);
    }
    // claim, look, create, remember, note, complete: two calls of the table for each change.
    expect(steps).toBeGreaterThanOrEqual(9);
  });

  it.each(["google.com", "entra"])("only one of several simultaneous workers makes the account (%s)", async (kind) => {
    const request = await world.approved(somebody(kind));
    const became = await Promise.all(Array.from({ length: 4 }, () => provisionRequest(request.id, toolsOn(world))));
    expect(became.sort()).toEqual(["left", "left", "left", "provisioned"]);
    expect(accountsOf(request)).toHaveLength(1);
  });

  it("a worker that outlives its lease changes nothing more", async () => {
    const request = await world.approved(somebody("google.com"));
    const tools = toolsOn(world);
    const slow: ProvisioningPorts = {
      ...tools,
      async createAccount(...given) {
        const created = await tools.createAccount(...given);
        world.pass(LEASE_MS + SECOND);
        expect(await provisionRequest(request.id, tools)).toBe("provisioned");
        return created;
      },
    };
    expect(await provisionRequest(request.id, slow)).toBe("left");
    expect(accountsOf(request)).toHaveLength(1);
    expect((await world.get(request.id)).state).toBe("provisioned");
  });
});

describe("the result of a try", () => {
  let world: ApprovalWorld;
  let output: ReturnType<typeof captureOutput>;
  beforeAll(async () => {
    world = await startApprovalWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    output = captureOutput();
  });
  afterEach(() => output.release());

  const counted = (name: string) => output.lines().filter((line) => name in line).length;
  /** Tools whose Graph always says the same. */
  const refusing = (error: unknown): ProvisioningPorts => ({ ...toolsOn(world), createAccount: () => Promise.reject(error) });

  it.each([
    { given: "waits", change: undefined },
    { given: "was denied", change: deny },
  ])("a request that $given is left unchanged", async ({ change }) => {
    const signUp = somebody("google.com");
    const id = requestId(signUp, hashOf);
    await world.store.change(id, (stored) => submit(stored, asking({ signUp }), new Date()));
    if (change !== undefined) await world.store.change(id, (stored) => change(stored, { by: alice }, new Date()));
    const before = await world.get(id);
    expect(await provisionRequest(id, toolsOn(world))).toBe("left");
    expect(await world.get(id)).toEqual(before);
  });

  it("a request is left unchanged if its person signs up again, it is finished, or it does not exist", async () => {
    const signUp = somebody("google.com");
    const id = requestId(signUp, hashOf);
    await world.store.change(id, (stored) => submit(stored, asking({ signUp, onApproval: "continue" }), new Date()));
    rowOf(await world.store.change(id, (stored) => approve(stored, { by: bob }, new Date())));
    const done = await world.approved(somebody("mail"));
    expect(await provisionRequest(done.id, toolsOn(world))).toBe("provisioned");
    for (const each of [id, done.id, "nobody"]) expect(await provisionRequest(each, toolsOn(world))).toBe("left");
    expect(world.graph.accounts().filter(({ mail }) => mail === signUp.email)).toEqual([]);
  });

  it.each([
    { name: "Forbidden", reason: "permission-missing" },
    { name: "Conflict", reason: "address-taken" },
    { name: "x".repeat(300), reason: "attribute-refused", detail: "displayName" },
  ])("$reason: the request fails, is counted, and is retried only by an operator", async ({ name, reason, detail }) => {
    const request = await world.approved(somebody("google.com", name));
    expect(await provisionRequest(request.id, toolsOn(world))).toBe("failed");
    const row = await world.get(request.id);
    expect(row).toMatchObject({
      state: "failed",
      failure: { reason, graph: expect.stringMatching(/^4\d\d \w+$/), ...(detail && { detail }) },
    });
    expect(counted("ProvisioningFailed")).toBe(1);
    expect(output.lines()).toContainEqual(
      expect.objectContaining({ level: "ERROR", message: "account failed", reason, reference: row.reference }),
    );
    expect(output.text()).not.toMatch(/example\.com|Kang|xxx/);
    rowOf(await world.store.change(request.id, (stored) => retry(stored, { by: alice }, new Date())));
    expect(await provisionRequest(request.id, toolsOn(world))).toBe("failed");
  });

  it.each([
    { given: "Graph does not answer", error: new AccountError("unavailable", {}), seconds: 60 },
    { given: "Graph asks for less than our own pause", error: new AccountError("throttled", { afterMs: 7 * SECOND }), seconds: 60 },
    { given: "Graph asks for more", error: new AccountError("throttled", { afterMs: 600 * SECOND }), seconds: 600 },
    { given: "Graph asks for years", error: new AccountError("throttled", { afterMs: 1e12 }), seconds: 86_400 },
    { given: "something of ours breaks", error: new TypeError("kim@contoso.com is none"), seconds: 60 },
  ])("$given: the request is given back for a later try, and waits until then", async ({ error, seconds }) => {
    const request = await world.approved(somebody("google.com"));
    const began = Date.now();
    expect(await provisionRequest(request.id, refusing(error))).toBe("released");
    const row = await world.get(request.id);
    expect(row).toMatchObject({ state: "approved", attempts: 1, retryAt: new Date(began + seconds * SECOND).toISOString() });
    expect(row.failure?.reason).toMatch(/^(throttled|unavailable|unexpected)$/);
    expect(output.text()).not.toMatch(/\w@/);
    world.pass(seconds * SECOND - 1);
    expect(await provisionRequest(request.id, toolsOn(world))).toBe("left");
    world.pass(1);
    expect(await provisionRequest(request.id, toolsOn(world))).toBe("provisioned");
  });

  it("a request fails after about a day of tries, with the last reason", async () => {
    const request = await world.approved(somebody("google.com"));
    const began = Date.now();
    const pauses: number[] = [];
    const gone = refusing(new AccountError("unavailable", {}));
    while ((await provisionRequest(request.id, gone)) === "released") {
      const { retryAt = "" } = await world.get(request.id);
      pauses.push((Date.parse(retryAt) - Date.now()) / MINUTE);
      world.pass(Date.parse(retryAt) - Date.now());
    }
    expect(pauses.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect((Date.now() - began) / DAY).toBeCloseTo(1, 0);
    expect(await world.get(request.id)).toMatchObject({
      state: "failed",
      failure: { reason: "unavailable" },
    });
    expect(counted("ProvisioningFailed")).toBe(1);
  });

  it("the link of an invitation is kept only if we have to send it", async () => {
    const [ours, microsofts] = [await world.approved(somebody("entra")), await world.approved(somebody("entra"))];
    await provisionRequest(ours.id, toolsOn(world));
    await provisionRequest(microsofts.id, { ...toolsOn(world), keepsRedeemUrl: false });
    expect((await world.get(ours.id)).account?.redeemUrl).toMatch(/^https:\/\/login\.microsoftonline\.com\/redeem/);
    expect((await world.get(microsofts.id)).account).toEqual({ id: expect.any(String) });
  });
});

describe("the person id kept for an account", () => {
  let world: ApprovalWorld;
  let output: ReturnType<typeof captureOutput>;
  beforeAll(async () => {
    world = await startApprovalWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    output = captureOutput();
  });
  afterEach(() => output.release());

  const notesOf = async ({ account }: ApprovalRequest) => (await world.noted()).filter(({ id }) => id === `account/${account?.id}`);
  const made = async (request: ApprovalRequest, tools = toolsOn(world)) => {
    expect(await provisionRequest(request.id, tools)).toBe("provisioned");
    return await world.get(request.id);
  };

  it.each([
    { kind: "google.com", emailProven: true, typed: {} },
    { kind: "facebook.com", emailProven: false, typed: { emailTyped: true } },
    { kind: "entra", emailProven: false, typed: { emailTyped: true } },
  ])("is kept for a person from $kind", async ({ kind, emailProven, typed }) => {
    const signUp = somebody(kind);
    const id = requestId(signUp, hashOf);
    await world.store.change(id, (stored) => submit(stored, asking({ signUp, emailProven }), new Date()));
    const row = await made(rowOf(await world.store.change(id, (stored) => approve(stored, { by: alice }, new Date()))));
    expect(await notesOf(row)).toEqual([
      {
        id: `account/${row.account?.id}`,
        source: "request",
        personId: row.personId,
        email: signUp.email,
        ...typed,
        identities: JSON.stringify(signUp.identities),
        at: new Date().toISOString(),
        expires: Math.ceil(Date.now() / 1_000) + 400 * 86_400,
      },
    ]);
    expect(output.text()).not.toMatch(/example\.com/);
  });

  it.each([
    { emailProven: true, rows: 1 },
    { emailProven: false, rows: 0 },
  ])(
    "is kept after an invitation only if the invited address is proven to be the person's: $emailProven",
    async ({ emailProven, rows }) => {
      const signUp = somebody("facebook.com");
      const id = requestId(signUp, hashOf);
      await world.store.change(id, (stored) => submit(stored, asking({ signUp, emailProven }), new Date()));
      const request = rowOf(await world.store.change(id, (stored) => approve(stored, { by: alice }, new Date())));
      world.secret = JSON.stringify({ ...settings, inviteAll: true });
      const given = awsWorld();
      await provisioningHandler({ ...given, settings: { ...given.settings, TRACED_TENANT: settings.tenantId } })({
        Records: [changeOf(request)],
      });
      world.secret = JSON.stringify(settings);
      const row = await world.get(id);
      expect(row.state).toBe("provisioned");
      expect(await notesOf(row)).toHaveLength(rows);
    },
  );

  it("is kept for an account that has the person's identity", async () => {
    const signUp = somebody("google.com");
    const first = await made(await world.approved(signUp));
    await world.database.client.call("DeleteItem", { TableName: LEDGER, Key: { id: { S: `account/${first.account?.id}` } } });
    const again = await made(await world.approved({ ...signUp, gate: "suppliers" }));
    expect(again.account?.id).toBe(first.account?.id);
    expect(await notesOf(again)).toMatchObject([{ email: signUp.email }]);
  });

  it("is not kept for an account that was found only by its address", async () => {
    const signUp = somebody("entra");
    const directory = graph({ ...settings, clientSecret: async () => settings.clientSecret, log });
    const created = await directory.post<{ readonly id: string }>("/users", {
      userPrincipalName: `lee@${TENANT}`,
      accountEnabled: true,
      mail: signUp.email,
      userType: "Guest",
      identities: [{ signInType: "federated", issuer: "contoso.example", issuerAssignedId: "lee" }],
      displayName: "Lee",
    });
    const row = await made(await world.approved(signUp));
    expect(row.account?.id).toBe(created?.id);
    expect(await notesOf(row)).toEqual([]);
  });

  it("never replaces the id of another person that is already kept", async () => {
    const tools = toolsOn(world);
    const lees: ProvisioningPorts = {
      ...tools,
      async createAccount(request, progress, onProgress) {
        return await tools.createAccount(request, progress, async (accountId) => {
          await tools.noteAccount({ ...request, email: "lee@example.com" }, accountId);
          await onProgress(accountId);
        });
      },
    };
    expect(await notesOf(await made(await world.approved(somebody("google.com")), lees))).toMatchObject([{ email: "lee@example.com" }]);
  });

  it("is kept at the next try for the same account if it could not be kept now", async () => {
    const request = await world.approved(somebody("google.com"));
    const { client } = world.database;
    const without: AwsClient = {
      ...client,
      call: (operation, input, signal) =>
        (input as { TableName?: string }).TableName === LEDGER ? Promise.reject(new Error("x")) : client.call(operation, input, signal),
    };
    expect(await provisionRequest(request.id, toolsOn(world, { client: without }))).toBe("released");
    const before = await world.get(request.id);
    expect(await notesOf(before)).toEqual([]);
    world.pass(MINUTE);
    const row = await made(request);
    expect(row.account?.id).toBe(before.account?.id);
    expect(await notesOf(row)).toHaveLength(1);
  });

  it.each([
    { where: "the external tenant, in either case", traced: settings.tenantId.toUpperCase(), rows: 1 },
    { where: "another tenant", traced: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", rows: 0 },
    { where: "a tenant whose tokens have no claims", traced: undefined, rows: 0 },
  ])("is kept for an account that the function makes in $where; number of rows: $rows", async ({ traced, rows }) => {
    const request = await world.approved(somebody("google.com"));
    const given = awsWorld();
    const handler = provisioningHandler({ ...given, settings: { ...given.settings, TRACED_TENANT: traced } });
    await handler({ Records: [changeOf(request)] });
    const row = await world.get(request.id);
    expect(row.state).toBe("provisioned");
    expect(await notesOf(row)).toHaveLength(rows);
  });
});

describe("a deny of the list overrides an approval", () => {
  let world: ApprovalWorld;
  let output: ReturnType<typeof captureOutput>;
  beforeAll(async () => {
    world = await startApprovalWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    output = captureOutput();
  });
  afterEach(async () => {
    output.release();
    const { Items } = await world.database.client.call<{ Items: { entry: object }[] }>("Scan", { TableName: LIST });
    for (const { entry } of Items) await world.database.client.call("DeleteItem", { TableName: LIST, Key: { entry } });
  });
  const put = (row: Row) => world.database.client.call("PutItem", { TableName: LIST, Item: toItem(row) });
  const isMade = ({ email }: SignUp) => world.graph.accounts().some(({ mail }) => mail === email);

  it.each<{ given: string; typed?: true; rows: (signUp: SignUp) => readonly Row[]; entry?: (signUp: SignUp) => string }>([
    { given: "their domain", rows: () => [{ entry: "example.com", effect: "deny" }], entry: () => "example.com" },
    { given: "their address", rows: ({ email }) => [{ entry: String(email), effect: "deny" }], entry: ({ email }) => String(email) },
    { given: "everybody", rows: () => [{ entry: "*", effect: "deny" }], entry: () => "*" },
    { given: "their provider", rows: () => [{ entry: "issuer:google.com", effect: "deny" }], entry: () => "issuer:google.com" },
    {
      given: "their domain, but an allow of them is closer",
      rows: ({ email }) => [
        { entry: "example.com", effect: "deny" },
        { entry: String(email), effect: "allow" },
      ],
    },
    {
      given: "everybody, and an allow of an address that they typed",
      typed: true,
      rows: ({ email }) => [
        { entry: "*", effect: "deny" },
        { entry: String(email), effect: "allow" },
      ],
      entry: () => "*",
    },
    {
      given: "everybody, but an allow of an address that their provider vouches for is closer",
      rows: ({ email }) => [
        { entry: "*", effect: "deny" },
        { entry: String(email), effect: "allow" },
      ],
    },
    { given: "nobody: it has their address wait", rows: ({ email }) => [{ entry: String(email), effect: "approval" }] },
    { given: "nobody: it has everybody of their provider wait", rows: () => [{ entry: "issuer:google.com", effect: "approval" }] },
    { given: "another gate's people", rows: () => [{ entry: "example.com", effect: "deny", gates: ["suppliers"] }] },
    { given: "their domain, until yesterday", rows: () => [{ entry: "example.com", effect: "deny", expiresAt: "2026-01-01" }] },
  ])("if it is added before the account is made: the list denies $given", async ({ typed, rows, entry }) => {
    const signUp = { ...somebody("google.com"), ...(typed && { emailTyped: typed }) };
    const request = await world.approved(signUp);
    for (const row of rows(signUp)) await put(row);
    await provisioningHandler(awsWorld())({ Records: [changeOf(request)] });
    const row = await world.get(request.id);
    expect([row.state, isMade(signUp)]).toEqual(entry === undefined ? ["provisioned", true] : ["failed", false]);
    if (entry === undefined) return;
    expect(row.failure).toEqual({ reason: "denied-by-list", detail: entry(signUp) });
    expect(output.lines()).toContainEqual(expect.objectContaining({ message: "account failed", reason: "denied-by-list" }));
    expect(output.lines().filter((line) => "ProvisioningFailed" in line)).toHaveLength(1);
    // It may be an address.
    expect(output.text()).not.toContain(String(signUp.email));
    expect(rowOf(strip(row, new Date(Date.now() + 31 * DAY))).failure).toEqual({ reason: "denied-by-list" });
  });

  type Step = "deny" | "remove" | "try" | "429" | "killed" | "retry";
  it.each<{ what: string; steps: readonly Step[]; state: string; made: number }>([
    { what: "repeated events of a denied person fail once", steps: ["deny", "try", "try", "try"], state: "failed", made: 0 },
    { what: "a deny between two tries of a 429", steps: ["429", "deny", "try"], state: "failed", made: 0 },
    { what: "a deny and its removal between two tries of a 429", steps: ["429", "deny", "remove", "try"], state: "provisioned", made: 1 },
    { what: "killed between check and account, then denied", steps: ["killed", "deny", "try"], state: "failed", made: 0 },
    { what: "killed between check and account, not denied", steps: ["killed", "try", "try"], state: "provisioned", made: 1 },
    { what: "removed, without a retry", steps: ["deny", "try", "remove", "try"], state: "failed", made: 0 },
    { what: "removed, then retried", steps: ["deny", "try", "remove", "retry", "try", "try"], state: "provisioned", made: 1 },
    { what: "retried while denied", steps: ["deny", "try", "retry", "try"], state: "failed", made: 0 },
    { what: "denied once the account is made", steps: ["try", "deny", "try"], state: "provisioned", made: 1 },
  ])("at each try, with lost and repeated events: $what", async ({ steps, state, made }) => {
    const signUp = somebody("google.com");
    const { id } = await world.approved(signUp);
    let isDenied = false;
    let isDead = false;
    const tools = toolsOn(world);
    const ports = (first?: Step): ProvisioningPorts => ({
      ...tools,
      async change(...given) {
        if (isDead) throw new Error("killed");
        return await tools.change(...given);
      },
      denyingEntry: async () => (isDenied ? "example.com" : undefined),
      async createAccount(...given) {
        isDead = first === "killed";
        if (isDead) throw new Error("killed");
        if (first === "429") throw new AccountError("throttled", { afterMs: SECOND });
        return await tools.createAccount(...given);
      },
    });
    for (const step of steps) {
      world.pass(LEASE_MS + 2 * MINUTE);
      if (step === "deny" || step === "remove") isDenied = step === "deny";
      else if (step === "retry") await world.store.change(id, (stored) => retry(stored, { by: bob }, new Date(tools.clock.now())));
      else {
        await provisionRequest(id, ports(step)).catch(() => "killed");
        isDead = false;
      }
    }
    expect((await world.get(id)).state).toBe(state);
    expect(world.graph.accounts().filter(({ mail }) => mail === signUp.email)).toHaveLength(made);
  });

  it.each([{ lists: "{}" }, { lists: '{"default":[]}' }, { lists: '{"default":[],"suppliers":[{"classes":[]}]}' }])(
    "only at a gate whose policy has a list: $lists",
    async ({ lists }) => {
      const signUp = somebody("google.com");
      const request = await world.approved(signUp);
      await put({ entry: "example.com", effect: "deny" });
      const given = awsWorld();
      await provisioningHandler({ ...given, settings: { ...given.settings, ASKED_LISTS: lists } })({ Records: [changeOf(request)] });
      expect([(await world.get(request.id)).state, isMade(signUp)]).toEqual(["provisioned", true]);
    },
  );
});

describe("the provisioning function", () => {
  let world: ApprovalWorld;
  let output: ReturnType<typeof captureOutput>;
  let handler: ReturnType<typeof provisioningHandler>;
  /** In front of Graph: throttles whoever is called so. */
  const front = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (body.includes("Busy")) {
      response.writeHead(429, { "retry-after": "7" }).end(JSON.stringify({ error: { code: "TooManyRequests" } }));
      return;
    }
    const { method = "", url = "", headers } = request;
    const { authorization = "", "content-type": type = "application/json" } = headers;
    const init = { method, headers: { authorization, "content-type": type }, ...(method === "GET" ? {} : { body }) };
    const reply = await fetch(`${world.graph.url}${url}`, init);
    response.writeHead(reply.status, { "content-type": "application/json" }).end(await reply.text());
  });
  beforeAll(async () => {
    world = await startApprovalWorld();
    process.env.GATEHOUSE_ENDPOINT_GRAPH = await listen(front);
    handler = provisioningHandler(awsWorld());
  });
  afterAll(async () => {
    front.closeAllConnections();
    await new Promise((resolve) => front.close(resolve));
    await world.close();
  });
  beforeEach(() => {
    output = captureOutput();
  });
  afterEach(() => output.release());

  it("delays only one person of the batch if Graph answers 429 with Retry-After 7 for that person", async () => {
    const requests = [];
    for (const name of ["Kim", "Busy", "Lee"]) requests.push(await world.approved(somebody("google.com", name)));
    const [elapsed, began] = [stopwatch(), Date.now()];
    expect(await handler({ Records: requests.map(changeOf) })).toEqual({ batchItemFailures: [] });
    expect(elapsed()).toBeLessThan(5_000);
    const [kim, busy, lee] = await Promise.all(requests.map(({ id }) => world.get(id)));
    expect([kim?.state, busy?.state, lee?.state]).toEqual(["provisioned", "approved", "provisioned"]);
    expect(Date.parse(busy?.retryAt ?? "") - began).toBeGreaterThanOrEqual(7_000);
  });

  it.each([
    { given: "never filled in", secret: "dJ8-generated" },
    { given: "without the client's secret", secret: JSON.stringify({ ...settings, clientSecret: "" }) },
    { given: "with another domain", secret: JSON.stringify({ ...settings, tenantDomain: "contoso" }) },
  ])("changes no request, raises the alarm, and logs what to correct if the settings are unusable: $given", async ({ secret }) => {
    const request = await world.approved(somebody("google.com"));
    world.secret = secret;
    world.pass(2 * MINUTE);
    expect(await handler({ Records: [changeOf(request)] })).toEqual({ batchItemFailures: [] });
    expect(await world.get(request.id)).toEqual(request);
    expect(output.lines().filter((line) => "ApprovalSettingsUnusable" in line)).toHaveLength(1);
    expect(output.lines()).toContainEqual(
      expect.objectContaining({ message: "settings unusable", problem: expect.stringMatching(/docs/) }),
    );
    expect(output.text()).not.toContain(secret);
    world.secret = JSON.stringify(settings);
    world.pass(2 * MINUTE);
    await handler({ Records: [changeOf(request)] });
    expect((await world.get(request.id)).state).toBe("provisioned");
  });

  it("names and skips an unreadable row, and handles the others of its batch", async () => {
    const [broken, fine] = [await world.approved(somebody("google.com")), await world.approved(somebody("google.com"))];
    await world.database.client.call("UpdateItem", {
      TableName: "approvals-test",
      Key: { id: { S: broken.id } },
      UpdateExpression: "SET answerBy = :none",
      ExpressionAttributeValues: { ":none": { S: "tomorrow" } },
    });
    expect(await handler({ Records: [changeOf(broken), changeOf(fine)] })).toEqual({ batchItemFailures: [] });
    expect(output.lines()).toContainEqual(expect.objectContaining({ message: "row skipped", row: broken.id, sequenceNumber: broken.id }));
    expect((await world.get(fine.id)).state).toBe("provisioned");
    expect(output.text()).not.toMatch(/example\.com/);
  });
});
