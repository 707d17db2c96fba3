import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetAccountCommand, MessageRejected, SESv2Client, SendEmailCommand, TooManyRequestsException } from "@aws-sdk/client-sesv2";
import type { LocalServer } from "../../../local/aws/server";
import { serveMail } from "../../../local/stand-ins/mail";
import type { MailReport } from "../../../local/stand-ins/mail-reports";
import { testKey } from "../../support/local-database";
import { signedRequest } from "../../support/signed-request";

const folder = join(mkdtempSync(join(tmpdir(), "gatehouse-test-")), "outbox");
const said: string[] = [];
const reports: MailReport[] = [];
let server: LocalServer;
let client: SESv2Client;

beforeAll(async () => {
  server = await serveMail(folder, { key: testKey }, { onAnswer: (each) => said.push(each), onReport: (each) => reports.push(each) });
  client = new SESv2Client({
    region: "us-east-1",
    endpoint: server.url,
    maxAttempts: 1,
    credentials: testKey,
  });
});
afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(join(folder, ".."), { recursive: true });
});
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  said.length = 0;
  reports.length = 0;
});

const send = (to: readonly string[], more: object = {}) =>
  client.send(
    new SendEmailCommand({
      FromEmailAddress: "gate@contoso.com",
      Destination: { ToAddresses: [...to] },
      Content: {
        Simple: { Subject: { Data: "Süß" }, Body: { Text: { Data: "Text\n" }, Html: { Data: "<p>Text" } } },
      },
      ...more,
    }),
  );

describe("the stand-in for SES", () => {
  it("keeps a mail as text and as a page, readable only for its owner", async () => {
    const { MessageId } = await send(["kim@contoso.com", "mina@contoso.com"]);
    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    const [html = "", text = "", ...others] = readdirSync(folder).sort();
    expect(others).toEqual([]);
    expect(readFileSync(join(folder, html), "utf8")).toBe("<p>Text");
    expect(readFileSync(join(folder, text), "utf8")).toBe(
      "From: gate@contoso.com\nTo: kim@contoso.com, mina@contoso.com\nSubject: Süß\n\nText\n",
    );
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, text)).mode & 0o777).toBe(0o600);
    expect(said).toEqual(["sent"]);
  });

  it("refuses mail to a reader whom SES always refuses", async () => {
    await expect(send(["kim@contoso.com", "refused@contoso.com"])).rejects.toBeInstanceOf(MessageRejected);
    expect(readdirSync(folder)).toEqual([]);
    expect(said).toEqual(["MessageRejected"]);
  });

  it.each([
    { from: "unverified@contoso.com", name: "MessageRejected", message: /failed the check in region US-EAST-1: unverified@contoso\.com/ },
    { from: "paused@contoso.com", name: "SendingPausedException", message: /paused/ },
    { from: "sandbox@fabrikam.com", name: "MessageRejected", message: /failed the check in region US-EAST-1: kim@contoso\.com/ },
  ])("refuses every mail of the sender $from, as SES would", async ({ from, ...error }) => {
    await expect(send(["kim@contoso.com"], { FromEmailAddress: from })).rejects.toMatchObject(error as object);
  });

  it("takes mails of a sender with a daily quota until it is spent, and the account says so", async () => {
    for (let count = 0; count < 3; count++) await send(["kim@contoso.com"], { FromEmailAddress: "quota@contoso.com" });
    await expect(send(["kim@contoso.com"], { FromEmailAddress: "quota@contoso.com" })).rejects.toMatchObject({
      name: "TooManyRequestsException",
      message: "Daily message quota exceeded.",
    });
    const { SendQuota } = await client.send(new GetAccountCommand());
    expect(SendQuota).toMatchObject({ Max24HourSend: 3, SentLast24Hours: 3 });
  });

  it.each([
    { to: "kim@contoso.com", types: ["Delivery"] },
    { to: "bounce@contoso.com", types: ["Bounce"] },
    { to: "suppressed@contoso.com", types: ["Bounce"] },
    { to: "virus@contoso.com", types: ["Reject"] },
    { to: "slow@contoso.com", types: ["DeliveryDelay", "Delivery"] },
    { to: "full@contoso.com", types: ["DeliveryDelay", "Bounce"] },
    { to: "complain@contoso.com", types: ["Delivery", "Complaint"] },
  ])("reports of a mail to $to: $types", async ({ to, types }) => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const { MessageId } = await send([to], { ConfigurationSetName: "set" });
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    expect(reports.map(({ detail }) => detail)).toMatchObject(
      types.map((eventType) => ({ eventType, mail: { messageId: MessageId, tags: { "ses:configuration-set": ["set"] } } })),
    );
    expect(readdirSync(folder).filter((name) => name.endsWith(".state"))).toHaveLength(1);
  });

  it("is busy on every other call if asked to be", async () => {
    await expect(send(["busy@contoso.com"])).rejects.toBeInstanceOf(TooManyRequestsException);
    await send(["busy@contoso.com"]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it.each([
    { what: "nobody to send to", to: [] },
    { what: "too many to send to", to: Array.from({ length: 51 }, (_, index) => `kim${index}@contoso.com`) },
    { what: "what is no address", to: ["kim"] },
    { what: "two addresses in one", to: ["kim@contoso.com, mina@contoso.com"] },
    { what: "no sender", to: ["kim@contoso.com"], more: { FromEmailAddress: undefined } },
    { what: "what no mail of ours has", to: ["kim@contoso.com"], more: { ReplyToAddresses: ["other@contoso.com"] } },
  ])("refuses $what", async ({ to, more }) => {
    await expect(send(to, more)).rejects.toMatchObject({ name: "BadRequestException" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    { method: "GET", path: "/v2/email/outbound-emails", status: 404 },
    { method: "POST", path: "/v2/email/identities", status: 404 },
    { method: "POST", path: "/v2/email/outbound-emails", status: 400 },
  ])("answers $method $path, which sends no mail, with $status", async ({ method, path, status }) => {
    const url = `${server.url}${path}`;
    expect((await fetch(url, await signedRequest(url, { service: "ses", method, body: method === "GET" ? "" : "{" }))).status).toBe(status);
  });
});
