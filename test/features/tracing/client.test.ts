import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, get } from "node:http";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { awsClient, dynamodb } from "../../../adapters/aws/client";
import { traceCalls } from "../../../features/tracing/client";
import { listen } from "../../support/listen";

const access = { region: "eu-west-1", credentials: async () => ({ accessKeyId: "KEY-ID", secretAccessKey: "secret" }) };
const SAMPLED = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:0";

const settings: Record<string, string | undefined> = {};
const daemon = createSocket("udp4");
const received: string[] = [];
daemon.on("message", (message) => received.push(String(message)));

/** Answers the status that its path begins with. */
const system = createServer((request, response) => {
  const status = Number(/^\/(\d{3})/.exec(request.url ?? "")?.[1] ?? 200);
  if (status === 999) request.socket.destroy();
  else response.writeHead(status, { "content-type": "application/json" }).end("{}");
});
let url: string;
let host: string;

beforeAll(async () => {
  daemon.bind(0, "127.0.0.1");
  await once(daemon, "listening");
  url = await listen(system);
  host = new URL(url).host;
  traceCalls(settings);
});
beforeEach(() => {
  received.length = 0;
  Object.assign(settings, {
    _X_AMZN_TRACE_ID: SAMPLED,
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    AWS_LAMBDA_RUNTIME_API: undefined,
  });
});
afterAll(() => {
  // What this process goes on to call is nobody's.
  settings._X_AMZN_TRACE_ID = undefined;
  daemon.close();
  system.close();
  system.closeAllConnections();
});

/** Person's data in every place that a request has for it. */
const path = "/kim@contoso.com?code=K7QD-9MXD";
const headers = { authorization: "Bearer kim-token", "x-user": "kim@contoso.com" };

const byHttp = (status: number, from = url) =>
  new Promise<void>((resolve) => {
    const request = get(`${from}/${status}${path}`, { headers }, (response) => response.resume().on("end", resolve));
    request.on("error", () => resolve());
  });
const byFetch = async (status: number) => void (await fetch(`${url}/${status}${path}`, { headers }).catch(() => undefined));

/** What the daemon got, of as many calls. */
async function documents(count: number): Promise<readonly Record<string, unknown>[]> {
  await vi.waitFor(() => expect(received).toHaveLength(count));
  return received.map((each) => {
    const [header, document = ""] = each.split("\n");
    expect(JSON.parse(header ?? "")).toEqual({ format: "json", version: 1 });
    return JSON.parse(document);
  });
}

it.each([
  { of: "an answer", call: () => byHttp(200), says: { http: { response: { status: 200 } } } },
  { of: "a refusal", call: () => byHttp(404), says: { error: true, throttle: false, http: { response: { status: 404 } } } },
  { of: "too many calls", call: () => byHttp(429), says: { error: true, throttle: true, http: { response: { status: 429 } } } },
  { of: "a fault", call: () => byHttp(503), says: { fault: true, http: { response: { status: 503 } } } },
  { of: "no answer", call: () => byHttp(999), says: { fault: true } },
  { of: "an answer to fetch", call: () => byFetch(200), says: { http: { response: { status: 200 } } } },
  { of: "too many calls of fetch", call: () => byFetch(429), says: { error: true, throttle: true, http: { response: { status: 429 } } } },
  { of: "no answer to fetch", call: () => byFetch(999), says: { fault: true } },
])("a call to an outside system is traced as a subsegment named by its host: $of", async ({ call, says }) => {
  const before = Date.now() / 1_000;
  await call();
  const [document] = await documents(1);
  expect(document).toEqual({
    ...says,
    name: host,
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    type: "subsegment",
    trace_id: "1-5759e988-bd862e3fe1be46a994272793",
    parent_id: "53995c3f42cd8ad8",
    namespace: "remote",
    start_time: expect.any(Number),
    end_time: expect.any(Number),
  });
  const [start, end] = [Number(document?.start_time), Number(document?.end_time)];
  expect(before <= start && start <= end && end <= Date.now() / 1_000).toBe(true);
  expect(received.join()).not.toMatch(/kim|K7QD/);
});

it("a call to AWS is traced under the service's name and without keys, by Gatehouse's client and the SDK's", async () => {
  await awsClient(dynamodb, { ...access, endpoint: url }).call("BatchGetItem", {});
  const bus = new EventBridgeClient({ ...access, endpoint: url });
  await bus.send(new PutEventsCommand({ Entries: [{ Source: "kim", DetailType: "kim", Detail: "{}" }] }));
  bus.destroy();
  expect(await documents(2)).toMatchObject([
    { name: "DynamoDB", namespace: "aws", aws: { region: "eu-west-1", operation: "BatchGetItem" } },
    { name: "events", namespace: "aws", aws: { region: "eu-west-1", operation: "PutEvents" } },
  ]);
  expect(received.join()).not.toMatch(/kim|KEY-ID|secret/);
});

it.each([
  { where: "the call is not sampled", without: { _X_AMZN_TRACE_ID: SAMPLED.replace("Sampled=1", "Sampled=0") } },
  { where: "there is no call yet", without: { _X_AMZN_TRACE_ID: undefined } },
  { where: "there is no daemon", without: { AWS_XRAY_DAEMON_ADDRESS: undefined } },
  { where: "the daemon's address is none", without: { AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:99999" } },
])("a call is made and left untraced if $where", async ({ without }) => {
  Object.assign(settings, without);
  const answer = await fetch(`${url}/200`);
  expect(answer.status).toBe(200);
  await byHttp(200);
  // Another call is said, after these would have been.
  Object.assign(settings, { _X_AMZN_TRACE_ID: SAMPLED, AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` });
  await byHttp(404);
  expect(await documents(1)).toMatchObject([{ http: { response: { status: 404 } } }]);
});

it("a call to Lambda's own runtime address is not traced", async () => {
  settings.AWS_LAMBDA_RUNTIME_API = host;
  await byHttp(200);
  settings.AWS_LAMBDA_RUNTIME_API = undefined;
  await byHttp(404);
  expect(await documents(1)).toMatchObject([{ http: { response: { status: 404 } } }]);
});
