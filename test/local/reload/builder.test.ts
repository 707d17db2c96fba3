import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyBuilder } from "../../../local/reload/builder";
import { patiently } from "../../support/patience";
import { policyFolder } from "../../support/policy-folder";

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
  it("is replaced if it was started in advance and has ended", async () => {
    const ended = processOf("process.exit(1)");
    await once(ended, "exit");
    const ahead = [ended, building(), building()];
    const builder = policyBuilder({ begin: () => ahead.shift() ?? building() });
    expect(await builder.build(order)).toEqual({ ok: true, functions: [] });
    builder.close();
  });

  it("is followed by a new one if it ends without a result", async () => {
    const ahead = [ending(), building()];
    const builder = policyBuilder({ begin: () => ahead.shift() ?? building() });
    expect(await builder.build(order)).toEqual({ ok: false, problem: "The policy cannot be loaded: it ends its process." });
    expect(await builder.build(order)).toEqual({ ok: true, functions: [] });
    builder.close();
  });

  it.each([
    {
      given: "loops",
      source: "for (;;);",
      limits: { limitMs: 2_000, clockMs: patiently.timeout },
      says: "after 2 s of processor time it has not come to an end. Does it loop?",
    },
    {
      given: "waits for ever",
      source: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
      limits: { clockMs: 3_000 },
      says: "after 3 s it has not come to an end. What does it wait for?",
    },
  ])("is ended if a policy $given", async ({ source, limits, says }) => {
    const file = join(policyFolder({ "before-create-user.ts": source }), "before-create-user.ts");
    const builder = policyBuilder(limits);
    const functions = [{ step: "before-create-user", file, entry: "before-create-user", uses: [] } as const];
    expect(await builder.build({ functions, outDir: folder })).toEqual({ ok: false, problem: `The policy cannot be loaded: ${says}` });
    builder.close();
  });

  it("has enough time on a busy machine", async () => {
    const late = 'process.once("message", () => setTimeout(() => process.send({ ok: true, functions: [] }), 1_000))';
    const builder = policyBuilder({ begin: () => processOf(late), limitMs: 200, clockMs: patiently.timeout });
    expect(await builder.build(order)).toEqual({ ok: true, functions: [] });
    builder.close();
  });
});
