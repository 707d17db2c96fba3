import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { ENTRA_APP_ID } from "../../features/external-tenant/extension-caller";
import { serveIdology } from "../../features/verify-identity/standin/idology";
import { packageRoot } from "../../lib/package-root";
import { gatehouse, jsonLines } from "../cli/support";
import { fixture } from "../fixtures";
import { makeAppFolder, removeAppFolder } from "../support/app-folder";
import { extensionAction } from "../support/extension-answers";
import { type Gate, START_MS, startGate } from "../support/gate";
import { patiently } from "../support/patience";
import type { NamedGate, Vendor } from "./named-gate";
import { ownTexts } from "./own-texts";
import { promises } from "./promises";
import { shadows } from "./shadows";

const policy = `import { accessList, beforeCreateUser, requestApproval } from "entra-gatehouse";

export default beforeCreateUser([
  accessList({ otherwise: "continue" }),
  requestApproval({ then: "continue", unproven: "block", unless: ({ findings }) => findings.listed === "allow" }),
]);
`;

/** Gates of which each is tried by itself. They share the start, which takes longer than what is tried. */
const alone = ["shadows", "promises", "own-texts"] as const;
const policies = { partners: policy, suppliers: policy, ...Object.fromEntries(alone.map((name) => [name, policyOf(name)])) };

/** Gates that have names, beside the one without. Connectors call an HTTP API, which refuses by 403. */
const settings = {
  policy: "partners",
  api: "http",
  gates: Object.fromEntries(["suppliers", ...alone].map((name) => [name, { policy: name }])),
};

let app: string;
let gate: Gate;
let data: string;
let vendor: Vendor;
beforeAll(async () => {
  const files = Object.entries(policies).map(([name, text]) => [`${name}/before-create-user.ts`, text]);
  app = makeAppFolder(settings, Object.fromEntries(files));
  data = join(app, ".local");
  vendor = await startVendor();
  gate = await startGate(["--data", ".local", "--endpoint", `idology=${vendor.url}/api/idiq.svc`], { app, reload: true });
}, START_MS);
afterAll(async () => {
  await Promise.all([gate?.stop(), vendor?.close()]);
  removeAppFolder(app);
});

function policyOf(name: (typeof alone)[number]): string {
  return readFileSync(join(packageRoot, "test", "end-to-end", "policies", name, "before-create-user.ts"), "utf8");
}

async function startVendor(): Promise<Vendor> {
  const asked: string[] = [];
  const server = await serveIdology(() => undefined, {
    onRequest: ({ body }) => asked.push(new URLSearchParams(body.toString()).get("firstName") ?? ""),
  });
  return { ...server, asked };
}

function named(name: (typeof alone)[number]): NamedGate {
  const headers = basic(gate.info.gates?.[name] ?? gate.info);
  return { ...gate, data, call: (step, body, more) => gate.call(`${name}/${step}`, body, { ...headers, ...more }) };
}

const google = (id: string) => ({ identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: id }] });
const kim = { email: "kim@adatum.com", displayName: "Kim", ...google("1") };
const lee = { email: "lee@adatum.com", displayName: "Lee", ...google("2") };
const paths = { default: "before-create-user", suppliers: "suppliers/before-create-user" };
const basic = ({ username, password }: { username: string; password: string }) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
});
const credentials = () => ({ default: basic(gate.info), suppliers: basic(gate.info.gates?.suppliers ?? gate.info) });
const ask = (name: keyof typeof paths, claims: object) => gate.call(paths[name], claims, credentials()[name]);
const action = async (name: keyof typeof paths, claims: object) => (await ask(name, claims)).body.action;
const cli = (...args: string[]) => gatehouse(...args, "--local", "--data", data);

it("the ready line names the gate, its URL and credentials of its own", () => {
  const { apiUrl, gates } = gate.info;
  expect(new Set(Object.keys(gates ?? {}))).toEqual(new Set(["suppliers", ...alone]));
  expect(gates).toMatchObject({ suppliers: { apiUrl: `${apiUrl}/suppliers`, username: "entra-suppliers", password: expect.any(String) } });
});

it("each gate takes its own credentials alone", async () => {
  const statusAt = async (at: keyof typeof paths, of: keyof typeof paths) => (await gate.call(paths[at], kim, credentials()[of])).status;
  expect(await statusAt("suppliers", "default")).toBe(403);
  expect(await statusAt("default", "suppliers")).toBe(403);
  expect(await statusAt("suppliers", "suppliers")).toBe(200);
  expect(await statusAt("default", "default")).toBe(200);
});

it("a row for one gate lets in there alone", async () => {
  const item = marshall({ entry: "fabrikam.com", effect: "allow", gates: "suppliers" });
  await gate.database.call("PutItem", { TableName: gate.info.tables.accessList, Item: item });
  const pat = { email: "pat@fabrikam.com", displayName: "Pat", ...google("3") };
  expect(await action("suppliers", pat)).toBe("Continue");
  expect(await action("default", pat)).toBe("ShowBlockPage");
});

it("an approval lets in at its own gate alone", async () => {
  for (const name of ["default", "suppliers"] as const) expect(await action(name, lee)).toBe("ShowBlockPage");
  const [request] = jsonLines(await cli("approvals", "list", "--gate", "suppliers", "--json")).filter(
    (each) => (each as { email: string }).email === lee.email,
  ) as { reference: string; gate: string }[];
  expect(request?.gate).toBe("suppliers");
  expect(await cli("approvals", "approve", String(request?.reference), "--yes")).toMatchObject({ exitCode: 0 });
  expect(await action("default", lee)).toBe("ShowBlockPage");
  expect(await action("suppliers", { ...lee, ui_locales: "en" })).toBe("Continue");
  expect(await action("default", { ...lee, ui_locales: "en" })).toBe("ShowBlockPage");
});

it("records and events tell the gate", async () => {
  const decided = async (name: string) =>
    (jsonLines(await cli("decisions", "--gate", name, "--json", "--limit", "500")) as { gate?: string }[]).map((each) => each.gate);
  expect(new Set(await decided("suppliers"))).toEqual(new Set(["suppliers"]));
  expect(new Set(await decided("default"))).toEqual(new Set([undefined]));
  const events = () =>
    readFileSync(gate.info.eventsFile, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const gates = (type: string) => new Set(events().flatMap((each) => (each["detail-type"] === type ? [each.detail.gate] : [])));
  // An event comes a moment after the answer.
  for (const type of ["sign-up.decided.v1", "approval.requested.v1"]) {
    await expect.poll(() => gates(type), patiently).toEqual(new Set([undefined, "suppliers"]));
  }
});

it("a rotation is one gate's", async () => {
  const [{ password }] = jsonLines(await cli("entra", "credentials", "rotate", "--gate", "suppliers", "--json")) as [{ password: string }];
  const rotated = basic({ username: "entra-suppliers", password });
  expect((await gate.call(paths.suppliers, kim, rotated)).status).toBe(200);
  expect((await gate.call(paths.default, kim, rotated)).status).toBe(403);
  expect((await ask("default", kim)).status).toBe(200);
});

it("simulate finds the gate", async () => {
  const file = join(app, "person.json");
  writeFileSync(
    file,
    JSON.stringify({
      issuer: "google.com",
      email: "sam@fabrikam.com",
      collects: ["displayName"],
      form: { displayName: "Sam" },
    }),
  );
  const { stdout, stderr } = await cli("simulate", file, "--gate", "suppliers", "--verbose");
  expect(`${stdout}${stderr}`).toContain(`${gate.info.apiUrl}/suppliers/before-create-user`);
});

it("an external tenant reaches each gate by its own path, and the same row limits it", async () => {
  const { tokenUrl, audience, url } = gate.info.extension;
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: ENTRA_APP_ID, scope: `${audience}/.default` });
  const { access_token } = (await (await fetch(tokenUrl, { method: "POST", body: form })).json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
  const body = JSON.stringify(fixture("extension/attribute-collection-submit"));
  const kindAt = async (path: string) => {
    const response = await fetch(`${url}/${path}`, { method: "POST", headers, body });
    return extensionAction("before-create-user", await response.json()).kind;
  };
  const item = marshall({ entry: "*", effect: "allow", gates: ["suppliers"] });
  await gate.database.call("PutItem", { TableName: gate.info.tables.accessList, Item: item });
  expect(await kindAt("suppliers/attribute-collection-submit")).toBe("continueWithDefaultBehavior");
  expect(await kindAt("attribute-collection-submit")).toBe("showBlockPage");
});

describe("what the gate promises", () =>
  promises(
    () => named("promises"),
    () => vendor,
  ));

describe("a policy of one's own", () =>
  ownTexts(
    () => named("own-texts"),
    () => join(app, "own-texts"),
  ));

describe("a shadowed rule changes nothing of an answer, whatever it does", () => shadows(() => named("shadows")));
