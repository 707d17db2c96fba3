import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { ENTRA_APP_ID } from "../../engine/protocols/extension-caller";
import { extensionRoutes } from "../../engine/protocols/extension-events";
import { type Step, steps } from "../../engine/sign-up/sign-up";
import { bearerTokens } from "../../simulator/client/authorization";
import { conform } from "../../simulator/conformance/conform";
import type { ProbeTarget } from "../../simulator/conformance/probe";
import { type TenantKind, tenantKinds } from "../../simulator/contract/rule";
import { type Gate, START_MS, startGate } from "../support/gate";

/** Far more than Entra waits: how fast this machine is today is no matter of the contract. */
const PATIENCE_MS = 30_000;
const CONFORM_MS = 120_000;

const data = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
let gate: Gate;

beforeAll(async () => {
  gate = await startGate(["--data", data, "--policy", "test/end-to-end/policies/external-tenant"]);
  const Item = marshall({ entry: "blocked@contoso.com", effect: "deny" });
  await gate.database.call("PutItem", { TableName: gate.info.tables.accessList, Item });
}, START_MS);
afterAll(async () => {
  expect(await gate.stop()).toBe(0);
  rmSync(data, { recursive: true });
});

async function targetAt(tenant: TenantKind, step: Step, email: string): Promise<ProbeTarget> {
  const { apiUrl, username, password, extension } = gate.info;
  if (tenant !== "external-tenant") return { tenant, step, email, url: `${apiUrl}/${step}`, username, password };
  const authorization = await bearerTokens({ ...extension, clientId: ENTRA_APP_ID })();
  return {
    tenant,
    step,
    email,
    url: `${extension.url}/${extensionRoutes[step]}`,
    tenantId: extension.tenantId,
    token: authorization.replace("Bearer ", ""),
    signingKey: JSON.parse(readFileSync(join(data, "token-key.json"), "utf8")),
  };
}

const called = tenantKinds.flatMap((tenant) =>
  steps
    .filter((step) => tenant !== "workforce" || step !== "before-sending-token")
    .flatMap((step) => ["kim@contoso.com", "blocked@contoso.com"].map((email) => ({ tenant, step, email }))),
);

it.each(called)(
  "keeps the contract of $tenant $step for $email",
  async ({ tenant, step, email }) => {
    const results = await conform(await targetAt(tenant, step, email), PATIENCE_MS);
    expect(results.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(results.flatMap(({ skipped = [] }) => skipped)).toEqual([]);
    expect(results.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(10);
  },
  CONFORM_MS,
);
