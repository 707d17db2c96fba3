import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Command } from "commander";
import { exitCodes, formatCommandPath } from "../../cli/exit-codes";
import { programFor } from "../../cli/main";
import { outputTo } from "../../cli/output";
import { keyedHash } from "../../engine/sign-up/person";
import { arrive } from "../../features/accounts/change";
import { accountStore } from "../../features/accounts/store/accounts";
import { requestId } from "../../features/approvals/request";
import { submit } from "../../features/approvals/transitions";
import { json as commandJson } from "../../features/lists/json";
import { packageRoot } from "../../lib/app-root";
import { type GraphStandIn, serveGraph } from "../../local/stand-ins/graph/graph";
import { person } from "../engine/sign-up/people";
import { newcomer } from "../features/accounts/accounts";
import { asking } from "../features/approvals/requests";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "./support";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-json-"));
let instance: TestInstance;
let graph: GraphStandIn;
let words: readonly string[];
beforeAll(async () => {
  const nowhere = { write: () => true };
  const { program, loadAll } = programFor(
    { output: outputTo({ stdout: nowhere, stderr: nowhere }), exitCode: exitCodes.done },
    { stdout: nowhere, stderr: nowhere },
  );
  await loadAll();
  const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)];
  words = all(program)
    .filter(({ options }) => options.some(({ long }) => long === "--json"))
    .map(formatCommandPath);
  graph = await serveGraph();
  const endpoints = { graph: graph.url, login: graph.url };
  const versions = [{ password: "s3cret", stages: ["AWSCURRENT"], hoursAgo: 1 }];
  instance = await startInstance(versions, "samples/policies/expiry", {
    audit: true,
    accounts: true,
    policySecret: "crm-token",
    endpoints,
  });
  vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from(["a token"]) as typeof process.stdin);
  await instance.putRow({ list: "extension_Code", value: "FAIR26QK7D9MXD", note: "spring fair" }, "reference-data");
  const hashOf = keyedHash(PERSON_KEY);
  const ended = { ...newcomer, id: "00000000-0000-4000-8000-00000000000a", email: "kim@contoso.com", until: "2026-01-01T00:00:00.000Z" };
  await accountStore(instance.dynamodb.client, "accounts").change(ended.id, (stored) => arrive(stored, ended, new Date("2025-06-01")));
  const lee = person({ email: "lee@contoso.com" });
  await instance.approvals.change(requestId(lee, hashOf), () => submit(undefined, asking({ signUp: lee, hashOf }), new Date()));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await Promise.all([instance.close(), graph.close()]);
  rmSync(folder, { recursive: true });
});

const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
const set = ["--reason", "bots sign up", "--yes"];
/** In this order. The runner of all suites holds each line against its schema. */
const examples: readonly (readonly [words: string, ...args: string[]])[] = [
  ["list add", "contoso.com", "--effect", "allow"],
  ["list approval", "new.example", "--yes"],
  ["list deny", "bad.example", "--yes"],
  ["list export"],
  ["list export", join(folder, "list.csv")],
  ["invite send", "ann@partner.com"],
  ["invite extend", "ann@partner.com", "--days", "20"],
  ["invite transfer", "ann@partner.com", "ben@partner.com"],
  ["invite revoke", "ben@partner.com", "--yes"],
  ["invite codes list", "extension_Code"],
  ["approvals approve", "lee@contoso.com", "--yes"],
  ["approvals delegate", "ann@contoso.com", "--to", "lee@contoso.com", "--until", inAWeek, "--yes"],
  ["approvals undelegate", "ann@contoso.com", "--yes"],
  ["expiry due"],
  ["expiry extend", "00000000-0000-4000-8000-00000000000a", "--days", "90"],
  ["partners add", "partner.com"],
  ["partners list"],
  ["partners remove", "partner.com", "--yes"],
  ["person export", "lee@contoso.com"],
  ["person forget-account", "lee@contoso.com"],
  ["table export", "reference-data"],
  ["audit show", "1"],
  ["entra check", "--user-flow", "B2X_1_Partner", "--doors"],
  ["entra apply", "--user-flow", "B2X_1_Partner"],
  ["entra remove", "--user-flow", "B2X_1_Partner", "--yes"],
  ["gate closed", ...set, "--from", "2099-12-20", "--until", "2099-12-21"],
  ["gate show"],
  ["gate open", "--yes"],
  ["secrets list"],
  ["secrets set", "crm-token"],
  ["backup save", join(folder, "backup")],
];
it("each command has a schema exactly if it takes --json", () => {
  expect([...words].sort()).toEqual(Object.keys(commandJson).sort());
});

it("no member name in a published schema contains a space", () => {
  const schema = readFileSync(join(packageRoot, "docs", "schemas", "commands.json"), "utf8");
  const named: string[] = [];
  JSON.parse(schema, (name, value) => {
    if (name === "properties") named.push(...Object.keys(value as object));
    return value as unknown;
  });
  expect(named.filter((each) => !/^[A-Za-z][A-Za-z0-9]*$/.test(each))).toEqual([]);
  expect(named.length).toBeGreaterThan(200);
});

it.each(examples)("%s --json prints output that its schema accepts", async (command, ...args) => {
  const ran = await gatehouse(...command.split(" "), ...args, "--json", ...instance.local);
  expect(ran).toMatchObject({ exitCode: expect.toBeOneOf([0, 2]) });
  expect(jsonLines(ran).length).toBeGreaterThan(0);
});
