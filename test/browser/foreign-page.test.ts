import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { localDynamodb } from "../../local/aws/dynamodb/tables";
import type { Instance } from "../../local/data/instance";
import { startGatehouse } from "../../local/run/run";
import { Shutdown } from "../../local/run/shutdown";
import { listen } from "../support/dynamodb";
import { START_MS } from "../support/gate";
import { watchPorts } from "../support/open-ports";
import { startOptions } from "../support/start-options";
import { launchBrowser, press, type TestBrowser } from "./browser";

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

describe("the pages of a start", () => {
  const origin = (address: string) => new URL(address).origin;
  const heading = (page: Page) => page.textContent("h1");

  it("open by the printed address, which loses its key, and lead to each other", () =>
    browser.with({ locale: "en-US" }, async (page) => {
      await page.goto(instance.simulatorUrl);
      expect(page.url()).toBe(`${origin(instance.simulatorUrl)}/`);
      expect(await page.evaluate<string>("document.cookie + getComputedStyle(document.body).margin")).not.toMatch(/gatehouse|8px/);
      await page.getByLabel("E-mail address").fill("blocked@contoso.com");
      await press(page, "Sign in");
      expect(await heading(page)).toBe("You can't sign up");
      await page
        .locator(`a[href^="${origin(instance.consoleUrl)}/decisions/"]`)
        .first()
        .click();
      await page.locator("button[value=administrator]").click();
      await page.waitForURL(`${origin(instance.consoleUrl)}/decisions/*`);
      expect(await page.textContent("main")).toContain("blocked@contoso.com");
    }));

  it("say to a browser without the key where it is", () =>
    browser.with({}, async (page) => {
      for (const address of [instance.simulatorUrl, instance.consoleUrl]) {
        expect((await page.goto(`${origin(address)}/`))?.status()).toBe(403);
        expect(await heading(page)).toBe("Open the address that npm start printed");
      }
    }));

  it("open by a link elsewhere, and by one in a mail's file, where the browser has the key", () =>
    browser.with({ locale: "en-US" }, async (page) => {
      const link = `${origin(instance.simulatorUrl)}/?lang=en`;
      const otherSite = elsewhere.replace("127.0.0.1", "localhost");
      const mail = join(instance.outboxDir, "mail.html");
      writeFileSync(mail, `<a href="${link}">open</a>`);
      for (const [from, key] of [
        [otherSite, false],
        [pathToFileURL(mail).href, false],
        [pathToFileURL(mail).href, true],
        [otherSite, true],
      ] as const) {
        if (key) await page.goto(instance.consoleUrl);
        await page.goto(from);
        await page.evaluate(`document.body.innerHTML = '<a href="${link}">open</a>'`);
        await page.getByText("open").click();
        const opened = key ? "Who signs up?" : "Open the address that npm start printed";
        await page.getByRole("heading", { name: opened }).waitFor();
      }
      // A link with the key in it.
      await page.context().clearCookies();
      await page.goto(otherSite);
      await page.evaluate(`location.href = "${instance.simulatorUrl}"`);
      await page.getByRole("heading", { name: "Who signs up?" }).waitFor();
    }));
});

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
