import { createServer } from "node:http";
import { localDynamodb } from "../../local/aws/dynamodb/tables";
import type { Instance } from "../../local/data/instance";
import { startGatehouse } from "../../local/run/run";
import { Shutdown } from "../../local/run/shutdown";
import { listen } from "../support/dynamodb";
import { START_MS } from "../support/gate";
import { watchPorts } from "../support/open-ports";
import { startOptions } from "../support/start-options";
import { launchBrowser, type TestBrowser } from "./browser";

const shutdown = new Shutdown();
const ports = watchPorts();
let instance: Instance;
let urls: readonly string[];
let browser: TestBrowser;
let elsewhere: string;
const printed: string[] = [];

beforeAll(async () => {
  const context = { print: (line: string) => printed.push(line), timeZone: "UTC", shutdown, signal: new AbortController().signal };
  [{ instance }, browser] = await Promise.all([startGatehouse(startOptions, context), launchBrowser()]);
  urls = ports.urls();
  const page = createServer((_, response) =>
    response.setHeader("Content-Type", "text/html").end("<!DOCTYPE html><title>Elsewhere</title>"),
  );
  elsewhere = await listen(page);
  shutdown.add(() => page.close());
}, START_MS);
afterAll(async () => {
  await browser?.close();
  await shutdown.run();
  ports.stop();
});

/** Run by the page: reads or writes in every way that a page has; says what it could read. */
const attack = async ({ url, body }: { url: string; body: string }): Promise<readonly string[]> => {
  const target = "DynamoDB_20120810.PutItem";
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target, authorization: "Basic eDp4" };
  const attempts: RequestInit[] = [
    {},
    { mode: "no-cors" },
    { method: "POST", body },
    { method: "POST", body, mode: "no-cors" },
    { method: "POST", body, headers },
    { method: "POST", body, credentials: "include" },
  ];
  const read = await Promise.all(
    attempts.map((each) =>
      fetch(url, each).then(
        (answer) => answer.text(),
        () => "",
      ),
    ),
  );
  return read.filter((text) => text !== "");
};

const rows = async () => {
  const { dynamodbEndpoint, aws, tables } = instance;
  return (await localDynamodb(dynamodbEndpoint, aws).call<{ Items: readonly object[] }>("Scan", { TableName: tables.accessList })).Items;
};

describe("a page of another origin", () => {
  it("can read and write nothing at any port", async () => {
    const before = await rows();
    const body = JSON.stringify({ TableName: instance.tables.accessList, Item: { entry: { S: "evil.example" }, effect: { S: "allow" } } });
    printed.length = 0;
    await browser.with({}, async (page) => {
      await page.goto(elsewhere);
      for (const url of urls) expect({ url, read: await page.evaluate(attack, { url, body }) }).toEqual({ url, read: [] });
    });
    expect(await rows()).toEqual(before);
    const refused = printed.filter((line) => line.includes("refused a request with 403"));
    expect(printed).toEqual(refused);
    expect(refused.length).toBeGreaterThanOrEqual(urls.length * 6);
  });
});
