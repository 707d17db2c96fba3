import { functionStarter } from "../../../adapters/aws/functions";
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

const starter = (name: string, credentials = key) =>
  functionStarter(name, { region: key.region, endpoint: server.url, credentials: async () => credentials });

it.each(["tried", arn])("starts the function %s and waits for nothing of it", async (name) => {
  await starter(name).start({ place: 1 });
  expect(invoke.mock.calls).toEqual([[{ place: 1 }]]);
});

it("has no other function", async () => {
  await expect(starter("other").start({})).rejects.toMatchObject({ status: 404 });
  expect(invoke).not.toHaveBeenCalled();
});

it("refuses callers without the instance's key", async () => {
  await expect(starter("tried", { ...key, secretAccessKey: "another" }).start({})).rejects.toMatchObject({ status: 403 });
  expect(refused).toHaveBeenCalledWith("its signature is wrong");
  expect(invoke).not.toHaveBeenCalled();
});
