import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { packageRoot } from "../../../lib/app-root";
import type { LivePlace } from "../../../local/run/start-pages";
import { inThread } from "../../../local/workbench/jobs";

/** The one that takes the jobs: the newest. */
let thread: Worker | undefined;
const started = (worker: Worker) => {
  thread = worker;
};
process.on("worker", started);
const folder = mkdtempSync(join(packageRoot, ".local-test-jobs-"));
afterAll(() => {
  process.off("worker", started);
  rmSync(folder, { recursive: true });
});

const save = (whatItImports: string) =>
  writeFileSync(join(folder, "imported.ts"), `export const domain = "contoso.com";\n${whatItImports}\n`);
writeFileSync(
  join(folder, "before-create-user.ts"),
  `import { beforeCreateUser, onlyDomains } from "entra-gatehouse";
import { domain } from "./imported";

export default beforeCreateUser([onlyDomains([domain])], { trust: "any" });
`,
);

/** Nothing is asked: the job loads the policy, and ends. */
const load = (limitMs?: number) =>
  inThread({ kind: "ask", folder, place: { aws: { region: "us-east-1" }, tables: {} } as LivePlace, check: false, questions: [] }, limitMs);

it("a thread loads the policy again for each job, even after a load that fails", async () => {
  save(
    'const all = globalThis as { loads?: number };\nall.loads = (all.loads ?? 0) + 1;\nif (all.loads === 3) throw new Error("loaded thrice");',
  );
  await load();
  await load();
  await expect(load()).rejects.toThrow("loaded thrice");
  await load();
});

it.each([
  ["ends the process", "process.exit(3);", undefined, "the policy ended the process."],
  ["loops", "for (;;);", 1_000, "the policy does not come to an end. Does it loop?"],
])("a policy that %s fails only its own job", async (_, text, limitMs, problem) => {
  save("");
  await load();
  save(text);
  await expect(load(limitMs)).rejects.toThrow(`${folder}: ${problem}`);
  save("");
  await load();
});

it("a thread that ends while idle does not harm the next job", async () => {
  const told = join(folder, "told");
  save(`import { existsSync } from "node:fs";\nsetInterval(() => existsSync(${JSON.stringify(told)}) && process.exit(3), 10);`);
  await load();
  save("");
  writeFileSync(told, "");
  await once(thread as Worker, "exit");
  await load();
});
