import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { SQSBatchResponse } from "aws-lambda";
import { Webhook } from "standardwebhooks";
import { webhookHandler } from "../../../features/webhooks/worker";
import { packageRoot } from "../../../lib/app-root";
import { sourceFile, writeBundle } from "../../../lib/resources/bundle";
import { fakeClock } from "../../engine/sign-up/fake-clock";
import { listen } from "../../support/dynamodb";
import { lambdaNode } from "../../support/lambda-runtime";

const [first, second] = [randomBytes(32), randomBytes(32)].map((bytes) => `whsec_${bytes.toString("base64")}`) as [string, string];
const body = JSON.stringify({ id: "outer", "detail-type": "sign-up.decided.v1", detail: { id: "abc.0", email: "kim@contoso.com" } });

let folder: string;
let bundle: string;
/** What Secrets Manager holds. */
let secret: string;
let answer: RequestListener;
let got: { readonly headers: IncomingHttpHeaders; readonly body: string; readonly url: string }[];
const secrets = createServer((_, response) => response.end(JSON.stringify({ SecretString: secret })));
const receiver = createServer(async (request, response) => {
  got.push({ headers: request.headers, body: await text(request), url: request.url ?? "" });
  answer(request, response);
});
let urls: { readonly secrets: string; readonly receiver: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  await writeBundle({ entry: sourceFile("features", "webhooks", "webhooks.lambda") }, join(folder, "code"));
  bundle = join(folder, "code", "index.js");
  urls = { secrets: await listen(secrets), receiver: await listen(receiver) };
});
beforeEach(() => {
  [secret, got] = [first, []];
  answer = (_, response) => response.writeHead(204).end();
});
afterAll(async () => {
  for (const server of [secrets, receiver]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(folder, { recursive: true });
});

/** Invokes the bundle on the Lambda runtime's Node: which messages are left, and what it logged. */
async function deliver(bodies: readonly string[], to = urls.receiver) {
  const Records = bodies.map((each, index) => ({ messageId: String(index), body: each, eventSourceARN: "arn:queue" }));
  const script = `require(${JSON.stringify(bundle)}).handler(${JSON.stringify({ Records })}).then((value) => console.log("\\n" + JSON.stringify(value)))`;
  const { stdout, stderr } = await promisify(execFile)(lambdaNode, ["-e", script], {
    env: {
      ...{ AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", POWERTOOLS_SERVICE_NAME: "Gatehouse" },
      AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.secrets,
      GATEHOUSE_ENDPOINT_WEBHOOKS: to,
      WEBHOOKS: JSON.stringify([{ name: "crm", url: "https://crm.contoso.com/hook?tenant=1", queue: "arn:queue", secret: "arn:secret" }]),
    },
  });
  const lines = stdout.trim().split("\n");
  const { batchItemFailures } = JSON.parse(lines.at(-1) ?? "") as SQSBatchResponse;
  return { left: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), log: [...lines.slice(0, -1), stderr].join("\n").trim() };
}

it("the worker sends the event's text and id unchanged, and the reference library accepts the signature", async () => {
  expect(await deliver([body])).toEqual({ left: [], log: "" });
  expect(got).toMatchObject([{ body, url: "/hook?tenant=1", headers: { "content-type": "application/json", "webhook-id": "abc:0" } }]);
  expect(new Webhook(first).verify(got[0]?.body ?? "", got[0]?.headers as Record<string, string>)).toEqual(JSON.parse(body));
});

it("the worker signs with both secrets during a rotation", async () => {
  secret = `${second} ${first}`;
  expect((await deliver([body])).left).toEqual([]);
  for (const each of [first, second]) new Webhook(each).verify(body, got[0]?.headers as Record<string, string>);
});

it.each([
  { status: 401, now: second, left: [], sent: 2 },
  { status: 403, now: second, left: [], sent: 2 },
  { status: 401, now: first, left: ["0"], sent: 1 },
  { status: 500, now: second, left: ["0"], sent: 1 },
])("a secret that the receiver refuses ($status) counts at once if it has changed; sent: $sent", async ({ status, now, left, sent }) => {
  vi.stubEnv("GATEHOUSE_ENDPOINT_WEBHOOKS", urls.receiver);
  const clock = fakeClock(Date.now());
  const receivers = [{ name: "crm", url: "https://crm.contoso.com/hook", queue: "arn:queue", secret: "arn:secret" }];
  const world = {
    settings: { WEBHOOKS: JSON.stringify(receivers) },
    secrets: { call: async () => ({ SecretString: secret }) },
    clock,
    log: { warn: () => undefined, middlewares: [] },
  } as unknown as Parameters<typeof webhookHandler>[0];
  const handle = webhookHandler(world);
  const handleOne = async () => {
    const event = { Records: [{ messageId: "0", body, eventSourceARN: "arn:queue" }] } as Parameters<typeof handle>[0];
    return (await handle(event)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  expect(await handleOne()).toEqual([]);
  answer = (request, response) => {
    try {
      new Webhook(second).verify(body, request.headers as Record<string, string>);
      response.writeHead(204).end();
    } catch {
      response.writeHead(status).end();
    }
  };
  [secret, got] = [now, []];
  clock.advance(6_000);
  expect([await handleOne(), got.length]).toEqual([left, sent]);
  vi.unstubAllEnvs();
});

it("the worker identifies OCSF events by their own id", async () => {
  await deliver([JSON.stringify({ id: "outer", detail: { metadata: { uid: "abc.1" } } })]);
  expect(got[0]?.headers["webhook-id"]).toBe("abc:1");
});

it.each<[string, RequestListener, RegExp]>([
  ["refuses", (_, response) => response.writeHead(500).end("kim@contoso.com"), /"status":500/],
  ["leads elsewhere", (_, response) => response.writeHead(307, { location: "/other" }).end(), /"status":307/],
  ["hangs up", (request) => request.socket.destroy(), /"error":"(UND_ERR_SOCKET|ECONNRESET)"/],
])("an event stays in its queue if its receiver %s; other events are sent, and no content is logged", async (_, refuse, logged) => {
  answer = (request, response) => (got.at(-1)?.body === body ? refuse(request, response) : response.writeHead(200).end());
  const other = JSON.stringify({ id: "x", detail: {} });
  const { left, log } = await deliver([body, other]);
  expect(left).toEqual(["0"]);
  expect(log).toMatch(logged);
  expect(log).toContain('"event":"abc.0"');
  expect(log).not.toContain("contoso");
  expect(got).toHaveLength(2);
});

it("the worker stops reading an endless answer", async () => {
  answer = (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("x".repeat(65_536)), 1);
    response.on("close", () => clearInterval(timer));
  };
  expect((await deliver([body])).left).toEqual([]);
});

it.each([
  ["no secret", ""],
  ["a short one", "whsec_c2hvcnQ="],
])("the worker sends nothing with %s", async (_, held) => {
  secret = held;
  const { left, log } = await deliver([body]);
  expect({ left, got }).toEqual({ left: ["0"], got: [] });
  expect(log).toContain("webhook failed");
});

it("the worker leaves an unreadable message in the queue", async () => {
  expect((await deliver(["?"])).left).toEqual(["0"]);
});

it("docs/events.md prints the receiver that is tested here", () => {
  const printed = readFileSync(join(packageRoot, "docs", "events.md"), "utf8");
  expect(printed).toContain(readFileSync(join(packageRoot, "test", "features", "webhooks", "receiver.ts"), "utf8"));
});

it("the receiver in docs/events.md accepts the worker's request, and refuses one with another signature", async () => {
  const port = Number(new URL(urls.receiver).port) + 1;
  const child = spawn(process.execPath, ["--import", "./bin/typescript.mjs", "test/features/webhooks/receiver.ts"], {
    cwd: packageRoot,
    env: { ...process.env, WEBHOOK_SECRET: first, PORT: String(port) },
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await vi.waitFor(async () => expect((await fetch(url)).status).toBe(401), { timeout: 20_000 });
    const printed = once(child.stdout, "data");
    expect((await deliver([body], url)).left).toEqual([]);
    expect(String(await printed)).toContain("abc:0");
    secret = second;
    expect((await deliver([body], url)).left).toEqual(["0"]);
  } finally {
    child.kill();
  }
});
