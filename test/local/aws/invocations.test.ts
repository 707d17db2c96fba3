import { LambdaClient } from "@aws-sdk/client-lambda";
import { functionStarter } from "../../../adapters/aws/functions";
import { shadowStarter } from "../../../features/shadow/client";
import type { LocalFunction } from "../../../local/aws/functions/function-thread";
import type { LocalServer } from "../../../local/aws/server";
import { serveInvocations } from "../../../local/run/functions";

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
])("the starter of a function, used by $by,", ({ starter }) => {
  it.each(["tried", arn])("passes the event to the function %s, and does not wait for its answer", async (name) => {
    await starter(name).start({ place: 1 });
    expect(invoke.mock.calls).toEqual([[{ place: 1 }]]);
  });

  it("finds no other function", async () => {
    await expect(starter("other").start({})).rejects.toThrow();
    expect(invoke).not.toHaveBeenCalled();
  });

  it("is refused without the instance's key", async () => {
    await expect(starter("tried", { ...key, secretAccessKey: "another" }).start({})).rejects.toThrow();
    expect(refused).toHaveBeenCalledWith("its signature is wrong");
    expect(invoke).not.toHaveBeenCalled();
  });
});
