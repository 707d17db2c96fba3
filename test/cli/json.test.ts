import { Readable } from "node:stream";
import * as v from "valibot";
import { commandJson } from "../../features/command-json";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "./support";

let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance([], "policy", { audit: true, policySecret: "crm-token" });
  vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from(["a token"]) as typeof process.stdin);
  await instance.putRow({ list: "extension_Code", value: "FAIR26QK7D9MXD", note: "spring fair" }, "reference-data");
});
afterAll(async () => {
  vi.restoreAllMocks();
  await instance.close();
});

const set = ["--reason", "bots sign up", "--yes"];
const examples: Readonly<Record<keyof typeof commandJson, readonly string[]>> = {
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
  expect(ran.exitCode).toBe(0);
  const lines = jsonLines(ran);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(v.safeParse(commandJson[words as keyof typeof commandJson], line).issues).toBeUndefined();
});
