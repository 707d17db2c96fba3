import { GraphError } from "../../../adapters/graph/graph";
import { arrive, begin as beginWork } from "../../../features/accounts/change";
import { accountEvent } from "../../../features/accounts/events";
import { accountStore } from "../../../features/accounts/store/accounts";
import { decisionPublisherHandler } from "../../../features/decisions/worker";
import type { GateExpiry } from "../../../features/expiry/expiry";
import { decision, streamRecord } from "../../events/records";
import { memoryWorld } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";
import { day, expiry, iso, newcomer, say } from "../accounts/accounts";
import { begin, EXTENSION_URL, idOf } from "./life";

const APP = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";
const OTHER_APP = "5d0f9c8b-2a35-4c6e-9d71-0e8f3b2a5c44";

describe("a token in the decisions' stream", () => {
  const token = { ...decision, step: "before-sending-token", source: "external-tenant", userId: newcomer.id, at: iso(10) } as const;

  async function start(cells: object = {}, withTable = true) {
    const settings = { EVENT_BUS: "bus", DECISIONS_TABLE: "decisions", ...(withTable && { ACCOUNTS_TABLE: "accounts" }) };
    const { world, observed } = memoryWorld({ settings, clock: { now: () => day(100).getTime(), startTimer: () => () => undefined } });
    await createKeyTable(world.tables, "accounts", "accounts");
    const accounts = accountStore(world.tables, "accounts");
    await accounts.change(newcomer.id, () => arrive(undefined, { ...newcomer, ...cells }, day(0)));
    const publish = decisionPublisherHandler(world);
    const deliver = (...rows: readonly object[]) => publish({ Records: rows.map((row) => streamRecord(row)) });
    return { accounts, deliver, observed };
  }

  it.each([
    { token: "is the first", cells: {}, seen: { seenAt: iso(10), seenBy: "token", turn: 2 } },
    {
      token: "comes on the day of a sign-in",
      cells: { seenAt: iso(9.1), seenBy: "graph" },
      seen: { seenAt: iso(9.1), seenBy: "graph", turn: 1 },
    },
    { token: "comes a day later", cells: { seenAt: iso(9), seenBy: "token" }, seen: { seenAt: iso(10), seenBy: "token", turn: 2 } },
    { token: "is older", cells: { seenAt: iso(11), seenBy: "token" }, seen: { seenAt: iso(11), seenBy: "token", turn: 1 } },
    { token: "comes after an attempt", cells: { seenAt: iso(11), seenBy: "attempt" }, seen: { seenAt: iso(10), seenBy: "token", turn: 2 } },
  ])("that $token leaves the row so", async ({ cells, seen }) => {
    const { accounts, deliver } = await start(cells);
    const before = await accounts.get(newcomer.id);
    expect(await deliver(token)).toEqual({ batchItemFailures: [] });
    const row = await accounts.get(newcomer.id);
    expect(row).toMatchObject(seen);
    expect(row?.history).toEqual(before?.history);
    expect(before && row && accountEvent(before, row)).toBeUndefined();
  });

  it.each([
    { what: "is of another step", row: { ...token, step: "before-create-user" } },
    { what: "names no account", row: { ...token, userId: undefined } },
    { what: "comes from a backup", row: { ...token, restored: true } },
    { what: "has no readable time", row: { ...token, at: "soon" } },
    { what: "is in the future", row: { ...token, at: iso(200) } },
    { what: "names an account that no gate let in", row: { ...token, userId: idOf(9) } },
  ])("that $what is no sign-in", async ({ row }) => {
    const { accounts, deliver } = await start();
    expect(await deliver(row)).toEqual({ batchItemFailures: [] });
    expect(await accounts.get(newcomer.id)).toMatchObject({ turn: 1 });
  });

  it("settles a change that the worker made meanwhile, and writes once for many tokens", async () => {
    const { accounts, deliver } = await start();
    await accounts.change(newcomer.id, (row) => beginWork(row, "disabling", say, day(9)));
    await deliver(token, { ...token, id: "second", at: iso(10.2) });
    expect(await accounts.get(newcomer.id)).toMatchObject({ seenAt: iso(10.2), work: "disabling", turn: 3 });
  });

  it("is passed by where no policy counts tokens", async () => {
    const { accounts, deliver } = await start({}, false);
    await deliver(token);
    expect(await accounts.get(newcomer.id)).toMatchObject({ turn: 1 });
  });
});

describe("with tokens as the only evidence", () => {
  const gate: GateExpiry = { ...expiry, days: 1_000, idle: 90 };
  const flows = "/identity/authenticationEventsFlows";
  const listener = (appId: string, extension = "ours") => ({
    id: `l-${appId}`,
    "@odata.type": "#microsoft.graph.onTokenIssuanceStartListener",
    conditions: { applications: { includeApplications: [{ appId }] } },
    handler: { customExtension: { id: extension } },
  });
  const tenant = (applications: readonly string[], listeners: readonly object[]) => ({
    [flows]: [{ id: "f1" }],
    [`${flows}/f1/conditions/applications/includeApplications`]: applications.map((appId) => ({ appId })),
    "/identity/customAuthenticationExtensions": [
      { id: "ours", endpointConfiguration: { targetUrl: `${EXTENSION_URL}/tokenIssuanceStart` } },
      { id: "theirs", endpointConfiguration: { targetUrl: "https://elsewhere.contoso.com/tokenIssuanceStart" } },
    ],
    "/identity/authenticationEventListeners": listeners,
  });
  const start = async (more: GateExpiry = gate) => {
    const life = await begin({ gates: { default: more } });
    await life.arriveAll(1, { until: iso(1_000) });
    life.settings.tenant = tenant([APP], [listener(APP)]);
    return life;
  };
  const noteToken = async (life: Awaited<ReturnType<typeof start>>, days: number) =>
    await life.accounts.noteToken(idOf(1), iso(days), day(days));

  it("an account ends so long after its last token, and Entra is asked for no sign-in", async () => {
    const life = await start();
    await noteToken(life, 5);
    await life.live(0, 65);
    expect(await life.row()).toMatchObject({ idleEnd: iso(95), endReason: "idle", idleReminded: [30] });
    await life.live(66, 95);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(95), endReason: "idle" });
    expect(life.calls).not.toContain("GET /users");
  });

  it("a token settles the reminder, and the account stays if it comes on the last day", async () => {
    const life = await start();
    await noteToken(life, 5);
    await life.live(60, 94);
    await noteToken(life, 94.5);
    await life.live(95, 120);
    expect(await life.row()).toMatchObject({ state: "in", endsAt: iso(1_000), seenBy: "token" });
    expect(await life.row()).not.toHaveProperty("idleEnd");
  });

  it("an account without a token stays", async () => {
    const life = await start();
    await life.live(0, 200);
    expect((await life.row()).history).toHaveLength(1);
  });

  it.each([
    { where: "an application calls no token step", tenant: tenant([APP, OTHER_APP], [listener(APP)]) },
    { where: "an application calls another's token step", tenant: tenant([APP], [listener(APP, "theirs")]) },
    { where: "no flow has an application", tenant: tenant([], []) },
    { where: "the tenant answers in another form", tenant: { [flows]: [{ name: "f1" }] } },
  ])("nobody ends where $where", async ({ tenant }) => {
    const life = await start();
    await noteToken(life, 5);
    life.settings.tenant = tenant;
    await life.live(0, 200);
    expect((await life.row()).history).toHaveLength(1);
  });

  it("nobody ends if Graph refuses to tell, and a reminder that went out waits", async () => {
    const life = await start();
    await noteToken(life, 5);
    await life.live(0, 70);
    life.settings.fail = (_, path) => (path.startsWith("/identity/") ? new GraphError({ status: 403, code: "Forbidden" }) : undefined);
    await life.live(71, 120);
    expect(await life.row()).toMatchObject({ state: "in", idleReminded: [30] });
  });

  it("an application that is added on the last day keeps the account", async () => {
    const life = await start();
    await noteToken(life, 5);
    await life.live(0, 94);
    life.settings.tenant = tenant([APP, OTHER_APP], [listener(APP)]);
    await life.live(95, 96);
    expect(await life.row()).toMatchObject({ state: "in" });
  });

  it("where Entra is asked too, an attempt after a token is no attempt without a success", async () => {
    const life = await start({ ...gate, asksGraph: true });
    for (const account of life.directory.values()) account.signInActivity = { lastSignInDateTime: iso(61) };
    await noteToken(life, 60);
    await life.live(60, 149);
    expect(await life.row()).toMatchObject({ seenAt: iso(60), seenBy: "token", idleEnd: iso(151) });
    expect(await life.last()).not.toHaveProperty("attempts");
  });

  it("where Entra is asked too, a token younger than its answer counts", async () => {
    const life = await start({ ...gate, asksGraph: true });
    for (const account of life.directory.values()) account.signInActivity = { lastSuccessfulSignInDateTime: iso(5) };
    await noteToken(life, 50);
    await life.live(0, 109);
    expect((await life.row()).history).toHaveLength(1);
    await life.live(110, 110);
    expect(await life.row()).toMatchObject({ idleEnd: iso(140) });
  });
});
