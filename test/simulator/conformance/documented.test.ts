import { readFileSync } from "node:fs";
import { type Step, steps, type TenantKind, tenantKinds } from "../../../engine/sign-up/sign-up";
import { conform, probesFor, reportedRules } from "../../../simulator/conformance/conform";
import type { ProbeTarget } from "../../../simulator/conformance/probe";
import { serveEndpoint, USER } from "../endpoint";
import { entraToken, TENANT_ID } from "../extension-endpoint";

const page = readFileSync("docs/conform.md", "utf8");

/** The good request is sent again, and a new one twice at once. */
const REPEATS = 3;
const requestCount = (target: ProbeTarget) => probesFor(target).length + REPEATS;

async function targetAt(tenant: TenantKind, step: Step, url = "http://127.0.0.1"): Promise<ProbeTarget> {
  const endpoint = { url, step, email: "conformance@example.com" };
  return tenant === "external-tenant"
    ? { ...endpoint, tenant, tenantId: TENANT_ID, token: await entraToken() }
    : { ...endpoint, tenant, ...USER };
}

it.each([...tenantKinds])("docs/conform.md counts the requests of %s", async (tenant) => {
  const called = steps.filter((step) => tenant !== "workforce" || step !== "before-sending-token");
  const counts = await Promise.all(called.map(async (step) => requestCount(await targetAt(tenant, step))));
  const row = page.split("\n").find((line) => line.startsWith(`| \`${tenant}\``)) ?? "";
  expect([...row.matchAll(/ (\d+) /g)].map(([, count]) => Number(count))).toEqual(counts);
});

it.each(["workforce", "external-tenant"] as const)(
  "an endpoint of %s gets as many requests as documented, except those that the check skips",
  async (tenant) => {
    const endpoint = await serveEndpoint(() => ({ body: {} }));
    const target = await targetAt(tenant, "before-create-user", endpoint.url);
    const results = await conform(target, 5_000);
    await endpoint.close();
    const skipped = results.flatMap((result) => result.skipped ?? []).length;
    expect(endpoint.received).toHaveLength(requestCount(target) - skipped);
  },
);

it.each<{ tenant: TenantKind; heading: string }>([
  { tenant: "b2c", heading: "## Rules for API connectors" },
  { tenant: "external-tenant", heading: "## Rules for custom authentication extensions" },
])("docs/conform.md lists each rule: $heading", ({ tenant, heading }) => {
  const [, section = ""] = page.split(`${heading}\n`);
  const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("- `"));
  const documented = rows.flatMap((line) => [...(line.split(": ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, rule]) => rule));
  expect([...documented].sort()).toEqual([...new Set(reportedRules(tenant).map(({ id }) => id))].sort());
});
