import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditStore } from "../../../features/audit/store/trail";
import { type LocalItem, localDynamodb } from "../../../local/aws/dynamodb/tables";
import type { DeliveredEvent } from "../../../local/aws/events/event-bus";
import { type Instance, readInstance } from "../../../local/data/instance";
import { Shutdown } from "../../../local/run/lasting";
import { startGatehouse } from "../../../local/run/run";
import type { Options } from "../../../local/terminal/options";
import { welcomeText } from "../../../local/terminal/welcome";
import type { AppInstance } from "../../end-to-end/started-gate";
import { START_MS } from "../../support/gate";
import { tablesOf } from "../../support/instance-tables";
import { watchPorts } from "../../support/open-ports";
import { patiently } from "../../support/patience";
import { rawRequest } from "../../support/raw-request";
import { startOptions } from "../../support/start-options";

const data = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const options = { ...startOptions, data };
/** Of the first start alone. */
const credentials = { username: "entra-test", password: "with:colon" };
let shutdown: Shutdown;
let instance: Instance;
let welcome: string;
const ports = watchPorts();
const printed: string[] = [];

async function start(more: Partial<Options> = {}): Promise<void> {
  shutdown = new Shutdown();
  const started = await startGatehouse(
    { ...options, ...more },
    {
      print: (line) => printed.push(line),
      timeZone: "UTC",
      shutdown,
      signal: new AbortController().signal,
    },
  );
  instance = started.instance;
  welcome = welcomeText(started);
}

async function signUp(email: string): Promise<{ readonly action?: string }> {
  const { apiUrl, username, password } = instance;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  return (await fetch(`${apiUrl}/before-create-user`, { method: "POST", headers, body: JSON.stringify({ email }) })).json() as {
    readonly action?: string;
  };
}

const events = () =>
  readFileSync(instance.eventsFile, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as DeliveredEvent & { detail: { id: string; email: string } });
const emails = () => events().map(({ detail }) => detail.email);
const database = () => tablesOf(instance);
const decisions = async () => (await database().call<{ Items: LocalItem[] }>("Scan", { TableName: instance.tables.decisions })).Items;

const untilEvents = (count: number) => vi.waitFor(() => expect(events().length).toBeGreaterThanOrEqual(count), patiently);

beforeAll(() => start({ credentials }), START_MS);
afterAll(async () => {
  await shutdown.run();
  ports.stop();
  rmSync(data, { recursive: true });
});

// One story, in order.
describe("a run of npm start", () => {
  it("prints its addresses", () => {
    expect(readInstance(data)).toEqual(instance);
    expect(instance).toMatchObject({
      data,
      eventsFile: join(data, "events.jsonl"),
      tables: { decisions: expect.stringContaining("Decisions") },
    });
    expect(welcome).toContain(instance.eventsFile);
  });

  it("records its samples in the audit trail as loaded by Gatehouse, not as edited outside", async () => {
    const trail = auditStore(database(), String(instance.tables.audit));
    const told = async () => (await trail.page({})).entries.map(({ via, action, seen }) => [via, action, seen]);
    const own = ["reference-data", "profiles", "access-list"].map((table) => ["gatehouse", `${table}.samples-loaded`, true]);
    await expect.poll(told, patiently).toEqual(own);
  });

  it("answers only local programs and its own pages at its ports", async () => {
    const { tables } = instance;
    const put = { TableName: tables.accessList, Item: { entry: { S: "evil.example" }, effect: { S: "allow" } } };
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.PutItem" };
    const urls = ports.urls();
    expect(urls.length).toBeGreaterThanOrEqual(12);
    for (const url of urls) {
      const foreign: readonly Record<string, string>[] = [
        { host: `gate.example:${new URL(url).port}` },
        { origin: "https://evil.example" },
        { "sec-fetch-site": "same-site" },
      ];
      for (const each of foreign) {
        for (const method of ["GET", "POST", "OPTIONS"]) {
          printed.length = 0;
          const answer = await rawRequest(url, method, { ...headers, ...each }, method === "POST" ? JSON.stringify(put) : "");
          expect({ url, method, each, status: answer.status }).toEqual({ url, method, each, status: 403 });
          expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
          // A function may have something to say meanwhile.
          const told = printed.filter((line) => !/^\S+ {2}\w+ {2}(INFO|WARN) /.test(line));
          expect(told).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d {2}[a-z]+: refused a request with 403: [\w ]+\.$/)]);
        }
      }
    }
    const row = { TableName: tables.accessList, Key: { entry: put.Item.entry } };
    expect(await database().call("GetItem", row)).toEqual({});
  });

  it("lets local programs call the stand-ins for AWS only with the instance's key", async () => {
    const forged = localDynamodb(instance.dynamodbEndpoint, { ...instance.aws, secretAccessKey: "local" });
    await expect(forged.call("ListTables", {})).rejects.toMatchObject({ name: "InvalidSignatureException", status: 403 });
    expect(printed.at(-1)).toContain("dynamodb: refused a request with 403: its signature is wrong.");
    const post = { method: "POST", body: "{}" };
    const unsigned = await Promise.all(
      ports.urls().map(async (url) => (await (await fetch(url, post)).text()).includes("MissingAuthenticationToken")),
    );
    expect(unsigned.filter(Boolean)).toHaveLength(5);
  });

  // What protects each port is listed in docs/local-ports.md: a new one has a line there too.
  it("shows other users of the machine no page at any port", async () => {
    const { apiUrl, approvalsUrl, consoleUrl, simulatorUrl = "", extension, endpoints } = instance as AppInstance;
    const originOf = (url: string) => new URL(url).origin;
    const pages = [consoleUrl, simulatorUrl, endpoints.openid ?? ""].map(originOf);
    const approvals = approvalsUrl === undefined ? [] : [approvalsUrl];
    const others = [apiUrl, ...approvals, extension.url, extension.tokenUrl, ...Object.values(endpoints)];
    const signed = 5;
    expect(ports.urls().length).toBe(new Set([...pages, ...others.map(originOf)]).size + signed);

    const paths = ["/", "/preview?days=7&policy=git:HEAD", "/access-list", "/sign-in", "/style.css", "/auth", "/pick/x", "/?key=x"];
    for (const url of ports.urls()) {
      for (const path of paths) {
        for (const method of ["GET", "POST"]) {
          const answer = await fetch(`${url}${path}`, { method, redirect: "manual" });
          const found = { url, path, method, status: answer.status, page: answer.headers.get("content-type")?.includes("html") ?? false };
          expect(found).toEqual({ ...found, ...(pages.includes(url) ? { status: 403, page: true } : { page: false }) });
        }
      }
    }
    for (const address of [consoleUrl, simulatorUrl]) {
      const visit = await fetch(address, { redirect: "manual" });
      const [cookie = ""] = visit.headers.getSetCookie();
      const seen = await fetch(visit.headers.get("location") ?? "", { headers: { cookie }, redirect: "manual" });
      expect([visit.status, seen.status]).toEqual([303, address === simulatorUrl ? 200 : 302]);
    }
  });

  it("publishes an event for a sign-up", async () => {
    await signUp("kim@contoso.com");
    await untilEvents(1);
    expect(events()).toMatchObject([{ source: "gatehouse", "detail-type": "sign-up.decided.v1", detail: { email: "kim@contoso.com" } }]);
  });

  it("makes one record and one event for a repeated call", async () => {
    await Promise.all([signUp("mina@example.com"), signUp("mina@example.com")]);
    await signUp("mina@example.com");
    await untilEvents(2);
    expect(emails()).toEqual(["kim@contoso.com", "mina@example.com"]);
    expect(await decisions()).toHaveLength(2);
  });

  it("keeps a hundred sign-ups in order", async () => {
    const addresses = Array.from({ length: 100 }, (_, index) => `p${index}@contoso.com`);
    for (const email of addresses) await signUp(email);
    await untilEvents(102);
    expect(emails().slice(2)).toEqual(addresses);
    expect(new Set(events().map(({ detail }) => detail.id)).size).toBe(102);
  });

  it(
    "delivers waiting messages at its end, and keeps its data, credentials and list for the next run",
    async () => {
      await signUp("last@contoso.com");
      const TableName = instance.tables.accessList;
      await database().call("PutItem", { TableName, Item: { entry: { S: "example.com" }, effect: { S: "allow" } } });
      await database().call("DeleteItem", { TableName, Key: { entry: { S: "contoso.com" } } });
      await shutdown.run();
      expect(emails().at(-1)).toBe("last@contoso.com");
      printed.length = 0;
      await start();
      // Nothing has changed, so nothing is built.
      expect(printed.filter((line) => line.startsWith("Building"))).toEqual([]);
      expect(await decisions()).toHaveLength(103);
      expect(events()).toHaveLength(103);
      // The samples are not loaded a second time: the list is as it was edited.
      expect(instance).toMatchObject(credentials);
      expect(await signUp("mina@example.com")).toMatchObject({ action: "Continue" });
      expect(await signUp("kim@contoso.com")).toMatchObject({ action: "ShowBlockPage" });
    },
    START_MS,
  );
});
