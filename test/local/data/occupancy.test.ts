import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalServer, PortInUseError, serve } from "../../../local/aws/server";
import { announce, assertFree, OccupiedError } from "../../../local/data/data-folder";
import { type Instance, instancesElsewhere, readInstance, writeInstance } from "../../../local/data/instance";
import { Shutdown } from "../../../local/run/lasting";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
let server: LocalServer;
beforeAll(async () => {
  server = await serve(0, async () => undefined);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const instance = (apiUrl: string, data = folder) =>
  ({ pid: process.pid, apiUrl, simulatorUrl: apiUrl, consoleUrl: apiUrl, data }) as Instance;

describe("a data folder", () => {
  it("is free if no instance runs on it", async () => expect(await assertFree(folder, 0)).toBeUndefined());

  it("is taken if an instance on it answers", async () => {
    writeInstance(instance(server.url), folder);
    await expect(assertFree(folder, 0)).rejects.toThrow(OccupiedError);
    await expect(assertFree(folder, 0)).rejects.toThrow(`Gatehouse runs on ${folder} already, at ${server.url}`);
    await expect(assertFree(folder, 0)).rejects.toThrow("\nSimulator, click a person to sign them up: ");
    await expect(assertFree(folder, 0)).rejects.toThrow("\nOperator console: ");
  });

  it.each([
    { given: "no longer answers", left: instance("http://127.0.0.1:1") },
    { given: "keeps its data elsewhere", left: instance("http://127.0.0.1:1", "/elsewhere") },
  ])("is free if the instance $given", async ({ left }) => {
    writeInstance(left, folder);
    expect(await assertFree(folder, 0)).toBeUndefined();
  });

  it("names its instance until the instance ends", async () => {
    const shutdown = new Shutdown();
    const home = join(folder, "home");
    announce(instance(server.url), shutdown, home);
    expect(readInstance(folder)).toEqual(instance(server.url));
    expect([readInstance(home), instancesElsewhere(home)]).toEqual([undefined, [instance(server.url)]]);
    await shutdown.run();
    expect([readInstance(folder), instancesElsewhere(home)]).toEqual([undefined, []]);
  });

  it("stays listed in the default folder until its start ends, even if another start begins and ends", async () => {
    const home = join(folder, "home");
    const [first, second] = [new Shutdown(), new Shutdown()];
    announce(instance(server.url), first, home);
    announce(instance(server.url, home), second, home);
    writeFileSync(join(home, "running", "0"), "/nowhere");
    await second.run();
    expect([readInstance(home), instancesElsewhere(home)]).toEqual([undefined, [instance(server.url)]]);
    expect(readdirSync(join(home, "running"))).toEqual([String(process.pid)]);
    await first.run();
  });
});

it("a port in use by another program is refused", async () => {
  await expect(assertFree(folder, Number(new URL(server.url).port))).rejects.toThrow(PortInUseError);
});
