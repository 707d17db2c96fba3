import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { type RenewableFunction, threadedFunction } from "../../../../local/aws/functions/function-thread";
import { makeFunctions } from "../../../../local/aws/functions/functions";
import { readBody, serve } from "../../../../local/aws/server";
import { Template } from "../../../../local/aws/template";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const written: string[] = [];
const failures: string[] = [];
const running: RenewableFunction[] = [];

/** A function from the text of its bundle. */
function run(
  code: string,
  {
    timeoutMs = 60_000,
    env = {},
    file: name = `${running.length}.js`,
    mostAtOnce = undefined as number | undefined,
    idleMs = undefined as number | undefined,
  } = {},
): RenewableFunction {
  const file = join(folder, name);
  writeFileSync(file, code);
  const made = threadedFunction({
    label: "Worker",
    source: { file, handlerName: "handler", functionName: "Gate-Worker", memoryMb: 128 },
    timeoutMs,
    mostAtOnce,
    env,
    idleMs,
    log: { output: (_, lines) => written.push(...lines), failure: (_, why) => failures.push(why) },
  });
  running.push(made);
  return made;
}

beforeEach(() => {
  written.length = 0;
  failures.length = 0;
});

afterAll(async () => {
  await Promise.all(running.map((each) => each.close()));
  rmSync(folder, { recursive: true });
});

describe("a local function", () => {
  it("runs the handler with event and context, in its own environment", async () => {
    const code = `exports.handler = async (event, context) =>
      ({ event, own: process.env.OWN, path: process.env.PATH, name: context.functionName, left: context.getRemainingTimeInMillis() > 4000 });`;
    const { outcome } = await run(code, { env: { OWN: "yes" } }).invoke({ a: 1 });
    expect(outcome).toEqual({ ok: true, value: { event: { a: 1 }, own: "yes", name: "Gate-Worker", left: true } });
  });

  it("reports places in the sources if a source map lies beside the code", async () => {
    const code = join(folder, "mapped");
    mkdirSync(code);
    // All of the second line is line 5 of the policy.
    writeFileSync(`${code}.map`, JSON.stringify({ version: 3, sources: ["policy/own.ts"], names: [], mappings: ";KAIA" }));
    const thrown = async (text: string, name: string) => {
      const made = run(text, { file: join(name, "index.js") });
      return (await made.invoke({})).outcome;
    };
    const text = "exports.handler = async () =>\n     { return new Error('a message').stack; };";
    expect(await thrown(text, "mapped")).toEqual({
      ok: true,
      value: expect.stringMatching(/^Error: a message\n {4}at .*\(policy\/own\.ts:5:\d+\)/),
    });
    mkdirSync(join(folder, "bare"));
    expect(await thrown(text, "bare")).toEqual({
      ok: true,
      value: expect.stringMatching(/^Error: a message\n {4}at .*bare\/index\.js:2:\d+/),
    });
  });

  it.each([
    { mostAtOnce: undefined, most: 4 },
    { mostAtOnce: 2, most: 2 },
    { mostAtOnce: 1, most: 1 },
  ])("runs no more simultaneous calls than its reserved concurrency: $mostAtOnce", async ({ mostAtOnce, most }) => {
    const code = `let now = 0;
      exports.handler = async (event) => {
        now += 1;
        await new Promise((resolve) => setTimeout(resolve, 30));
        const seen = now;
        now -= 1;
        if (event === 1) throw new Error("This one fails.");
        return [event, seen];
      };`;
    const made = run(code, { mostAtOnce });
    const all = await Promise.all([0, 1, 2, 3].map((event) => made.invoke(event)));
    const values = all.flatMap(({ outcome }) => (outcome.ok ? [outcome.value as [number, number]] : []));
    expect(values.map(([event]) => event)).toEqual([0, 2, 3]);
    expect(Math.max(...values.map(([, seen]) => seen))).toBeLessThanOrEqual(most);
    if (most === 4) expect(values[0]?.[1]).toBe(4);
  });

  it("takes its reserved concurrency from the template", async () => {
    const code =
      "let now = 0; exports.handler = async () => { now += 1; await new Promise((resolve) => setTimeout(resolve, 50)); return now--; };";
    mkdirSync(join(folder, "a1"));
    writeFileSync(join(folder, "a1", "index.js"), code);
    const Properties = { Code: { S3Key: "a1.zip" }, Handler: "index.handler", Timeout: 60, ReservedConcurrentExecutions: 1 };
    const template = new Template("Gate", { Resources: { Worker: { Type: "AWS::Lambda::Function", Properties } } });
    const functions = makeFunctions(
      { template, assetFolder: (hash: string) => join(folder, hash) } as never,
      {},
      { output() {}, failure() {} },
    );
    const [made] = [...functions.values()] as [RenewableFunction];
    running.push(made);
    const all = await Promise.all([made.invoke({}), made.invoke({}), made.invoke({})]);
    expect(all.map(({ outcome }) => outcome)).toEqual(Array(3).fill({ ok: true, value: 1 }));
  });

  it("starts no waiting call after it is closed", async () => {
    const made = run("exports.handler = () => new Promise(() => undefined);", { mostAtOnce: 1 });
    await made.load();
    const calls = [made.invoke({}), made.invoke({})];
    await made.close();
    for (const { outcome } of await Promise.all(calls)) expect(outcome).toMatchObject({ ok: false, why: "crash" });
  });

  it.each([
    { given: "a thread that was not loaded ahead ends after its last call", isLoaded: false, calls: [1, 2, 1] },
    { given: "one that was loaded ahead stays", isLoaded: true, calls: [1, 2, 3] },
  ])("$given", async ({ isLoaded, calls }) => {
    const made = run("let calls = 0; exports.handler = async () => ++calls;", { idleMs: 300 });
    if (isLoaded) await made.load();
    const call = async () => (await made.invoke({})).outcome;
    const counts = [await call(), await call()];
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    counts.push(await call());
    expect(counts).toEqual(calls.map((value) => ({ ok: true, value })));
    expect(failures).toEqual([]);
  });

  it("counts a call's time limit only from its turn, however long the call waited", async () => {
    const code = "exports.handler = async (ms) => { await new Promise((resolve) => setTimeout(resolve, ms)); return 'done'; };";
    const made = run(code, { mostAtOnce: 1, timeoutMs: 1_500 });
    await made.load();
    const [slow, next] = await Promise.all([made.invoke(60_000), made.invoke(700)]);
    expect(slow.outcome).toMatchObject({ ok: false, why: "timeout" });
    expect(next.outcome).toEqual({ ok: true, value: "done" });
  });

  it("reports an error that the handler threw", async () => {
    const { outcome } = await run(`exports.handler = async () => { throw new Error("Unauthorized"); };`).invoke({});
    expect(outcome).toEqual({ ok: false, why: "error", error: { name: "Error", message: "Unauthorized" } });
  });

  it("uses new code once renewed, while running calls finish with the old code", async () => {
    const code = (answer: string, ms = 0) => `exports.handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, ${ms}));
      return "${answer}" + (process.env.VERSION ?? "");
    };`;
    const made = run(code("before", 300));
    const other = join(folder, "renewed.js");
    writeFileSync(other, code("after "));
    await made.load();
    const underWay = made.invoke({ a: 1 });
    await made.renew(other, { VERSION: "2" });
    expect(made.last).toMatchObject({ event: { a: 1 } });
    expect([await made.invoke({}), await underWay]).toMatchObject([{ outcome: { value: "after 2" } }, { outcome: { value: "before" } }]);
    expect(failures).toEqual([]);
  });

  it("records an invocation's outgoing calls, and the invocation can still read their answers", async () => {
    const code = `const http = require("node:http");
      const post = (url) => new Promise((resolve, reject) => {
        const request = http.request(url, { method: "POST", headers: { "x-amz-target": "A.B" } }, async (response) => {
          // Reads only after a while, as a stream may.
          await new Promise((resolve) => setTimeout(resolve, 10));
          let text = "";
          for await (const chunk of response) text += chunk;
          resolve(text);
        });
        request.on("error", reject);
        request.write("he");
        request.end("llo");
      });
      exports.handler = async ({ url }) => [
        await post(url),
        await (await fetch(url, { method: "POST", body: "fetched" })).text(),
        await post("http://127.0.0.1:1").catch((error) => error.code),
      ];`;
    const echo = await serve(0, async (request, response) => {
      const body = (await readBody(request, 100)).toString();
      response.writeHead(201, { "content-type": "text/plain" }).end(`got ${body}`);
    });
    const { outcome, inside } = await run(code).invoke({ url: echo.url });
    await echo.close();
    expect(outcome).toEqual({ ok: true, value: ["got hello", "got fetched", "ECONNREFUSED"] });
    const ms = expect.any(Number);
    const came = { status: 201, contentType: "text/plain", ms, begunMs: ms, method: "POST", url: `${echo.url}/` };
    expect(inside).toEqual({
      ms,
      calls: [
        { ...came, target: "A.B", body: "hello", answer: "got hello" },
        { ...came, body: "fetched", answer: "got fetched" },
        { method: "POST", url: "http://127.0.0.1:1/", target: "A.B", body: "hello", begunMs: ms, ms, failure: "ECONNREFUSED" },
      ],
    });
  });

  it("frees the texts that it recorded once an invocation has ended, even if something still refers to it", async () => {
    const code = `const http = require("node:http");
      const { AsyncResource } = require("node:async_hooks");
      const remembering = [];
      const get = (url) => new Promise((resolve, reject) => {
        http.get(url, (response) => response.resume().on("end", resolve)).on("error", reject);
      });
      exports.handler = async ({ url }) => {
        // As a connection does that is opened now and kept.
        remembering.push(new AsyncResource("KeptConnection"));
        await Promise.all(Array.from({ length: 10 }, () => get(url)));
        global.gc();
        return process.memoryUsage().heapUsed;
      };`;
    const answer = "a".repeat(200_000);
    const server = await serve(0, async (_, response) => void response.end(answer));
    setFlagsFromString("--expose-gc");
    const made = run(code);
    const used: unknown[] = [];
    for (let count = 0; count < 10; count++) {
      const { outcome } = await made.invoke({ url: server.url });
      used.push("value" in outcome ? outcome.value : outcome);
    }
    await server.close();
    expect(used).toEqual(used.map(() => expect.any(Number)));
    expect(Number(used.at(-1)) - Number(used[1])).toBeLessThan(8 * answer.length);
  });

  it("separates the output of concurrent invocations", async () => {
    const made = run(`exports.handler = async ({ name }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      console.log("hello " + name);
      console.error("bye " + name);
    };`);
    const outputs = (await Promise.all(["a", "b"].map((name) => made.invoke({ name })))).map(({ output }) => output);
    expect(outputs).toEqual([
      ["hello a", "bye a"],
      ["hello b", "bye b"],
    ]);
    expect(written).toHaveLength(4);
  });

  it("ends an invocation that takes too long, and runs the next", async () => {
    const made = run(`exports.handler = async ({ hang }) => { while (hang); return "fine"; };`, { timeoutMs: 2_000 });
    expect((await made.invoke({ hang: true })).outcome).toMatchObject({ ok: false, why: "timeout" });
    expect(failures).toEqual(["Task timed out after 2.00 seconds"]);
    // A thread that starts takes of the next one's time.
    await made.load();
    expect((await made.invoke({ hang: false })).outcome).toEqual({ ok: true, value: "fine" });
  });

  it.each([
    { crash: "process.exit(1)", says: "crashed: Runtime.ExitError" },
    { crash: "Promise.reject(new TypeError('kim@contoso.com'))", says: "crashed: TypeError" },
  ])("survives $crash", async ({ crash, says }) => {
    const made = run(`exports.handler = async ({ die }) => { if (die) { ${crash}; await new Promise(() => {}); } return "fine"; };`);
    await made.load();
    expect((await made.invoke({ die: true })).outcome).toMatchObject({ ok: false, why: "crash" });
    expect(failures).toEqual([says]);
    expect((await made.invoke({ die: false })).outcome).toEqual({ ok: true, value: "fine" });
  });

  it("reports why a bundle does not load", async () => {
    const made = run(`throw new Error("The environment variable X is missing.");`);
    await made.load();
    expect(failures).toEqual(["does not load: The environment variable X is missing."]);
    expect((await made.invoke({})).outcome).toMatchObject({ ok: false, why: "crash" });
  });
});
