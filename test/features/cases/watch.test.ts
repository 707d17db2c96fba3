import { rmSync } from "node:fs";
import { join } from "node:path";
import { watchCases } from "../../../features/cases/verbs/watch";
import { policyFolder, writeInto } from "../../support/policy-folder";

/** Watches a folder, and tells of each run as it begins. */
function watching(folder: string, run: (signal: AbortSignal) => Promise<void> = async () => undefined) {
  const stop = new AbortController();
  const said: string[] = [];
  let runs = 0;
  const ended = watchCases({
    folders: () => [folder],
    output: { print: (line) => said.push(line), warn: (line) => said.push(line) },
    run: async (signal) => {
      runs += 1;
      await run(signal);
    },
    stop: stop.signal,
  });
  const until = async (what: () => boolean) => {
    while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return {
    said,
    waits: (times: number) => until(() => said.filter((line) => line.startsWith("Waiting")).length >= times && runs >= times),
    begun: (times: number) => until(() => runs >= times),
    async end() {
      stop.abort();
      await ended;
    },
  };
}

it("the watch runs cases again if a file is written, created or removed, even if its folder had been removed", async () => {
  const folder = policyFolder({ "before-create-user.ts": "one", "cases/a.json": {} });
  const watch = watching(folder);
  await watch.waits(1);
  writeInto(folder, "before-create-user.ts", "another");
  await watch.waits(2);
  writeInto(folder, "cases/b.json", {});
  await watch.waits(3);
  rmSync(join(folder, "cases"), { recursive: true });
  await watch.waits(4);
  rmSync(folder, { recursive: true });
  await watch.waits(5);
  writeInto(folder, "before-create-user.ts", "back");
  await watch.waits(6);
  await watch.end();
});

it("the watch reports an error, and waits until the error is corrected", async () => {
  const watch = watching(policyFolder({}), async () => {
    throw new Error("the policy is none");
  });
  await watch.waits(1);
  expect(watch.said).toEqual([expect.stringContaining("the policy is none"), "Waiting for a change. Ctrl-C ends it."]);
  await watch.end();
});

it("the watch ends a run that a change makes obsolete, and reports nothing about that run", async () => {
  const folder = policyFolder({ "cases/a.json": {} });
  let first = true;
  const watch = watching(folder, async (signal) => {
    if (!first) return;
    first = false;
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
  });
  await watch.begun(1);
  writeInto(folder, "cases/a.json", { cases: [] });
  await watch.begun(2);
  await watch.waits(1);
  expect(watch.said).toEqual(["Waiting for a change. Ctrl-C ends it."]);
  await watch.end();
});
