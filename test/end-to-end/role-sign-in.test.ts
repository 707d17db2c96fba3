import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deploymentFor } from "../../cli/deployment";
import { requestId } from "../../features/approvals/request";
import { approvalStore } from "../../features/approvals/store/approvals";
import * as appRootModule from "../../lib/app-root";
import type { KeptApplication } from "../../local/stand-ins/graph/external/stored-objects";
import { gatehouse } from "../cli/support";
import { makeAppFolder, newAppPath, removeAppFolder } from "../support/app-folder";
import { START_MS } from "../support/gate";
import { tablesOf } from "../support/instance-tables";
import { patiently } from "../support/patience";
import { askUntilDecided, type StartedGate, type StartedGates, startGates } from "./started-gate";

/** The application that the start's ApprovalsSecret names. */
const CLIENT = "22222222-2222-2222-2222-222222222222";
const application: Partial<KeptApplication> = {
  id: "0b1c2d3e-0000-4000-8000-000000000001",
  appId: CLIENT,
  displayName: "Guests",
  identifierUris: [],
  requiredResourceAccess: [],
  signInAudience: "AzureADMyOrg",
};
const person = { email: "mina.kang@example.com", displayName: "Mina Kang" };

const app = newAppPath();
let gates: StartedGates;
let gate: StartedGate;

beforeAll(async () => {
  makeAppFolder({ policy: "samples/policies/approval", graphSignIn: "role" }, {}, app);
  const root = vi.spyOn(appRootModule, "appRoot", "get").mockReturnValue(app);
  // Registered by an owner, with neither a secret nor a credential.
  gates = await startGates({ policy: "samples/policies/approval" }, (data) =>
    writeFileSync(join(data, "graph.json"), JSON.stringify({ external: { applications: [application] } })),
  ).finally(() => root.mockRestore());
  gate = gates.at(undefined);
}, START_MS);
afterAll(async () => {
  await gates?.stop();
  removeAppFolder(app);
});

const local = () => ["--local", "--data", gate.instance.data];
/** Forms by which functions have asked for a token of the application. */
const forms = () =>
  gate.received("graph", CLIENT).flatMap(({ url, body }) => (url.pathname.endsWith("/token") ? [new URLSearchParams(String(body))] : []));

it("a new tenant gets its first approved guest without a client secret for Graph", async () => {
  const secret = gate.instance.graphRoles?.find(({ name }) => name === "approvals")?.secret ?? "";
  const { secretsManager } = await deploymentFor({ stack: "Gatehouse", local: true, data: gate.instance.data });
  const { SecretString = "" } = await secretsManager.call<{ SecretString?: string }>("GetSecretValue", { SecretId: secret });
  expect(Object.keys(JSON.parse(SecretString))).not.toContain("clientSecret");

  const applied = await gatehouse("entra", "apply", "--user-flow", "B2X_1_Partner", ...local());
  expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("create federated credential") });
  const checked = await gatehouse("entra", "check", "--user-flow", "B2X_1_Partner", ...local());
  expect(checked.stdout).not.toContain("federated credential");

  await askUntilDecided(gate, "before-create-user", person);
  const { hashOf } = (await (await deploymentFor({ stack: "Gatehouse", local: true, data: gate.instance.data })).hashes()) ?? {};
  const id = requestId({ email: person.email, identities: [] }, hashOf);
  expect(await gatehouse("approvals", "approve", id, "--yes", ...local())).toMatchObject({ exitCode: 0 });
  const store = approvalStore(tablesOf(gate.instance), gate.instance.tables.approvals ?? "");
  await vi.waitFor(async () => expect((await store.get(id))?.state).toBe("provisioned"), patiently);

  const { accounts } = JSON.parse(readFileSync(join(gate.instance.data, "graph.json"), "utf8")) as {
    accounts: readonly { mail: string }[];
  };
  expect(accounts.map(({ mail }) => mail)).toContain(person.email);
  expect(forms().length).toBeGreaterThan(0);
  for (const form of forms()) {
    expect([form.get("client_secret"), form.get("client_assertion")?.split(".").length]).toEqual([null, 3]);
  }
});
