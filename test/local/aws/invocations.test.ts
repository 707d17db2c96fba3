import { LambdaClient } from "@aws-sdk/client-lambda";
import { functionStarter } from "../../../adapters/aws/functions";
import { shadowStarter } from "../../../features/shadow/client";
import type { LocalFunction } from "../../../local/aws/functions/function-thread";
import { serveInvocations } from "../../../local/aws/functions/invocations";
import type { LocalServer } from "../../../local/aws/server";

const key = { region: "us-east-1", accessKeyId: "local", secretAccessKey: "this instance's" };
const arn = "arn:aws:lambda:us-east-1:000000000000:function:tried";
const invoke = vi.fn(() => new Promise<never>(() => undefined));
const refused = vi.fn();
let server: LocalServer;
beforeAll(async () => {
  const tried = { name: "tried", invoke } as unknown as LocalFunction;
  server = await serveInvocations({ key, onRefused: refused }, () => new Map([[arn, tried]]));
});
afterAll(() => server.close());
beforeEach(() => vi.clearAllMocks());

const access = (credentials: typeof key) => ({ region: key.region, endpoint: server.url, credentials: async () => credentials });

describe.each([
  { by: "a step, its shadowed rules", starter: (name: string, credentials = key) => shadowStarter(name, access(credentials)) },
  {
    by: "the console, a worker",
    starter: (name: string, credentials = key) => functionStarter(new LambdaClient(access(credentials)), name),
  },
])("started by $by", ({ starter }) => {
  it.each(["tried", arn])("the function %s gets its event, and nobody waits for it", async (name) => {
    await starter(name).start({ place: 1 });
    expect(invoke.mock.calls).toEqual([[{ place: 1 }]]);
  });

  it("no other function is there", async () => {
    await expect(starter("other").start({})).rejects.toThrow();
    expect(invoke).not.toHaveBeenCalled();
  });

  it("callers without the instance's key are refused", async () => {
    await expect(starter("tried", { ...key, secretAccessKey: "another" }).start({})).rejects.toThrow();
    expect(refused).toHaveBeenCalledWith("its signature is wrong");
    expect(invoke).not.toHaveBeenCalled();
  });
});
