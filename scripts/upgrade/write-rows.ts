// Prints the rows that an older commit writes: test/fixtures/upgrade. Usage, in a checkout of that commit with its packages installed:
// node --import ./bin/typescript.mjs PATH/scripts/upgrade/write-rows.ts > PATH/test/fixtures/upgrade/COMMIT.rows.json

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { tablesOf } from "../../test/support/instance-tables";

const google = (issuerAssignedId: string) => [{ signInType: "federated", issuer: "google.com", issuerAssignedId }];
/** Stream readers and workers have done their part by then. */
const QUIET_MS = 20_000;

async function main(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "gatehouse-rows-"));
  const words = ["scripts/start.mjs", "--json", "--port", "0", "--data", data, "--policy", "samples/policies/approval"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const instance = JSON.parse(line);

  async function signUp(email: string, id: string): Promise<void> {
    await fetch(`${instance.apiUrl}/before-create-user`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${instance.username}:${instance.password}`)}`, "content-type": "application/json" },
      body: JSON.stringify({ email, identities: google(id), displayName: "Kim", ui_locales: "en" }),
    });
  }

  function gate(...args: readonly string[]): string {
    return execFileSync(process.execPath, ["bin/entra-gatehouse.mjs", ...args, "--local", "--data", data], { encoding: "utf8" });
  }

  gate("list", "allow", "allowed.example", "--yes");
  gate("list", "deny", "denied.example", "--yes");
  await signUp("kim@allowed.example", "1");
  await signUp("lee@denied.example", "2");
  await signUp("mina@waits.example", "3");
  await signUp("olga@approved.example", "4");
  await sleep(QUIET_MS);
  const waiting = gate("approvals", "list", "--json").split("\n").filter(Boolean);
  const olga = waiting.map((each) => JSON.parse(each)).find(({ email }) => email === "olga@approved.example");
  gate("approvals", "approve", olga.reference, "--yes");
  await sleep(QUIET_MS);
  const client = tablesOf(instance);
  const rows: Record<string, unknown> = {};
  for (const name of ["accessList", "decisions", "approvals", "accounts"]) {
    rows[name] = (await client.call<{ Items: object[] }>("Scan", { TableName: instance.tables[name] })).Items;
  }
  child.kill("SIGINT");
  await once(child, "exit");
  rmSync(data, { recursive: true, force: true });
  process.stdout.write(`${JSON.stringify(rows, null, 1)}\n`);
}

void main();
