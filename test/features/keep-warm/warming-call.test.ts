import type { Context } from "aws-lambda";
import { isPermissionsCall, isWarmingCall, WARMING_CALL } from "../../../adapters/aws/own-calls";
import { stepWorld } from "../../../adapters/aws/world";
import type { StepWorld } from "../../../adapters/world";
import type { Policy } from "../../../engine/sign-up/policy";
import { decidingParts } from "../../../features/deciding-parts";
import { authorizerHandler } from "../../../handlers/authorizer";
import { extensionHandler } from "../../../handlers/extension";
import { connectorHandler } from "../../../handlers/sign-up";
import { accessList } from "../../../index";
import { hang, json, refuse, rowsOf } from "../../adapters/aws/aws-double";
import { lambdaContext, surroundings } from "../../lambda/invoke";
import { audience, tenantId } from "../../lambda/invoke-extension";
import { anyPolicy } from "../../support/any-policy";
import { authorizerEvent, proxyEvent } from "../../support/events";

const { aws, output } = surroundings();
const policy = anyPolicy([accessList({ otherwise: "continue" })]);
const kim = { email: "kim@gmail.com", displayName: "Kim Lee" };

type Handler = (event: never, context: Context) => Promise<unknown>;

/** A world whose connections and secrets are told apart. */
function watched<World extends Pick<StepWorld, "tables" | "secrets">>(world: World) {
  const opened: string[] = [];
  const read: string[] = [];
  const watchedWorld: World = {
    ...world,
    tables: { ...world.tables, warm: () => void opened.push("tables") },
    secrets: {
      warm: () => void opened.push("secrets"),
      call: (operation: string, input: { SecretId: string; VersionStage?: string }, signal?: AbortSignal) => {
        read.push(`${input.SecretId} ${input.VersionStage ?? ""}`.trim());
        return world.secrets.call(operation, input, signal);
      },
    },
  };
  return { world: watchedWorld, opened, read };
}

const start = {
  connector: (world: StepWorld) => connectorHandler(policy, decidingParts)(world) as Handler,
  extension: (world: StepWorld) => extensionHandler(policy as Policy, { decidingParts })(world) as Handler,
  authorizer: (world: StepWorld) => authorizerHandler(world) as Handler,
};
const functions = (["connector", "extension", "authorizer"] as const).map((of) => ({ of, begin: start[of] }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  Object.assign(process.env, { EXTERNAL_TENANT: tenantId, EXTENSION_AUDIENCE: audience });
  delete process.env.SECRETS;
});
afterEach(() => void vi.useRealTimers());

const warm = (handler: Handler) => handler(WARMING_CALL as never, lambdaContext);

const httpEvent = (sent: object) => ({ version: "2.0", requestContext: { requestId: "r", timeEpoch: Date.now() }, ...sent });
const text = JSON.stringify(WARMING_CALL);
/** What a caller can write, by the function that gets it, each in the gateway's event for it. */
const sentByCallers = {
  body: {
    connector: proxyEvent("/before-create-user", text),
    extension: httpEvent({ headers: {}, body: text, isBase64Encoded: false }),
    authorizer: authorizerEvent("Basic x"),
  },
  headers: {
    connector: proxyEvent("/before-create-user", null, WARMING_CALL),
    extension: httpEvent({ headers: WARMING_CALL, isBase64Encoded: false }),
    authorizer: { ...authorizerEvent("Basic x"), headers: WARMING_CALL },
  },
  query: {
    connector: { ...proxyEvent("/before-create-user", text), queryStringParameters: WARMING_CALL },
    extension: httpEvent({ ...WARMING_CALL, queryStringParameters: WARMING_CALL, headers: {}, body: text, isBase64Encoded: false }),
    authorizer: { ...authorizerEvent("Basic x"), ...WARMING_CALL },
  },
};

describe.each(functions)("a warming call of the $of", ({ of, begin }) => {
  it("gets an empty answer, and leaves no record, row, table read, line or metric", async () => {
    aws.will(json({ SecretString: '{"username":"entra","password":"p"}', CreatedDate: 1_700_000_000 }));
    const [calls, records] = [aws.calls.length, aws.records.length];
    const handler = begin(stepWorld());
    expect([await warm(handler), await warm(handler)]).toEqual([undefined, undefined]);
    expect(aws.records).toHaveLength(records);
    expect(aws.calls.slice(calls).filter(({ operation }) => operation !== "GetSecretValue")).toEqual([]);
    expect(output.text()).toBe("");
  });

  it("reads secrets in a new environment, and only opens connections in an old one", async () => {
    aws.will(json({ SecretString: '{"username":"entra","password":"p"}', CreatedDate: 1_700_000_000 }));
    const { world, opened, read } = watched(stepWorld());
    const handler = begin(world);
    await warm(handler);
    const secret = read[0]?.split(" ")[0];
    expect(read).toEqual([`${secret} AWSCURRENT`, `${secret} AWSPREVIOUS`]);
    opened.length = 0;
    vi.setSystemTime(Date.now() + 3_600_000);
    await warm(handler);
    expect([read.length, opened]).toEqual([2, ["tables", "secrets"]]);
  });

  it("neither fails nor logs if Secrets Manager refuses", async () => {
    aws.will(refuse("AccessDeniedException"));
    aws.keyWill(refuse("AccessDeniedException"));
    const handler = begin(stepWorld());
    expect([await warm(handler), await warm(handler)]).toEqual([undefined, undefined]);
    expect(output.text()).toBe("");
  });

  it.each(Object.entries(sentByCallers))("is not confused with a caller's %s", async (_, sent) => {
    aws.will(json({ SecretString: '{"username":"entra","password":"p"}', CreatedDate: 1_700_000_000 }));
    const handler = begin(stepWorld());
    const answer = await handler(sent[of] as never, lambdaContext).catch((error: unknown) => error);
    expect(answer).toBeDefined();
    expect(isWarmingCall(sent[of])).toBe(false);
    expect(isPermissionsCall(sent[of])).toBe(false);
  });
});

it("a warming call ends before its function's timeout if Secrets Manager does not answer", async () => {
  aws.keyWill(hang);
  expect(await warm(start.connector(stepWorld()))).toBeUndefined();
  expect(output.text()).toBe("");
});

it("an environment reads the secrets of the policy's rules once, at its first warming call", async () => {
  process.env.SECRETS = JSON.stringify({ vendor: "arn:vendor" });
  aws.will(json({ SecretString: "v" }));
  const { world, read } = watched(stepWorld());
  const handler = start.connector(world);
  await warm(handler);
  vi.setSystemTime(Date.now() + 3_600_000);
  await warm(handler);
  expect(read).toEqual(["person-key AWSCURRENT", "person-key AWSPREVIOUS", "arn:vendor"]);
});

it("an environment that has answered a person no longer counts as new", async () => {
  process.env.SECRETS = JSON.stringify({ vendor: "arn:vendor" });
  const { world, read } = watched(stepWorld());
  const handler = start.connector(world);
  aws.will(rowsOf({}));
  await handler(proxyEvent("/before-create-user", JSON.stringify(kim)) as never, lambdaContext);
  await warm(handler);
  expect(read).not.toContain("arn:vendor");
});

it("the next person after a warming call is answered and recorded as usual", async () => {
  const handler = start.connector(stepWorld());
  await warm(handler);
  aws.will(rowsOf({}));
  const records = aws.records.length;
  const answer = (await handler(proxyEvent("/before-create-user", JSON.stringify(kim)) as never, lambdaContext)) as { body: string };
  expect(JSON.parse(answer.body)).toMatchObject({ action: "Continue" });
  expect(aws.records).toHaveLength(records + 1);
});

it.each([
  { is: "ours", event: { gatehouse: "keep-warm" }, warms: true },
  { is: "ours with a member more", event: { ...WARMING_CALL, body: null }, warms: false },
  { is: "of another word", event: { gatehouse: "keep-cold" }, warms: false },
  { is: "EventBridge's own", event: { source: "aws.events", "detail-type": "Scheduled Event" }, warms: false },
  { is: "empty", event: {}, warms: false },
  { is: "a text", event: JSON.stringify(WARMING_CALL), warms: false },
  { is: "nothing", event: null, warms: false },
])("decides if an event that is $is counts as a warming call: $warms", ({ event, warms }) => expect(isWarmingCall(event)).toBe(warms));
