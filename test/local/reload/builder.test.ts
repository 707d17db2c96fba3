import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyBuilder } from "../../../local/reload/builder";

const folder = mkdtempSync(join(tmpdir(), "builder-"));

function processOf(code: string) {
  const file = join(folder, `${code.length}.cjs`);
  writeFileSync(file, code);
  return fork(file, [], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
}

const order = { functions: [], outDir: folder };
const building = () => processOf('process.once("message", () => process.send({ ok: true, functions: [] }))');
const ending = () => processOf('process.once("message", () => process.exit(1))');

describe("the process that builds a saved policy", () => {
  it("is another one where the one begun ahead has ended", async () => {
    const ended = processOf("process.exit(1)");
    await once(ended, "exit");
    const ahead = [ended, building(), building()];
    const builder = policyBuilder(() => ahead.shift() ?? building());
    expect(await builder.build(order)).toEqual({ ok: true, functions: [] });
    builder.close();
  });

  it("may end without a result, and the next one builds", async () => {
    const ahead = [ending(), building()];
    const builder = policyBuilder(() => ahead.shift() ?? building());
    expect(await builder.build(order)).toEqual({ ok: false, problem: "The policy cannot be loaded: it ends its process." });
    expect(await builder.build(order)).toEqual({ ok: true, functions: [] });
    builder.close();
  });
});
