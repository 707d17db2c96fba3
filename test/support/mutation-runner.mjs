// Stryker's test runner for engine/ and features/ (npm run mutation). Vitest would load every module for every mutant, which takes
// seconds. Here one process loads the suites once, by Vitest's own runner, and calls the tests that reach a mutant again and again:
// milliseconds each. A failure counts only if the same test passes with the mutant switched off: otherwise something outlived the
// mutant, and a fresh process measures it once more.

import { appendFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

const here = createRequire(import.meta.url);
/** Of Vitest itself, so that its globals collect into this one. */
const vitestRunner = createRequire(here.resolve("vitest/package.json")).resolve("@vitest/runner");

/** Long enough for the slowest test on a busy machine, without a mutant. */
const TEST_MS = 240_000;
/** With one, a test that waits for nothing ends after so many times its own time, and so long at least. */
const TIMES = 20;
const AT_LEAST_MS = 2_000;
/** A mutant that tests do not notice in so much CPU time counts as one that nobody notices: its own suite and the quick ones come first. */
const BUDGET_MS = 2_000;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** What a suite finds as globals. */
const GLOBALS = ["afterAll", "afterEach", "beforeAll", "beforeEach", "describe", "expect", "it", "test", "vi"];

/** What fake timers replace: Vitest's own default. */
const FAKED = ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "setInterval", "clearInterval", "Date", "performance"];

/** The real ones, whatever a test replaces. */
const { setTimeout: setTimer, clearTimeout: clearTimer } = globalThis;
const now = performance.now.bind(performance);

/** How often a property is tried for each mutant: the same made-up cases each time, and few of them. */
const RUNS = 25;

function fewerRuns(load) {
  const { default: fc } = load("fast-check");
  fc.configureGlobal({ seed: 1 });
  const assert = (property, { numRuns = RUNS, ...rest } = {}) => fc.assert(property, { ...rest, numRuns: Math.min(numRuns, RUNS) });
  const fewer = { ...fc, assert };
  load.cache[load.resolve("fast-check")].exports = { __esModule: true, ...fewer, default: fewer };
}

/** How near a suite is to a file of the copy: how many folders both are in, one more for the suite of its name. */
function nearnessOf({ fileName }, file) {
  const parts = relative(process.cwd(), file)
    .replace(/\.tsx?$/, "")
    .split(/[\\/]/);
  const own = fileName.replace(/^test.|\.test\.tsx?$/g, "").split(/[\\/]/);
  const apart = parts.findIndex((part, index) => part !== own[index]);
  return apart < 0 ? parts.length : apart;
}

class InProcessRunner {
  static inject = ["options"];
  #suites;
  /** The file that tells what is not asked. */
  #leftOut;
  #tests = new Map();
  #after = () => {};
  /** Whether a mutant has run in this process. */
  #isUsed = false;
  /** Whether a mutant left something that breaks a test. */
  #isSpoiled = false;

  constructor(options) {
    this.#suites = options.suites;
    this.#leftOut = options.leftOut;
  }

  /** What a module does while it loads is not measured (ignoreStatic): there is nothing to load again. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  /** Loads the suites of the copy that Stryker made: the working directory. */
  async init() {
    const vitest = await import("vitest");
    // What Vitest's spies and timers look at in a worker of its own.
    globalThis.__vitest_worker__ = { config: { fakeTimers: { toFake: FAKED } } };
    for (const name of GLOBALS) globalThis[name] = vitest[name];
    this.#after = () => vitest.vi.useRealTimers();
    const root = process.cwd();
    // As bin/typescript.cjs: no cache that is anybody's.
    process.env.TSX_DISABLE_CACHE = "1";
    here("tsx/cjs/api").register();
    (await import("tsx/esm/api")).register(); // Commands are imported when they are asked for.
    const load = createRequire(join(root, "package.json"));
    // Some import it too: Vitest refuses require.
    const index = load.resolve("vitest");
    load.cache[index] = Object.assign(new Module(index), { exports: vitest, filename: index, loaded: true });
    fewerRuns(load);
    const { collectTests, getHooks } = await import(pathToFileURL(vitestRunner).href);
    const config = {
      root,
      testTimeout: TEST_MS,
      hookTimeout: TEST_MS,
      setupFiles: [],
      sequence: { hooks: "stack" },
      maxConcurrency: 1,
      tags: [],
    };
    const runner = { config, importFile: (file) => load(file), trace: (_, ...args) => args.at(-1)() };
    const files = await collectTests(
      this.#suites.map((suite) => join(root, suite)),
      runner,
    );
    for (const file of files) {
      if (file.result?.errors?.length) {
        this.#leaveOut(relative(root, file.filepath), file.result.errors[0].message);
        continue;
      }
      const found = { fileName: relative(root, file.filepath), hooks: [] };
      await this.#collect(file, found, { runner: vitest.TestRunner, getHooks });
    }
  }

  /** What fails without a mutant would notice every one: it is named and not asked. */
  #leaveOut(name, message) {
    appendFileSync(this.#leftOut, `${name}: ${message.split("\n", 1)[0]}\n`);
  }

  /** Takes up the tests of a suite and of those in it. */
  async #collect(suite, { fileName, hooks, path = [] }, { runner, getHooks }) {
    for (const hook of getHooks(suite).beforeAll) await hook();
    const all = [...hooks, ...runner.getSuiteHooks(suite).beforeEach];
    for (const task of suite.tasks) {
      const name = [...path, task.name];
      if (task.type === "suite") await this.#collect(task, { fileName, hooks: all, path: name }, { runner, getHooks });
      else if (task.mode === "run" || task.mode === "queued") {
        let id = `${fileName}#${name.join(" > ")}`;
        while (this.#tests.has(id)) id += "'"; // Rows of a table may share a title.
        this.#tests.set(id, { fileName, name: name.join(" > "), hooks: all, call: runner.getTestFn(task), task, timeSpentMs: 0 });
      }
    }
  }

  /** @returns what went wrong, if anything did */
  async #run(test) {
    const { hooks, call, task } = test;
    const start = now();
    try {
      for (const hook of hooks) await hook(task.context, task.suite);
      await call();
      test.timeSpentMs = now() - start;
      return undefined;
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    } finally {
      this.#after();
    }
  }

  /** @returns what went wrong, if anything did, or that it has not ended */
  async #runInTime(test) {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimer(() => resolve("It does not end"), Math.max(AT_LEAST_MS, TIMES * test.timeSpentMs));
    });
    const said = await Promise.race([this.#run(test), late]);
    clearTimer(timer);
    return said;
  }

  async dryRun() {
    const { __stryker__: stryker } = globalThis;
    const tests = [];
    for (const [id, test] of this.#tests) {
      if (stryker !== undefined) stryker.currentTestId = id;
      let failureMessage = await this.#run(test);
      // Some measure time, which a busy machine takes from them.
      for (let retry = 0; failureMessage !== undefined && retry < 3; retry += 1) failureMessage = await this.#run(test);
      const { name, fileName, timeSpentMs } = test;
      if (failureMessage === undefined) tests.push({ id, name, fileName, timeSpentMs, status: 0 });
      else {
        this.#tests.delete(id);
        this.#leaveOut(id, failureMessage);
      }
    }
    if (stryker !== undefined) stryker.currentTestId = undefined;
    return { status: "complete", tests, mutantCoverage: stryker?.mutantCoverage ?? { static: {}, perTest: {} } };
  }

  /** Runs a test with a mutant switched on. */
  async #runMutated(test, activeMutant, hitLimit) {
    globalThis.__stryker__ ??= {};
    const { __stryker__: stryker } = globalThis;
    Object.assign(stryker, { activeMutant, hitCount: 0, hitLimit });
    const failureMessage = await this.#runInTime(test);
    const { hitCount } = stryker;
    Object.assign(stryker, { activeMutant: "none", hitCount: undefined, hitLimit: undefined });
    return { failureMessage, hitCount };
  }

  async mutantRun({ activeMutant, sandboxFileName, testFilter, hitLimit }) {
    // Stryker begins a new process for what is rejected, and tries once more there.
    if (this.#isSpoiled) throw new Error("An earlier mutant spoiled this process");
    const isFirst = !this.#isUsed;
    this.#isUsed = true;
    const tests = (testFilter ?? [...this.#tests.keys()]).map((id) => [id, this.#tests.get(id)]);
    const near = (test) => nearnessOf(test, sandboxFileName);
    tests.sort(([, one], [, other]) => near(other) - near(one) || one.timeSpentMs - other.timeSpentMs);
    let nrOfTests = 0;
    const start = cpuMs();
    for (const [id, test] of tests) {
      if (cpuMs() - start > BUDGET_MS) break;
      nrOfTests += 1;
      const { failureMessage, hitCount } = await this.#runMutated(test, activeMutant.id, hitLimit);
      if (hitLimit !== undefined && hitCount > hitLimit)
        return { status: "timeout", reason: `Hit limit reached (${hitCount}/${hitLimit})` };
      if (failureMessage === undefined) continue;
      this.#isSpoiled = (await this.#run(test)) !== undefined;
      if (this.#isSpoiled && !isFirst) throw new Error(`${id} fails with mutant ${activeMutant.id} switched off`);
      // A busy machine fails a test now and then, whatever the mutant does.
      if (!this.#isSpoiled && (await this.#runMutated(test, activeMutant.id, hitLimit)).failureMessage === undefined) continue;
      return { status: "killed", killedBy: [id], failureMessage, nrOfTests };
    }
    return { status: "survived", nrOfTests };
  }
}

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", injectableClass: InProcessRunner }];
