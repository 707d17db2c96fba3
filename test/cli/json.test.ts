import { Readable } from "node:stream";
import * as v from "valibot";
import { commandJson } from "../../features/command-json";
import { type GraphStandIn, serveGraph } from "../../local/stand-ins/graph/graph";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "./support";

let instance: TestInstance;
let graph: GraphStandIn;
beforeAll(async () => {
  graph = await serveGraph();
  const endpoints = { graph: graph.url, login: graph.url };
  const versions = [{ password: "s3cret", stages: ["AWSCURRENT"], hoursAgo: 1 }];
  instance = await startInstance(versions, "policy", { audit: true, policySecret: "crm-token", endpoints });
  vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from(["a token"]) as typeof process.stdin);
  await instance.putRow({ list: "extension_Code", value: "FAIR26QK7D9MXD", note: "spring fair" }, "reference-data");
});
afterAll(async () => {
  vi.restoreAllMocks();
  await Promise.all([instance.close(), graph.close()]);
});

const set = ["--reason", "bots sign up", "--yes"];
/** What `deploy` prints, its own suite holds. */
const examples: Readonly<Record<Exclude<keyof typeof commandJson, "deploy">, readonly string[]>> = {
  "entra check": ["--user-flow", "B2X_1_Partner", "--doors"],
  "gate approval": set,
  "gate closed": [...set, "--from", "2099-12-20", "--until", "2099-12-21"],
  "gate listed": set,
  "gate show": [],
  "gate open": ["--yes"],
  "invite codes list": ["extension_Code"],
  "secrets list": [],
  "secrets set": ["crm-token"],
};

it.each(Object.entries(examples))("%s --json prints what its schema says", async (words, args) => {
  const ran = await gatehouse(...words.split(" "), ...args, "--json", ...instance.local);
  expect([0, 2]).toContain(ran.exitCode);
  const lines = jsonLines(ran);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(v.safeParse(commandJson[words as keyof typeof commandJson], line).issues).toBeUndefined();
});
