import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { AwsClient } from "../../../adapters/aws/client";
import { graphPlaces } from "../../../adapters/graph/clouds";
import { graphClient } from "../../../adapters/graph/graph";
import { graphSignIn } from "../../../adapters/graph/sign-in";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { changeSetStore } from "../../../features/access-list/store/change-sets";
import { decisionStore } from "../../../features/decisions/store/decisions";
import { journeyKey } from "../../../features/external-tenant/account";
import type { Incident, IncidentPerson } from "../../../features/incidents/incident";
import { incidentStore } from "../../../features/incidents/store/incidents";
import { openIncident, selectPeople } from "../../../features/incidents/store/select";
import { takeStep, type WorkPorts, workOn } from "../../../features/incidents/store/work";
import type { GraphAccount } from "../../../local/stand-ins/graph/directory";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { admitted, record } from "../../cli/records";
import { gatehouseAt, jsonLines, PERSON_KEY, type Ran, startInstance, type TestInstance } from "../../cli/support";

let graph: GraphStandIn;
let instance: TestInstance;
beforeAll(async () => {
  graph = await serveGraph();
  instance = await startInstance([], "policy", { endpoints: { graph: graph.url, login: graph.url } });
});
afterAll(() => Promise.all([graph.close(), instance.close()]));
beforeEach(() => instance.clear());

/** Waiting takes no time here. */
const time = { now: () => new Date(), sleep: async () => undefined };
const incident = (...args: string[]) => gatehouseAt(time, "incident", ...args, ...instance.local);
const store = () => incidentStore(instance.dynamodb.client, instance.listChangesTable);

/** Somebody that a domain's entry let in. */
async function letIn(name: string, hoursAgo: number, given: Partial<DecisionRecord> = {}): Promise<DecisionRecord> {
  const { email = `${name}@relay.example` } = given;
  const personId = buildPersonId(email, keyedHash(PERSON_KEY));
  const kept = admitted(name, hoursAgo, { email, personId, ...given });
  await instance.decisions.keep(kept, 90);
  return kept;
}

describe("incident select", () => {
  beforeAll(async () => {
    await letIn("ann", 400);
    await letIn("bob", 400.1, { issuers: ["google.com"] });
    // The same mailbox twice counts as one person.
    await letIn("ann-again", 400.2, { email: "ann@relay.example" });
    await letIn("cleo", 400, { email: "cleo@fabrikam.com" });
    const trace: DecisionRecord["trace"] = [{ rule: "access-list", said: "continue", evidence: { entry: "vip@relay.example" } }];
    await letIn("vip", 400, { email: "vip@relay.example", trace });
    await instance.decisions.keep(record("refused", 400, { email: "no@relay.example" }), 90);
  });
  const since = () => ["--since", new Date(Date.now() - 401 * 3_600_000).toISOString(), "--until", "390h"];

  it("finds the people that the gate let in, counts them and changes nothing", async () => {
    const ran = await incident("select", ...since(), "--domain", "relay.example");
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.stdout).toContain("2 people let in, by 3 decisions\nLeft out: the access list names the person: 1 decision\n");
    expect(ran.stdout).toMatch(/ann@relay\.example {2,}\S+ .* account left as is/);
    expect(ran.stderr).toMatch(/^To shut these people out: npm run gate -- incident act \S+ --local --data /);
    expect(await instance.rows()).toEqual([]);
  });

  it("requires --include-listed to select people whom the list names, and stores each selection", async () => {
    const [all] = jsonLines(await incident("select", ...since(), "--include-listed", "--json"));
    expect(all).toMatchObject({ people: 4, decisions: 5, listed: 0, state: "open" });
    const [none] = jsonLines(await incident("select", ...since(), "--network", "203.0.113.7", "--json"));
    expect(none).toMatchObject({ people: 0, selection: { network: "203.0.113.7" } });
    const shown = jsonLines(await incident("show", "--json")) as { readonly id: string; readonly people: number }[];
    expect(shown.slice(0, 2)).toMatchObject([{ people: 0 }, { people: 4 }]);
    const [{ at = "", id = "" } = {}, before] = shown as readonly { readonly at?: string; readonly id?: string }[];
    expect(jsonLines(await incident("show", "--json", "--since", at))).toMatchObject([{ id }]);
    const [older] = jsonLines(await incident("show", "--json", "--until", String(before?.at)));
    expect(older).toMatchObject({ id: before?.id });
    const [one] = jsonLines(await incident("show", String(shown[1]?.id), "--json", "--limit", "2"));
    expect(one).toMatchObject({ people: 4, sample: [{ state: "selected" }, { state: "selected" }] });
  });

  it("stores a person's earliest decision, since the account may date from it", async () => {
    const [{ id = "" } = {}] = jsonLines(await incident("select", ...since(), "--entry", "contoso.com", "--json")) as { id?: string }[];
    const people: IncidentPerson[] = [];
    for await (const page of store().people(id)) people.push(...page);
    expect(people.map(({ id }) => id).sort()).toEqual(["ann-again", "bob", "cleo"]);
  });

  it.each([
    [["select"], "Say when the attack was: --since"],
    [["select", "--since", "soon"], "--since soon is not a past time"],
    [["select", "--since", "2h", "--until", "3h"], "--until 3h is before --since 2h"],
    [["select", "--since", "2h", "--network", "relay"], "--network relay cannot be read: write an IP address."],
    [["select", "--since", "2h", "--application", "shop"], "--application shop cannot be read: write an application's client id."],
    [["select", "--since", "2h", "--gate", "other"], "There is no gate other"],
    [["select", "--since", "2h", "--rule", "acces-list"], "There is no rule acces-list: write one of access-list, "],
    [["show", "nothing"], "There is no incident nothing"],
  ])("rejects %j", async (args, words) => {
    expect(await incident(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
  });

  it("names the provider that a mistyped one probably means, since nobody signs in with it", async () => {
    const { stderr } = await incident("select", ...since(), "--provider", "gmail.com");
    expect(stderr).toContain("Perhaps nobody signs in with a provider called gmail.com");
    expect(stderr).toContain("Did you mean google.com?");
  });

  it("reads any number of decisions page by page", async () => {
    const { client } = instance.dynamodb;
    const decisions = decisionStore(client, instance.decisionsTable);
    const now = new Date();
    const other = admitted("other", 1, { gate: "other" });
    let pages = 0;
    let most = 0;
    const many = {
      ...decisions,
      async page() {
        pages += 1;
        const items = Array.from({ length: 2_000 }, (_, index) => ({ reference: "K7QD-9MXD", id: `${pages}.${index}` }));
        return { items, searched: 2_000, ...(pages < 50 && { next: { day: "2026-11-20" } }) } as never;
      },
      async whole(keys: readonly unknown[]) {
        most = Math.max(most, keys.length);
        return keys.map(() => other);
      },
    };
    const selection = { from: new Date(0).toISOString(), to: now.toISOString(), gate: "default" };
    const opened = await openIncident(store(), await selectPeople(many, selection), { by: "kim" }, now);
    expect(opened).toMatchObject({ people: 0, state: "open" });
    expect([pages, most]).toEqual([50, 2_000]);
  });
});

describe("incident act and undo", () => {
  const names = ["ann", "bob", "cleo", "dan", "eve", "fay"] as const;
  const at = (name: string) => `${name}@bots.example`;
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const made = (name: string, createdDateTime: string, more: object = {}) => ({
    id: randomUUID(),
    createdDateTime,
    userPrincipalName: at(name),
    mail: at(name),
    userType: "Guest",
    identities: [],
    externalUserState: null,
    accountEnabled: true,
    ...more,
  });

  /** A tenant in which ann's and eve's accounts are of their sign-ups. */
  function tenant(): GraphAccount[] {
    const accounts = graph.accounts() as GraphAccount[];
    accounts.length = 0;
    accounts.push(made("ann", minutesAgo(29)), made("bob", minutesAgo(9_000)), made("dan", minutesAgo(29), { accountEnabled: false }));
    accounts.push(made("eve", minutesAgo(29)), made("fay", minutesAgo(29)), made("gil", minutesAgo(29)));
    return accounts;
  }
  const enabled = () => graph.accounts().flatMap(({ mail, accountEnabled }) => (accountEnabled ? [mail.split("@")[0]] : []));

  beforeAll(async () => {
    for (const name of names) await letIn(`bot-${name}`, 0.5, { email: at(name) });
    const trace: DecisionRecord["trace"] = [{ rule: "access-list", said: "continue", evidence: { entry: at("gil") } }];
    await letIn("bot-gil", 0.5, { email: at("gil"), trace });
  });

  // What one incident has shut out, another one's undoing leaves.
  afterEach(async () => {
    const { items: incidents } = await store().page();
    for (const each of incidents) if (each.state !== "undone") await store().update(each, [], { state: "undone" });
  });

  /** As the command has them. */
  function ports(client: AwsClient): WorkPorts {
    const decisions = decisionStore(client, instance.decisionsTable);
    const incidents = incidentStore(client, instance.listChangesTable);
    const signIn = (signal: AbortSignal) =>
      graphSignIn({
        tenantId: "t",
        clientId: "c",
        credential: { clientSecret: "s" },
        login: graph.url,
        scope: graphPlaces().scope,
        signal,
      });
    return {
      client,
      accessListTable: instance.dynamodb.tableName,
      changeSets: changeSetStore(client, instance.listChangesTable),
      incidents,
      decisions,
      now: time.now,
      signal: new AbortController().signal,
      directory: async () => ({
        ledger: { client, name: "ledger", key: ["id"] },
        hashes: { hashOf: keyedHash(PERSON_KEY) },
        graph: graphClient({ signIn, endpoint: graph.url, sleep: async () => undefined }),
      }),
    };
  }

  /** Asks for it and does it, as a command. */
  async function work(verb: "act" | "undo", incident: Incident, all: WorkPorts): Promise<Incident> {
    const { done, incident: asked } = await takeStep(all.incidents, incident, verb, { by: "kim", byWorker: false }, time.now());
    if (done !== "begun") throw new Error(`${incident.id} was changed.`);
    return (await workOn(asked, { by: "kim" }, all)).incident;
  }

  /** A command whose calls of Graph somebody comes between. */
  async function meddled(
    meddle: (send: () => Promise<Response>, method: string, path: string) => Promise<Response>,
    run: () => Promise<Ran>,
  ): Promise<Ran> {
    const untouched = globalThis.fetch;
    globalThis.fetch = (input, init) =>
      String(input).startsWith(graph.url)
        ? meddle(() => untouched(input, init), init?.method ?? "GET", String(input))
        : untouched(input, init);
    try {
      return await run();
    } finally {
      globalThis.fetch = untouched;
    }
  }

  async function select(domain = "bots.example", since = "1h"): Promise<string> {
    const [{ id = "" } = {}] = jsonLines(await incident("select", "--since", since, "--domain", domain, "--json")) as {
      id?: string;
    }[];
    return id;
  }

  /** What the list holds before: fay is allowed by her own address, bob's row would change. */
  async function listBefore() {
    await instance.putRow({ entry: at("fay"), effect: "allow", ticket: "T-17" });
    await instance.putRow({ entry: at("bob"), effect: "deny", expiresAt: "2020-01-01", note: "long ago" });
    return await sortedRows();
  }
  const sortedRows = async () => (await instance.rows()).toSorted((a, b) => ((a.entry ?? "") < (b.entry ?? "") ? -1 : 1));

  const afterActing = { disabled: 2, other: 1, none: 1, already: 1, listed: 1 };

  it("denies the people as one change set, disables their new accounts, and undoes it byte for byte", async () => {
    tenant();
    const before = await listBefore();
    const id = await select();
    const acted = await incident("act", id, "--people", "6", "--json");
    expect(acted.stderr).toBe("");
    expect(jsonLines(acted)[0]).toMatchObject({ state: "acted", outcome: afterActing });
    expect(enabled()).toEqual(["bob", "fay", "gil"]);
    const rows = await sortedRows();
    expect(rows.filter(({ effect }) => effect === "deny").map(({ entry }) => entry)).toEqual(["ann", "bob", "cleo", "dan", "eve"].map(at));
    expect(rows.find(({ entry }) => entry === at("ann"))).toEqual({ entry: at("ann"), effect: "deny", note: `incident ${id}` });
    expect(rows).toContainEqual({ entry: at("fay"), effect: "allow", ticket: "T-17" });
    const shown = await incident("show", id);
    expect(shown.stdout).toMatch(/cleo@bots\.example .* account not found\n/);

    const [set] = jsonLines(await gatehouseAt(time, "list", "changes", "--json", ...instance.local));
    expect(set).toMatchObject({ shutOut: { incident: id, people: 6, domain: "bots.example" } });
    const half = await gatehouseAt(time, "list", "revert", (await store().get(id))?.changeSet ?? "", "--dry-run", ...instance.local);
    expect(half).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("Undo the incident instead, which also enables its accounts again"),
    });

    // Somebody lets eve sign in again meanwhile: she is left as she is.
    const eve = graph.accounts().find(({ mail }) => mail === at("eve")) as unknown as { accountEnabled: boolean };
    eve.accountEnabled = true;
    const undone = await incident("undo", id, "--people", "6", "--json");
    expect(undone).toMatchObject({ exitCode: 0, stderr: "" });
    expect(jsonLines(undone)[0]).toMatchObject({
      state: "undone",
      outcome: { enabled: 1, changed: 1, other: 1, none: 1, already: 1 },
      kept: [],
    });
    expect(enabled()).toEqual(["ann", "bob", "eve", "fay", "gil"]);
    expect(await sortedRows()).toEqual(before);
    expect(await incident("undo", id, "--people", "6")).toMatchObject({ exitCode: 1, stderr: "It was undone.\n" });
  });

  it("denies at once somebody whom a deny lets in until a day, if it takes listed people, and undo brings back that day", async () => {
    tenant();
    const row = { entry: at("eve"), effect: "deny", note: "left", allowedUntil: "2099-12-31" };
    await instance.putRow(row);
    for (const [args, after] of [
      [[], row],
      [["--include-listed"], { entry: at("eve"), effect: "deny" }],
    ] as const) {
      const selected = await incident("select", "--since", "1h", "--domain", "bots.example", "--json", ...args);
      const [{ id, people }] = jsonLines(selected) as [{ id: string; people: number }];
      await incident("act", id, "--people", String(people));
      expect((await sortedRows()).find(({ entry }) => entry === row.entry)).toEqual({
        ...after,
        ...(args.length > 0 && { note: `incident ${id}` }),
      });
      await incident("undo", id, "--people", String(people));
      expect(await sortedRows()).toEqual([row]);
    }
  });

  it("denies the account of somebody whom its entry let in, if it takes listed people, and undo brings the entry back", async () => {
    tenant();
    const row = { entry: "issuer:google.com/1184", effect: "allow", note: "the owner" };
    await instance.putRow(row);
    const trace: DecisionRecord["trace"] = [{ rule: "access-list", said: "continue", evidence: { entry: row.entry, level: "account" } }];
    await letIn("own", 0.5, { email: at("own"), issuers: ["google.com"], trace });
    const selected = await incident("select", "--since", "1h", "--domain", "bots.example", "--include-listed", "--json");
    const [{ id, people }] = jsonLines(selected) as [{ id: string; people: number }];
    await incident("act", id, "--people", String(people));
    const denied = (await sortedRows()).filter(({ entry }) => entry === row.entry || entry === at("own"));
    expect(denied).toEqual([row.entry, at("own")].map((entry) => ({ entry, effect: "deny", note: `incident ${id}` })));
    await incident("undo", id, "--people", String(people));
    expect(await sortedRows()).toEqual([row]);
  });

  it.each([
    { edited: ["eve", "dan", "cleo", "bob", "ann"], newest: { means: "incident act" } },
    { edited: ["bob"], newest: { means: "incident undo", writes: 4, kept: [at("bob")], keptCount: 1 } },
  ])("undo reports the entries that somebody edited since, and exits with 2: $edited", async ({ edited, newest }) => {
    tenant();
    await listBefore();
    const id = await select();
    await incident("act", id, "--people", "6");
    for (const name of edited) await instance.putRow({ entry: at(name), effect: "deny", note: "known to the police" });
    const { exitCode, stderr, stdout } = await incident("undo", id, "--people", "6");
    expect({ exitCode, stderr, stdout }).toEqual({
      exitCode: 2,
      stderr: edited.map((name) => `! ${at(name)}: edited since, stays as it is\n`).join(""),
      stdout: expect.stringContaining(`Incident ${id}: undone`),
    });
    expect(await store().get(id)).toMatchObject({ state: "undone", kept: edited.length });
    expect((await incident("show", id)).stdout).toContain(`Deny entries kept: ${edited.length}. `);
    await store().update((await store().get(id)) as Incident, [], { work: "failed" });
    expect((await incident("show", id)).stdout).toContain("It failed. The log of the function IncidentWorker says why.");
    const rows = await sortedRows();
    expect(rows.filter(({ note }) => note === "known to the police").map(({ entry }) => entry)).toEqual(edited.map(at).sort());
    const sets = changeSetStore(instance.dynamodb.client, instance.listChangesTable);
    expect((await sets.page(undefined, 1)).sets).toMatchObject([newest]);
  });

  it("a repeated undo reports the entries that an interrupted first run left", async () => {
    tenant();
    await listBefore();
    const id = await select();
    await incident("act", id, "--people", "6");
    await instance.putRow({ entry: at("bob"), effect: "deny", note: "known to the police" });
    const cutOff = new Error("The program is dead.");
    const acted = (await store().get(id)) as Incident;
    const good = ports(instance.dynamodb.client);
    const incidents: typeof good.incidents = {
      ...good.incidents,
      update: async (current, names, facts) =>
        facts.state === "undone" ? await Promise.reject(cutOff) : await good.incidents.update(current, names, facts),
    };
    await expect(work("undo", acted, { ...good, incidents })).rejects.toThrow(cutOff);
    expect(await incident("undo", id, "--people", "6", "--json")).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining(`"kept":["${at("bob")}"]`),
    });
  });

  it("continues after any interruption, repeats no step and undoes everything", async () => {
    const accounts = tenant();
    const before = await listBefore();
    const good = instance.dynamodb.client;
    let cutOff = 0;
    for (let calls = 1; ; calls++) {
      accounts.length = 0;
      tenant();
      const id = await select();
      const opened = (await store().get(id)) as Incident;
      let left = calls;
      const dying = {
        ...good,
        call: async (...given: Parameters<typeof good.call>) =>
          left-- > 0 ? await good.call(...given) : await Promise.reject(new Error("The program is dead.")),
      } as typeof good;
      const dies = await work("act", opened, ports(dying)).then(
        () => false,
        () => true,
      );
      const current = (await store().get(id)) as Incident;
      // The dead program's lease is over.
      const over = async (each: Incident) => (await store().update(each, [], { aliveUntil: 0 })) as Incident;
      if (dies) cutOff += 1;
      const ended = dies ? await work("act", await over(current), ports(good)) : current;
      expect([calls, ended.outcome]).toEqual([calls, afterActing]);
      expect(enabled()).toEqual(["bob", "fay", "gil"]);
      left = calls;
      const isUndone = await work("undo", ended, ports(dying)).then(
        () => true,
        () => false,
      );
      const half = (await store().get(id)) as Incident;
      // Where it died as it let go of what it had done, nothing is left to do.
      if (half.state !== "undone") await work("undo", await over(half), ports(good));
      expect([calls, enabled()]).toEqual([calls, ["ann", "bob", "eve", "fay", "gil"]]);
      expect([calls, await sortedRows()]).toEqual([calls, before]);
      if (!dies && isUndone) break;
    }
    expect(cutOff).toBeGreaterThan(20);
  });

  it("ends if Graph fails half-way, explains how to continue, and changes no account twice", async () => {
    tenant();
    await listBefore();
    const id = await select();
    let patches = 0;
    const failing = await meddled(
      async (send, method) => {
        // The first one is done, and its answer lost.
        if (method === "PATCH" && ++patches >= 1) {
          if (patches === 1) await send();
          return new Response("", { status: 503 });
        }
        return await send();
      },
      () => incident("act", id, "--people", "6"),
    );
    expect(failing).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^Not finished. To continue: .* incident act \S+ --local/),
    });
    expect((await incident("show", id)).stdout).toContain("about to be disabled");
    expect(jsonLines(await incident("act", id, "--json"))[0]).toMatchObject({ state: "acted", outcome: afterActing });
  });

  /** Time passes where a command waits, and where a test says so. */
  function clockByHand() {
    let at = Date.now();
    const pass = (ms: number) => {
      at += ms;
    };
    return { now: () => new Date(at), sleep: async (ms: number) => pass(ms), pass };
  }

  it.each([
    { given: "Graph is fast", callMs: 20, everyMs: [300, 300, 300, 300] },
    // To find and to disable an account are two calls.
    { given: "Graph is slow", callMs: 500, everyMs: expect.arrayContaining([500, 1_000]) },
  ])("changes at most 200 people a minute: $given", async ({ callMs, everyMs }) => {
    tenant();
    await listBefore();
    const id = await select();
    const clock = clockByHand();
    const begins: number[] = [];
    const ran = await meddled(
      (send, method, path) => {
        if (method === "GET" && path.includes("/users?")) begins.push(clock.now().getTime());
        if (path.includes("/users")) clock.pass(callMs);
        return send();
      },
      () => gatehouseAt(clock, "incident", "act", id, "--people", "6", ...instance.local),
    );
    expect(ran.exitCode).toBe(0);
    expect(begins.slice(1).map((begin, index) => begin - (begins[index] ?? 0))).toEqual(everyMs);
  });

  it.each([
    { given: "waits as long as Graph says", retryAfter: 90, exitCode: 0, state: "acted" },
    { given: "ends where that is too long, and continues later", retryAfter: 600, exitCode: 1, state: "acting" },
  ])("continues after Graph throttles it half-way: $given", async ({ retryAfter, exitCode, state }) => {
    tenant();
    await listBefore();
    const id = await select();
    const clock = clockByHand();
    const patches: { readonly path: string; readonly at: number }[] = [];
    const throttled = await meddled(
      async (send, method, path) => {
        if (method !== "PATCH") return await send();
        patches.push({ path, at: clock.now().getTime() });
        if (patches.length !== 2) return await send();
        return Response.json({ error: { code: "TooManyRequests" } }, { status: 429, headers: { "retry-after": String(retryAfter) } });
      },
      () => gatehouseAt(clock, "incident", "act", id, "--people", "6", ...instance.local),
    );
    expect(throttled.exitCode).toBe(exitCode);
    expect(await store().get(id)).toMatchObject({ state });
    const [, second, again] = patches;
    expect(patches).toHaveLength(exitCode === 0 ? 3 : 2);
    if (again !== undefined) expect([again.path, again.at - (second?.at ?? 0)]).toEqual([second?.path, retryAfter * 1_000]);
    expect(jsonLines(await incident("act", id, "--people", "6", "--json"))[0]).toMatchObject({ state: "acted", outcome: afterActing });
  });

  describe("find an external tenant's account by the journey in the ledger", () => {
    const [own, another] = [made("own", minutesAgo(20)), made("another", minutesAgo(20))];

    it.each([
      { given: "one account", accounts: [own.id], people: ["p"], outcome: { disabled: 1 }, disabled: [own.id] },
      { given: "an account that was deleted", accounts: [randomUUID()], people: ["p"], outcome: { gone: 1 } },
      { given: "two accounts: the address counts", accounts: [own.id, another.id], people: ["p"], outcome: { none: 1 } },
      { given: "two people: the address counts", accounts: [own.id], people: ["p", "q"], outcome: { none: 1 } },
      { given: "no account yet: the address counts", people: ["p"], outcome: { none: 1 } },
    ])("$given", async ({ given, accounts, people, outcome, disabled = [] }) => {
      const name = given.replace(/\W+/g, "-");
      const correlationId = randomUUID();
      // Nobody in the tenant has the address any more with which the person signed up.
      await letIn(name, 0.4, { email: `${name}@${name}.example`, correlationId });
      (graph.accounts() as GraphAccount[]).splice(0, Number.POSITIVE_INFINITY, { ...own }, { ...another });
      const { id } = journeyKey(correlationId, keyedHash(PERSON_KEY)).key;
      const Item = { id: { S: id }, people: { SS: people }, ...(accounts && { accounts: { SS: accounts } }) };
      await instance.dynamodb.client.call("PutItem", { TableName: "ledger", Item });
      const found = await select(`${name}.example`);
      expect(jsonLines(await incident("act", found, "--people", "1", "--json"))[0]).toMatchObject({ outcome });
      expect(graph.accounts().flatMap((account) => (account.accountEnabled ? [] : [account.id]))).toEqual(disabled);
    });
  });

  it("reports an account that was deleted meanwhile, and one that Graph keeps disabled", async () => {
    const accounts = tenant();
    await listBefore();
    const id = await select();
    const eve = accounts.findIndex(({ mail }) => mail === at("eve"));
    const ran = await meddled(
      async (send, method, path) => {
        if (method !== "PATCH") return await send();
        if (path.includes(String(accounts[0]?.id)))
          return Response.json({ error: { code: "Authorization_RequestDenied" } }, { status: 403 });
        graph.accounts().length;
        (graph.accounts() as GraphAccount[]).splice(eve, 1);
        return await send();
      },
      () => incident("act", id, "--people", "6", "--json"),
    );
    expect(jsonLines(ran)[0]).toMatchObject({ outcome: { refused: 1, gone: 1 } });
    // What was refused is tried again.
    expect(jsonLines(await incident("act", id, "--people", "6", "--json"))[0]).toMatchObject({ outcome: { disabled: 1, gone: 1 } });
  });

  it("retries an undo of accounts that Graph did not enable", async () => {
    tenant();
    const before = await listBefore();
    const id = await select();
    await incident("act", id, "--people", "6");
    const refused = await meddled(
      async (send, method) =>
        method === "PATCH" ? Response.json({ error: { code: "Authorization_RequestDenied" } }, { status: 403 }) : await send(),
      () => incident("undo", id, "--people", "6"),
    );
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^! 2 accounts are still disabled. To try again: .* incident undo /),
    });
    expect(await incident("undo", id, "--people", "6")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(enabled()).toEqual(["ann", "bob", "eve", "fay", "gil"]);
    expect(await sortedRows()).toEqual(before);
  });

  it("stops if somebody else undoes it meanwhile, and leaves nobody shut out", async () => {
    tenant();
    const before = await listBefore();
    const id = await select();
    // It waits until the other one has stopped.
    const patient = { ...time, sleep: async () => await setTimeout(20) };
    let undone: Promise<Ran> | undefined;
    const acted = await meddled(
      async (send, method) => {
        const answer = await send();
        if (method !== "PATCH" || undone !== undefined) return answer;
        undone = gatehouseAt(patient, "incident", "undo", id, "--people", "6", ...instance.local);
        while ((await store().get(id))?.state !== "undoing") await setTimeout(5);
        return answer;
      },
      () => incident("act", id, "--people", "6"),
    );
    expect(await undone).toMatchObject({ exitCode: 0 });
    expect(acted).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Somebody else is working on the incident") });
    expect(enabled()).toEqual(["ann", "bob", "eve", "fay", "gil"]);
    expect(await sortedRows()).toEqual(before);
  });

  it("undoes no incident that has changed since it was viewed", async () => {
    tenant();
    const before = await listBefore();
    const id = await select();
    const open = (await store().get(id)) as Incident;
    const seen = (await store().update(open, ["state"], {
      state: "acting",
      steps: [...open.steps, { what: "acting", by: "kim", at: new Date().toISOString() }],
    })) as Incident;
    await incident("act", id);
    await store().update(seen, [], { state: "acting" });
    await expect(work("undo", seen, ports(instance.dynamodb.client))).rejects.toThrow(id);
    await incident("undo", id, "--people", "6");
    expect(await sortedRows()).toEqual(before);
  });

  describe("two incidents about the same people", () => {
    const sees = async (id: string) => jsonLines(await incident("act", id, "--people", "6", "--json"))[0];

    it("the second leaves out whom the first keeps out, and says so", async () => {
      tenant();
      const id = await select();
      await incident("act", id, "--people", "6", "--list-only");
      const again = await incident("select", "--since", "1h", "--domain", "bots.example", "--json");
      expect(jsonLines(again)[0]).toMatchObject({ decisions: 6, people: 0 });
      expect(again.stderr).toContain(`Left out: people whom the incident ${id} keeps out already.\n`);
      await incident("undo", id, "--people", "6");
      expect(jsonLines(await incident("select", "--since", "1h", "--domain", "bots.example", "--json"))[0]).toMatchObject({ people: 6 });
    });

    it("keep a person out until both incidents are undone", async () => {
      tenant();
      const before = await listBefore();
      const [wide, narrow] = [await select(), await select()];
      expect(await sees(wide)).toMatchObject({ state: "acted", outcome: afterActing });
      const shut = await sortedRows();
      expect(await sees(narrow)).toMatchObject({ state: "acted" });
      expect(await sortedRows()).toEqual(shut);
      const first = await incident("undo", wide, "--people", "6");
      expect(first).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/^! People still shut out by another incident: 5\. .* incident undo \S+ --local/),
      });
      expect(await sortedRows()).toEqual(shut);
      expect(enabled()).toEqual(["bob", "fay", "gil"]);
      expect(await incident("undo", narrow, "--people", "6")).toMatchObject({ exitCode: 0 });
      expect(await incident("undo", wide, "--people", "6")).toMatchObject({ exitCode: 0, stderr: "" });
      expect(enabled()).toEqual(["ann", "bob", "eve", "fay", "gil"]);
      expect(await sortedRows()).toEqual(before);
      expect(await incident("undo", wide, "--people", "6")).toMatchObject({ stderr: "It was undone.\n" });
    });
  });

  describe("a person who typed an address", () => {
    const owner = "owner@typed.example";
    const account = { issuer: "apple.com", id: "000123.abc" };
    const typed = { email: owner, emailTyped: true, issuers: ["apple.com"], accountId: "hash-of-the-account" } as const;

    it("is shut out by the account, while the owner of the address keeps access", async () => {
      const accounts = tenant();
      const identities = [{ signInType: "federated", issuer: account.issuer, issuerAssignedId: account.id }] as const;
      accounts.push({ ...made("own", minutesAgo(20)), mail: owner }, { ...made("typist", minutesAgo(20)), mail: owner, identities });
      await letIn("typed", 0.4, { ...typed, signedInAs: account });
      await letIn("proven", 0.3, { email: "other@typed.example" });
      const id = await select("typed.example");
      expect(jsonLines(await incident("act", id, "--people", "2", "--json"))[0]).toMatchObject({ outcome: { disabled: 1, none: 1 } });
      const denied = (await sortedRows()).flatMap(({ entry, effect }) => (effect === "deny" && !entry?.includes("bots") ? [entry] : []));
      expect(denied).toEqual(["issuer:apple.com/000123.abc", "other@typed.example"]);
      expect(graph.accounts().flatMap((each) => (each.mail === owner && each.accountEnabled ? [each.userPrincipalName] : []))).toEqual([
        at("own"),
      ]);
      expect(await incident("undo", id, "--people", "2")).toMatchObject({ exitCode: 0 });
      expect((await sortedRows()).map(({ entry }) => entry)).not.toContain("issuer:apple.com/000123.abc");
    });

    it("does not cause a deny of the address, even if the provider names no account", async () => {
      tenant();
      await letIn("nobody", 0.4, { ...typed, email: "owner@nobody.example", accountId: undefined });
      const before = await sortedRows();
      const id = await select("nobody.example");
      expect(jsonLines(await incident("act", id, "--people", "1", "--json"))[0]).toMatchObject({ outcome: { none: 1 } });
      expect(await sortedRows()).toEqual(before);
    });
  });

  it("forgets a person who is erased", async () => {
    const erased = "erased@gone.example";
    await letIn("erased", 0.4, { email: erased });
    const id = await select("gone.example");
    expect(await store().outcome(id)).toEqual({ selected: 1 });
    expect(await gatehouseAt(time, "person", "erase", erased, "--yes", ...instance.local)).toMatchObject({ exitCode: 0 });
    expect(await store().outcome(id)).toEqual({});
  });

  it("says of an undo that somebody was erased since, and of one who was enabled again whom and by whom", async () => {
    const accounts = tenant();
    const people = ["ida", "jon", "kay"].map((name) => `${name}@later.example`);
    for (const email of people) {
      await letIn(email, 0.4, { email });
      accounts.push({ ...made(email, minutesAgo(20)), mail: email, userPrincipalName: email });
    }
    const [, jon = "", kay = ""] = people;
    const id = await select("later.example");
    await incident("act", id, "--people", "3");
    expect((await incident("show", id)).stdout).not.toContain("erased");
    expect(await gatehouseAt(time, "person", "erase", kay, "--yes", ...instance.local)).toMatchObject({ exitCode: 0 });
    const all = ports(instance.dynamodb.client);
    const person = buildPersonId(jon, keyedHash(PERSON_KEY));
    const who = { by: "oid-lee", name: "Lee", act: "enable-1" };
    const { incident: asked } = await takeStep(
      store(),
      (await store().get(id)) as Incident,
      "enable",
      { ...who, byWorker: false },
      time.now(),
    );
    const [member] = (await store().among([{ id, person }])).values();
    await store().move(id, member as IncidentPerson, { state: "enabling" });
    await workOn(asked, who, all);
    expect((await incident("show", id)).stdout).toMatch(new RegExp(`enabled ${jon} by Lee\n`));
    expect((await incident("show", id)).stdout).toContain("1 person was erased since: their account stays as it is.");
    const undone = await incident("undo", id, "--people", "3");
    expect(undone).toMatchObject({ exitCode: 0, stderr: "! 1 person was erased since: their account stays as it is.\n" });
    expect((await incident("show", id)).stdout).toContain("1 person was erased since");
    // An erasure takes the person out of the steps, too.
    expect(await gatehouseAt(time, "person", "erase", jon, "--yes", ...instance.local)).toMatchObject({ exitCode: 0 });
    expect(JSON.stringify((await store().get(id))?.steps)).not.toContain(person);
    expect((await incident("show", id)).stdout).toContain("2 people were erased since: their accounts stay as they are.");
  });

  it("asks for the number of people, and for a second person if many people were let in days ago", async () => {
    tenant();
    const id = await select();
    expect(await incident("act", id)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("add --people with their number") });
    expect(await incident("act", id, "--people", "5")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Nothing was changed"),
    });
    expect(await incident("undo", id, "--people", "6")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Nothing was done yet."),
    });
    for (let index = 0; index < 21; index++) await letIn(`crowd-${index}`, 0.4, { email: `crowd-${index}@many.example` });
    const many = await select("many.example", "73h");
    const asked = await incident("act", many, "--people", "21");
    expect(asked).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining(`yet.\nThey type: npm run gate -- incident confirm ${many}`),
    });
    expect(await incident("act", many, "--people", "21")).toMatchObject({ exitCode: 2 });
    expect(await incident("confirm", many, "--people", "21")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("somebody else has to confirm"),
    });
    expect(await instance.rows()).toEqual([]);
    // Asked for on another machine.
    const current = (await store().get(many)) as Incident;
    const steps = current.steps.map((step) => (step.what === "asked" ? { ...step, by: "lee@laptop" } : step));
    await store().update(current, ["state"], { steps });
    expect(await incident("confirm", many, "--people", "21")).toMatchObject({ exitCode: 0 });
    expect(await incident("confirm", many, "--people", "21")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("has been confirmed already"),
    });
    expect(await incident("act", many, "--people", "21", "--list-only", "--json")).toMatchObject({ exitCode: 0 });
    expect(await instance.rows()).toHaveLength(21);
    expect(jsonLines(await incident("undo", many, "--people", "21", "--json"))[0]).toMatchObject({
      state: "undone",
      outcome: { selected: 21 },
    });
    expect(await instance.rows()).toEqual([]);
  });
});
