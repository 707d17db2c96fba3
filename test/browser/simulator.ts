import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { newPageKey } from "../../local/aws/page-key";
import { serveSimulator } from "../../local/run/user-flows";
import { CONTINUE, connectorFlow, type Reply, serveEndpoint } from "../simulator/endpoint";
import { acting, letThrough, TENANT_ID } from "../simulator/extension-endpoint";
import { START_MS } from "../support/gate";
import { listen } from "../support/listen";
import { patiently } from "../support/patience";
import { flaws, follow, layoutFlaws, press } from "./browser";
import { product } from "./product";

/** How long the simulator waits for the endpoint of our own: a machine that is busy has time enough to answer. */
const TIMEOUT_MS = 3_000;
const HOSTILE = `<script>document.title = "run"</script><img src=x onerror="document.title = 'run'">\u202e${"x".repeat(10_000)}`;

/** A page of another origin. */
let elsewhere: string;
let other: Server;
/** A simulator before an endpoint that answers what a test likes. */
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let odd: Awaited<ReturnType<typeof serveSimulator>>;
const pageKey = newPageKey(0);
let answers: (Reply | "hang")[] = [];

const info = () => product.gate.info;
const simulator = (visit: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
  product.browser.look({ locale: "en-US", ...options }, async (page) => {
    await page.goto(info().simulatorUrl);
    await visit(page);
  });
const oddSimulator = (visit: (page: Page) => Promise<void>) =>
  product.browser.look({ locale: "en-US" }, async (page) => {
    await page.goto(pageKey.addressOf(odd.url));
    await visit(page);
  });

const origin = (address: string) => new URL(address).origin;

/** Each port that the product has opened and not closed. */
async function openPorts(): Promise<readonly string[]> {
  const told = [...product.gate.printed().matchAll(/^port (\d+) is open$/gm)].map(([, port]) => `http://127.0.0.1:${port}`);
  const open = await Promise.all(
    [...new Set(told)].map(async (url) => {
      // A request would be told of, and perhaps only later.
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      return await once(socket, "connect")
        .then(
          () => [url],
          () => [],
        )
        .finally(() => socket.destroy());
    }),
  );
  return open.flat();
}

const heading = (page: Page) => page.textContent("h1");
const outcome = (page: Page) => page.textContent("#outcome");
const card = (page: Page, name: string) => page.getByRole("link", { name: new RegExp(`^${name}`) });
/** Opens what is folded of a person's fields, and sends them. */
const runAs = async (page: Page, fields: Readonly<Record<string, string>>) => {
  await page.getByText(/^All \d+ fields/).click();
  for (const [label, value] of Object.entries(fields)) await page.getByRole("textbox", { name: label, exact: true }).fill(value);
  await press(page, "Run with these");
};
/** Somebody of whom only what is given is known. */
const somebody = async (page: Page, fields: Readonly<Record<string, string>> = {}) => {
  await follow(page, page.getByRole("link", { name: /^Someone else/ }));
  await runAs(page, { "Email address": "kim@contoso.com", ...fields });
};

/** The policy is as shipped. */
export function simulatorPages(): void {
  beforeAll(async () => {
    other = createServer((_, response) => response.setHeader("Content-Type", "text/html").end("<!DOCTYPE html><title>Elsewhere</title>"));
    elsewhere = await listen(other);
    endpoint = await serveEndpoint(() => answers.shift() ?? { body: CONTINUE });
    const external = connectorFlow(endpoint.url, {
      tenant: { kind: "external-tenant", id: TENANT_ID },
      timeoutMs: START_MS,
      steps: ["after-sign-in", "before-create-user", "before-sending-token"],
    });
    odd = await serveSimulator(0, pageKey);
    odd.answerWith({ flows: [connectorFlow(endpoint.url, { timeoutMs: TIMEOUT_MS }), external] });
  }, START_MS);
  afterAll(async () => {
    other?.close();
    await Promise.all([odd?.close(), endpoint?.close()]);
  });
  beforeEach(() => {
    answers = [];
    endpoint.received.length = 0;
  });

  describe("the simulator with the shipped policy", () => {
    it("shows a refused and an allowed sign-up by three clicks from the printed address, without typing", () =>
      product.browser.with({ locale: "en-US" }, async (page) => {
        let clicks = 1;
        const click = async (name: string) => {
          clicks += 1;
          await follow(page, card(page, name));
        };
        await page.goto(info().simulatorUrl);
        expect(await heading(page)).toBe("Run a sign-up");
        await click("On the list, denied");
        expect(await outcome(page)).toBe("Refused");
        expect(await page.locator(".message").textContent()).toMatch(/[A-Z0-9]{4}-[A-Z0-9]{4}/);
        expect(await flaws(page)).toEqual([]);
        await click("On the list kim");
        expect(await outcome(page)).toBe("Let in");
        expect(await page.locator(".sheet dl").textContent()).toContain("Kim Abercrombie");
        expect(await page.locator(".ruling").textContent()).toMatch(
          /access-list[\s\S]*contoso\.com: the domain of the address[\s\S]*Entra accepts the answer/,
        );
        expect(await flaws(page)).toEqual([]);
        expect(clicks).toBe(3);
      }));

    it.each(["b2c", "external-tenant"])("runs the same people at %s, each with the outcome that their card states", (tenant) =>
      simulator(async (page) => {
        await page.goto(new URL(`/?lang=en&tenant=${tenant}&card=denied`, info().simulatorUrl).href);
        expect(await outcome(page)).toBe("Refused");
        const said = await page.locator(".people .tag").allTextContents();
        expect(said).toEqual(["Let in", "Refused", "Refused", "Refused", "Refused", "Refused"]);
        expect(await flaws(page, ["dark on a phone"])).toEqual([]);
        // The longest outcome of other policies has its place on a phone too.
        await page.evaluate(`for (const tag of document.querySelectorAll(".people .tag")) tag.textContent = "Waiting for approval"`);
        expect(await layoutFlaws(page)).toEqual([]);
      }),
    );

    it("accepts another person with editable fields", () =>
      simulator(async (page) => {
        await somebody(page, { "Display Name": "KIM ABERCROMBIE", City: " portland " });
        expect(await outcome(page)).toBe("Let in");
        expect(await page.locator(".sheet dl").textContent()).toMatch(/Kim Abercrombie.*Portland/);
        await page.getByText("Request and answer").click();
        expect(await page.locator(".call").last().textContent()).toMatch(/Changes:.*displayName/);
        expect(await flaws(page)).toEqual([]);
        await runAs(page, { "Display Name": "K".repeat(257) });
        expect(await outcome(page)).toBe("Asked to correct");
        expect(await page.locator(".message").textContent()).toContain("256");
        expect(await flaws(page)).toEqual([]);
        await runAs(page, { "Custom attributes": "ext_Seats" });
        expect(await page.getByRole("alert").textContent()).toContain("ext_Seats");
        expect(await flaws(page, ["dark on a phone"])).toEqual([]);
        await page.goto(new URL("/nowhere", info().simulatorUrl).href);
        expect(await heading(page)).toBe("There is no such page");
        expect(await flaws(page)).toEqual([]);
      }));

    it("shows another policy's answer beside the first", () =>
      simulator(async (page) => {
        await follow(page, card(page, "On the list kim"));
        await page.locator("summary", { hasText: "Compare…" }).click();
        await page.getByLabel("The other policy").fill("samples/policies/approval");
        await press(page, "Compare");
        expect(await page.getByRole("status").first().textContent()).toMatch(/Both let .* in.*validate: passed.*request-approval: passed/s);
        expect(await flaws(page)).toEqual([]);
      }));

    it("is available in Korean", () =>
      simulator(
        async (page) => {
          expect(await heading(page)).toBe("가입 실행");
          expect(await flaws(page, ["dark on a phone"])).toEqual([]);
          await follow(page, page.getByRole("link", { name: /^한국어 기기/ }));
          expect(await outcome(page)).toBe("거부");
          expect(await page.locator(".message").textContent()).toMatch(/[가-힣].*[A-Z0-9]{4}-[A-Z0-9]{4}/s);
          expect(await flaws(page, ["dark on a phone"])).toEqual([]);
          await follow(page, page.getByRole("banner").getByRole("link", { name: "English" }));
          expect(await heading(page)).toBe("Run a sign-up");
        },
        { locale: "ko-KR" },
      ));

    it("works without a mouse and without script", () =>
      simulator(
        async (page) => {
          await card(page, "On the list kim").focus();
          await page.keyboard.press("Enter");
          await page.waitForURL(/card=allowed/);
          expect(await outcome(page)).toBe("Let in");
          await page.getByLabel("Email address").focus();
          await page.keyboard.press("Control+A");
          await page.keyboard.type("blocked@contoso.com");
          await page.keyboard.press("Enter");
          await page.locator(".result.refused").waitFor();
        },
        { javaScriptEnabled: false },
      ));
  });

  describe("the simulator with an endpoint that misbehaves", () => {
    it("shows the title of a block page, problems at fields, and the token's claims", () =>
      oddSimulator(async (page) => {
        const SEATS = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Seats";
        const attributeErrors = { city: HOSTILE, [SEATS]: "Too many." };
        const submit = "before-create-user";
        answers = [
          letThrough("after-sign-in"),
          acting(submit, "showValidationError", { message: "Mend it.", attributeErrors }),
          letThrough("after-sign-in"),
          letThrough(submit),
          letThrough("before-sending-token"),
          acting("after-sign-in", "showBlockPage", { title: "Not here", message: "Go to the other shop." }),
        ];
        await page.locator("summary", { hasText: "Workforce tenant" }).click();
        await follow(page, page.getByRole("link", { name: "External tenant" }));
        await somebody(page, { "Custom attributes": "extension_Seats:integer" });
        expect(await page.locator(".message").textContent()).toBe("Mend it.");
        expect(await page.locator(".problem").allTextContents()).toEqual([expect.stringContaining("<script>"), "Too many."]);
        expect(await flaws(page)).toEqual([]);
        await press(page, "Run with these");
        expect(await outcome(page)).toBe("Let in");
        expect(await page.locator(".sheet dl").last().textContent()).toBe("tiergoldrolesbuyer, reader");
        expect(await flaws(page, ["dark on a phone"])).toEqual([]);
        await press(page, "Run with these");
        expect(await page.locator(".sheet .title").textContent()).toBe("Not here");
        expect(await flaws(page, ["dark on a phone"])).toEqual([]);
      }));

    it("waits, asks once more, and continues; it gives up after the second failure", () =>
      oddSimulator(async (page) => {
        answers = ["hang"];
        await somebody(page);
        expect(await outcome(page)).toBe("Let in");
        expect(endpoint.received).toHaveLength(3);
        expect(endpoint.received[0]?.body).toBe(endpoint.received[1]?.body);
        expect(await page.locator(".call").first().textContent()).toMatch(/No answer: timeout, \d+ ms[\s\S]*Answer: 200/);
        expect(await flaws(page, ["dark on a phone"])).toEqual([]);
        endpoint.received.length = 0;
        answers = ["hang", "hang", { body: CONTINUE }];
        await press(page, "Run with these");
        expect(await outcome(page)).toBe("Entra shows an error");
        expect(endpoint.received).toHaveLength(2);
      }));

    it("shows Entra's own page for an answer outside the contract, and names the broken rule", () =>
      oddSimulator(async (page) => {
        answers = [{ body: { version: "1.0.0", action: "Allow" } }];
        await somebody(page);
        expect(await outcome(page)).toBe("Entra shows an error");
        expect(await page.locator(".note.bad").first().textContent()).toContain("action");
        expect(await flaws(page, ["dark on a phone"])).toEqual([]);
      }));

    it("shows scripts, bidirectional marks and 10,000 characters as harmless text", () =>
      oddSimulator(async (page) => {
        const hostile = { body: { ...CONTINUE, displayName: HOSTILE, city: HOSTILE } };
        answers = [hostile, hostile, { body: { version: "1.0.0", action: "ShowBlockPage", userMessage: HOSTILE } }];
        const harmless = async (where: string) => {
          expect(await page.title()).toContain("Gatehouse");
          expect(await page.textContent(where)).toContain("<script>document.title");
          expect(await page.textContent(where)).toContain("⟨U+202E⟩xxx");
          expect(await page.locator("img, script").count()).toBe(0);
          expect(await flaws(page, ["dark on a phone"])).toEqual([]);
        };
        await somebody(page, { "Surname, as the provider has it": HOSTILE });
        expect(await outcome(page)).toBe("Let in");
        await harmless(".sheet dl");
        await press(page, "Run with these");
        await harmless(".message");
      }));
  });

  describe("the pages of npm start", () => {
    it("open by the printed address, which drops its key, and link to each other", () =>
      product.browser.with({ locale: "en-US" }, async (page) => {
        await page.goto(info().simulatorUrl);
        expect(page.url()).toBe(`${origin(info().simulatorUrl)}/`);
        expect(await page.evaluate<string>("document.cookie + getComputedStyle(document.body).margin")).not.toMatch(/gatehouse|8px/);
        await follow(page, card(page, "On the list, denied"));
        expect(await outcome(page)).toBe("Refused");
        await page
          .locator(`a[href^="${origin(info().consoleUrl)}/decisions/"]`)
          .first()
          .click();
        await page.locator("button[value=administrator]").click();
        await page.waitForURL(`${origin(info().consoleUrl)}/decisions/*`);
        expect(await page.textContent("main")).toContain("blocked@contoso.com");
      }));

    it("lead from a refused person to the form that admits them, and back, without asking for a role", () =>
      product.browser.with({ locale: "en-US" }, async (page) => {
        await page.goto(info().simulatorUrl);
        await follow(page, card(page, "Not on the list"));
        expect(await outcome(page)).toBe("Refused");
        await page.getByRole("link", { name: "Allow yuna@unlisted.example…" }).click();
        await page.waitForURL(`${origin(info().consoleUrl)}/access-list/new?*`);
        await page.getByRole("button", { name: "Allow yuna@unlisted.example" }).click();
        await page.waitForURL(/\/access-list\?done=added/);
        await page.getByText("yuna@unlisted.example").first().waitFor();
        await page.getByRole("link", { name: "Back to the simulator" }).click();
        await page.waitForURL(`${origin(info().simulatorUrl)}/?*`);
        expect(await outcome(page)).toBe("Let in");
        await page.goto(origin(info().consoleUrl));
        expect(await page.getByRole("link", { name: "Back to the simulator" }).count()).toBe(0);
        // Nobody knows her from now on.
        const Key = { entry: { S: "yuna@unlisted.example" } };
        await product.gate.database.call("DeleteItem", { TableName: info().tables.accessList, Key });
      }));

    it("refuse a browser without the key, and name where to find the key", () =>
      product.browser.with({}, async (page) => {
        for (const address of [info().simulatorUrl, info().consoleUrl]) {
          expect((await page.goto(`${origin(address)}/`))?.status()).toBe(403);
          expect(await heading(page)).toBe("Open the address that npm start printed");
        }
      }));

    it("open by a link from another site or from a mail's file if the browser has the key", () =>
      product.browser.with({ locale: "en-US" }, async (page) => {
        const link = `${origin(info().simulatorUrl)}/?lang=en`;
        const otherSite = elsewhere.replace("127.0.0.1", "localhost");
        const mail = join(info().outboxDir, "mail.html");
        writeFileSync(mail, `<a href="${link}">open</a>`);
        for (const [from, key] of [
          [otherSite, false],
          [pathToFileURL(mail).href, false],
          [pathToFileURL(mail).href, true],
          [otherSite, true],
        ] as const) {
          if (key) await page.goto(info().consoleUrl);
          await page.goto(from);
          await page.evaluate(`document.body.innerHTML = '<a href="${link}">open</a>'`);
          await page.getByText("open").click();
          const opened = key ? "Run a sign-up" : "Open the address that npm start printed";
          await page.getByRole("heading", { name: opened }).waitFor();
        }
        // A link with the key in it.
        await page.context().clearCookies();
        await page.goto(otherSite);
        await page.evaluate(`location.href = "${info().simulatorUrl}"`);
        await page.getByRole("heading", { name: "Run a sign-up" }).waitFor();
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
      const { Items } = await product.gate.database.call<{ Items: readonly object[] }>("Scan", { TableName: info().tables.accessList });
      return Items;
    };

    it("can neither read nor write anything at any port", async () => {
      const before = await rows();
      const body = JSON.stringify({ TableName: info().tables.accessList, Item: { entry: { S: "evil.example" }, effect: { S: "allow" } } });
      const urls = await openPorts();
      const { apiUrl, consoleUrl, simulatorUrl, dynamodbEndpoint } = info();
      expect(urls).toEqual(expect.arrayContaining([apiUrl, consoleUrl, simulatorUrl, dynamodbEndpoint].map(origin)));
      const told = product.gate.printed().length;
      const printed = () => product.gate.printed().slice(told).trim().split("\n");
      const refused = () => printed().filter((line) => line.includes("refused a request with 403"));
      await product.browser.with({}, async (page) => {
        await page.goto(elsewhere);
        for (const url of urls) expect({ url, read: await page.evaluate(attack, { url, body }) }).toEqual({ url, read: [] });
      });
      expect(await rows()).toEqual(before);
      // What the start prints comes after its answer.
      await expect.poll(() => refused().length, patiently).toBeGreaterThanOrEqual(urls.length * 6);
      // A function may have something to say meanwhile.
      expect(printed().filter((line) => !refused().includes(line) && !/^\S+ {2}\w+ {2}(INFO|WARN) /.test(line))).toEqual([]);
    });
  });
}
