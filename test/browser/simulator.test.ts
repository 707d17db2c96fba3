import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { localDynamodb } from "../../local/aws/dynamodb/tables";
import { newPageKey } from "../../local/aws/page-key";
import type { LocalServer } from "../../local/aws/server";
import type { Instance } from "../../local/data/instance";
import { startGatehouse } from "../../local/run/run";
import { Shutdown } from "../../local/run/shutdown";
import { serveSimulator } from "../../local/run/user-flows";
import { CONTINUE, connectorFlow, type Reply, serveEndpoint } from "../simulator/endpoint";
import { acting, letThrough, TENANT_ID } from "../simulator/extension-endpoint";
import { START_MS } from "../support/gate";
import { listen } from "../support/listen";
import { watchPorts } from "../support/open-ports";
import { startOptions } from "../support/start-options";
import { flaws, launchBrowser, press, type TestBrowser } from "./browser";

/** Whoever asks the endpoint of our own is waited for that long. */
const TIMEOUT_MS = 300;
const HOSTILE = `<script>document.title = "run"</script><img src=x onerror="document.title = 'run'">\u202e${"x".repeat(10_000)}`;

const shutdown = new Shutdown();
const ports = watchPorts();
let instance: Instance;
/** Each port of the start. */
let urls: readonly string[];
const printed: string[] = [];
let browser: TestBrowser;
/** A page of another origin. */
let elsewhere: string;
/** A simulator before an endpoint that answers what a test likes. */
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let odd: LocalServer;
const pageKey = newPageKey(0);
let answers: (Reply | "hang")[] = [];

beforeAll(async () => {
  const context = { print: (line: string) => printed.push(line), timeZone: "UTC", shutdown, signal: new AbortController().signal };
  [{ instance }, browser] = await Promise.all([startGatehouse(startOptions, context), launchBrowser()]);
  urls = ports.urls();
  const page = createServer((_, response) =>
    response.setHeader("Content-Type", "text/html").end("<!DOCTYPE html><title>Elsewhere</title>"),
  );
  elsewhere = await listen(page);
  shutdown.add(() => page.close());
  endpoint = await serveEndpoint(() => answers.shift() ?? { body: CONTINUE });
  const external = connectorFlow(endpoint.url, {
    tenant: { kind: "external-tenant", id: TENANT_ID },
    steps: ["after-sign-in", "before-create-user", "before-sending-token"],
  });
  odd = await serveSimulator({ flows: [connectorFlow(endpoint.url, { timeoutMs: TIMEOUT_MS }), external], port: 0, pageKey });
}, START_MS);
afterAll(async () => {
  await Promise.all([browser?.close(), odd?.close(), endpoint?.close()]);
  await shutdown.run();
  ports.stop();
});
beforeEach(() => {
  answers = [];
  endpoint.received.length = 0;
});

const simulator = (visit: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
  browser.look({ locale: "en-US", ...options }, async (page) => {
    await page.goto(instance.simulatorUrl);
    await visit(page);
  });
const oddSimulator = (visit: (page: Page) => Promise<void>) =>
  browser.look({ locale: "en-US" }, async (page) => {
    await page.goto(pageKey.addressOf(odd.url));
    await visit(page);
  });

const heading = (page: Page) => page.textContent("h1");

describe("the simulator before the shipped policy", () => {
  it("leads from the start to the account", () =>
    simulator(async (page) => {
      expect(await heading(page)).toBe("Who signs up?");
      expect(await flaws(page)).toEqual([]);
      await page.getByLabel("City").check();
      await page.getByLabel("E-mail address").fill("kim@contoso.com");
      await press(page, "Sign in");
      expect(await heading(page)).toBe("Add your details");
      expect(await page.getByLabel("Display Name").inputValue()).toBe("Minji Kim");
      expect(await flaws(page)).toEqual([]);
      await page.getByLabel("Display Name").fill("KIM ABERCROMBIE");
      await page.getByLabel("City").fill(" portland ");
      await press(page, "Continue");
      expect(await heading(page)).toBe("Your account is ready");
      expect(await page.locator("dl").textContent()).toMatch(/Kim Abercrombie.*Portland/);
      expect(await page.locator("section").allTextContents()).toEqual([
        expect.stringMatching(/Before creating the user[\s\S]*Within the contract\.[\s\S]*Changes: .*displayName/),
        expect.stringMatching(/After sign-in[\s\S]*Within the contract\./),
      ]);
      expect(await flaws(page)).toEqual([]);
      await press(page, "Again with this person");
      expect(await page.getByLabel("E-mail address").inputValue()).toBe("kim@contoso.com");
    }));

  it("shows beside the answer what each rule said and the way to the decision, sets another policy's beside it, and replays", () =>
    simulator(async (page) => {
      await page.getByRole("link", { name: /^Allowed/ }).click();
      await press(page, "Sign in");
      await press(page, "Continue");
      const [row] = await page.getByRole("row", { name: /access-list/ }).allTextContents();
      expect(row).toMatch(/passed.*by contoso\.com: the domain of the address/);
      const links = page.getByRole("link", { name: "See the decision in the console" });
      expect(await links.first().getAttribute("href")).toMatch(/\/decisions\/[A-Z0-9]{4}-[A-Z0-9]{4}$/);
      await page.getByText("Compare with another policy").click();
      await page.getByLabel("A folder of the project").fill("samples/policies/approval");
      await press(page, "Compare");
      expect(await heading(page)).toBe("Two answers, side by side");
      expect(await page.locator(".pair").last().textContent()).toMatch(/validate: continue[\s\S]*request-approval: continue/);
      expect(await flaws(page, ["light", "dark on a phone"])).toEqual([]);
      await page.getByRole("link", { name: "Time machine" }).click();
      await page.getByLabel("Policy").fill("samples/policies/approval");
      await press(page, "Replay");
      expect(await page.getByRole("heading", { name: /^Cannot tell/ }).count()).toBeGreaterThan(0);
      expect(await flaws(page, ["light", "dark on a phone"])).toEqual([]);
      await page.getByRole("link", { name: "Try: kim@contoso.com" }).first().click();
      expect(await page.getByLabel("E-mail address").inputValue()).toBe("kim@contoso.com");
    }));

  it("ends at the block page, in the person's language", () =>
    simulator(async (page) => {
      await page.getByLabel("E-mail address").fill("blocked@contoso.com");
      await page.getByLabel("Languages of the device").fill("fr-FR");
      await press(page, "Sign in");
      expect(await heading(page)).toBe("You can't sign up");
      expect(await page.locator(".words").textContent()).toMatch(/[A-Z0-9]{4}-[A-Z0-9]{4}/);
      expect(await page.locator(".words").textContent()).not.toContain("sign up");
      expect(await flaws(page)).toEqual([]);
    }));

  it("comes back to the form with the message, and keeps what was typed", () =>
    simulator(async (page) => {
      await press(page, "Sign in");
      await page.getByLabel("Display Name").fill("K".repeat(257));
      await press(page, "Continue");
      expect(await heading(page)).toBe("Add your details");
      expect(await page.getByRole("alert").textContent()).toContain("256");
      expect(await page.getByLabel("Display Name").inputValue()).toBe("K".repeat(257));
      expect(await flaws(page)).toEqual([]);
      await page.getByLabel("Display Name").fill("Kim");
      await press(page, "Continue");
      expect(await heading(page)).toBe("Your account is ready");
    }));

  it("asks again where the first answer of each step gets lost: the same answer, the account", () =>
    simulator(async (page) => {
      await page.getByLabel("Lose the first answer").check();
      await press(page, "Sign in");
      await press(page, "Continue");
      expect(await heading(page)).toBe("Your account is ready");
      for (const step of await page.locator("section").allTextContents())
        expect(step).toMatch(/Answer that got lost: 200[\s\S]*Answer: 200/);
    }));

  it("speaks Korean", () =>
    simulator(
      async (page) => {
        expect(await heading(page)).toBe("누가 가입하나요?");
        expect(await flaws(page)).toEqual([]);
        await page.getByLabel("이메일 주소").fill("blocked@contoso.com");
        await press(page, "로그인");
        expect(await heading(page)).toBe("가입할 수 없습니다");
        expect(await page.locator(".words").textContent()).toMatch(/[가-힣]/);
        expect(await flaws(page)).toEqual([]);
        await page.getByRole("link", { name: "English" }).click();
        expect(await heading(page)).toBe("Who signs up?");
      },
      { locale: "ko-KR" },
    ));

  it("says what to mend before anybody signs in", () =>
    simulator(async (page) => {
      await page.getByLabel("Custom attributes").fill("ext_Seats");
      await press(page, "Sign in");
      expect(await page.getByRole("alert").textContent()).toContain("ext_Seats");
      expect(await flaws(page)).toEqual([]);
      await page.goto(new URL("/nowhere", instance.simulatorUrl).href);
      expect(await heading(page)).toBe("There is no such page");
      expect(await flaws(page)).toEqual([]);
    }));

  it("needs neither mouse nor script", () =>
    simulator(
      async (page) => {
        await page.getByLabel("E-mail address").focus();
        await page.keyboard.type("x");
        await page.keyboard.press("Control+A");
        await page.keyboard.type("kim@fabrikam.com");
        await page.keyboard.press("Enter");
        await page.waitForURL(/sign-in/);
        // The pages, the language, the first field.
        for (let presses = 0; presses < 5; presses++) await page.keyboard.press("Tab");
        expect(await page.evaluate("document.activeElement.labels[0].textContent")).toBe("Given Name");
        await page.keyboard.press("Control+A");
        await page.keyboard.type("Sam");
        await page.keyboard.press("Enter");
        await page.waitForURL(/attributes/);
        expect(await page.locator("dl").textContent()).toContain("Sam");
      },
      { javaScriptEnabled: false },
    ));
});

describe("the simulator as an external tenant", () => {
  it("signs up at the shipped policy: a problem at its field, then the account", () =>
    simulator(async (page) => {
      await page.getByLabel("Signs up at").selectOption("external-tenant");
      await press(page, "Sign in");
      await page.getByLabel("Display Name").fill("K".repeat(257));
      await press(page, "Continue");
      expect(await heading(page)).toBe("Add your details");
      const field = page.getByLabel("Display Name");
      expect(await field.getAttribute("aria-invalid")).toBe("true");
      const problem = page.locator(".problem");
      expect(await problem.textContent()).toContain("256");
      expect(await field.getAttribute("aria-describedby")).toBe(await problem.getAttribute("id"));
      expect(await page.locator("section").first().textContent()).toContain("attributeCollectionSubmit.showValidationError");
      expect(await flaws(page)).toEqual([]);
      await field.fill("KIM");
      await press(page, "Continue");
      expect(await heading(page)).toBe("Your account is ready");
      expect(await page.locator("dl").textContent()).toContain("Kim");
    }));

  it("ends at the page of a person who is denied, in Korean", () =>
    simulator(
      async (page) => {
        await page.getByLabel("가입하는 곳").selectOption("external-tenant");
        await page.getByLabel("이메일 주소").fill("blocked@contoso.com");
        await press(page, "로그인");
        expect(await heading(page)).toMatch(/[가-힣]/);
        expect(await page.locator(".words").textContent()).toMatch(/[가-힣].*[A-Z0-9]{4}-[A-Z0-9]{4}/s);
        expect(await flaws(page)).toEqual([]);
      },
      { locale: "ko-KR" },
    ));

  it("shows the title of a block page, problems at all kinds of fields, and the token's claims", () =>
    oddSimulator(async (page) => {
      const SEATS = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Seats";
      const NEWS = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_News";
      const attributeErrors = { city: HOSTILE, [SEATS]: "Too many.", [NEWS]: "Say yes." };
      const submit = "before-create-user";
      answers = [
        letThrough("after-sign-in"),
        acting(submit, "showValidationError", { message: "Mend it.", attributeErrors }),
        letThrough(submit),
        letThrough("before-sending-token"),
        acting("after-sign-in", "showBlockPage", { title: "Not here", message: "Go to the other shop." }),
      ];
      await page.getByLabel("Signs up at").selectOption("external-tenant");
      await page.getByLabel("Custom attributes").fill("extension_Seats:integer, extension_News:boolean");
      await press(page, "Sign in");
      await press(page, "Continue");
      expect(await page.getByRole("alert").textContent()).toBe("Mend it.");
      expect(await page.locator(".problem").allTextContents()).toEqual([expect.stringContaining("<script>"), "Too many.", "Say yes."]);
      expect(await flaws(page)).toEqual([]);
      await press(page, "Continue");
      expect(await heading(page)).toBe("Your account is ready");
      expect(await page.locator("dl").last().textContent()).toBe("tiergoldrolesbuyer, reader");
      expect(await flaws(page)).toEqual([]);
      await press(page, "Again with this person");
      expect(await page.getByLabel("Signs up at").inputValue()).toBe("external-tenant");
      await press(page, "Sign in");
      expect(await heading(page)).toBe("Not here");
      expect(await flaws(page)).toEqual([]);
    }));
});

describe("the simulator before an endpoint that misbehaves", () => {
  it("waits, asks once more, and goes on", () =>
    oddSimulator(async (page) => {
      answers = ["hang"];
      await press(page, "Sign in");
      expect(await heading(page)).toBe("Add your details");
      expect(endpoint.received).toHaveLength(2);
      expect(endpoint.received[0]?.body).toBe(endpoint.received[1]?.body);
      expect(await page.locator("section").textContent()).toMatch(/No answer: timeout, \d+ ms[\s\S]*Answer: 200/);
      expect(await flaws(page)).toEqual([]);
    }));

  it("gives up after the second time", () =>
    oddSimulator(async (page) => {
      answers = ["hang", "hang", { body: CONTINUE }];
      await press(page, "Sign in");
      expect(await heading(page)).toBe("Something went wrong");
      expect(endpoint.received).toHaveLength(2);
    }));

  it("shows Entra's own page for an answer outside the contract, and which rule it breaks", () =>
    oddSimulator(async (page) => {
      answers = [{ body: { version: "1.0.0", action: "Allow" } }];
      await press(page, "Sign in");
      expect(await heading(page)).toBe("Something went wrong");
      expect(await page.locator(".note.bad").first().textContent()).toContain("action");
      expect(await flaws(page)).toEqual([]);
    }));

  it("shows scripts, marks of writing direction and 10,000 characters as harmless text", () =>
    oddSimulator(async (page) => {
      const hostile = { body: { ...CONTINUE, displayName: HOSTILE, city: HOSTILE } };
      const blocked = { body: { version: "1.0.0", action: "ShowBlockPage", userMessage: HOSTILE } };
      answers = [hostile, hostile, hostile, blocked];
      const harmless = async (where: string) => {
        expect(await page.title()).toContain("Sign-up simulator");
        expect(await page.textContent(where)).toContain("<script>document.title");
        expect(await page.textContent(where)).toContain("\\u202exxx");
        expect(await page.locator("img, script").count()).toBe(0);
        expect(await flaws(page)).toEqual([]);
      };
      await page.getByLabel("Surname").first().fill(HOSTILE);
      await press(page, "Sign in");
      expect(await page.getByLabel("Display Name").inputValue()).toBe(HOSTILE);
      await harmless("pre");
      await press(page, "Continue");
      expect(await heading(page)).toBe("Your account is ready");
      await harmless("dl");
      await press(page, "Again with this person");
      await press(page, "Sign in");
      await press(page, "Continue");
      expect(await heading(page)).toBe("You can't sign up");
      await harmless(".words");
    }));
});

describe("the pages of a start", () => {
  const origin = (address: string) => new URL(address).origin;

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
