import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partners } from "../../../features/partners/rule";
import { SecretStore } from "../../../local/aws/secrets";
import { Template } from "../../../local/aws/template";
import { serveSystems } from "../../../local/stand-ins/systems";

const template = new Template("Gate", {
  Resources: {
    IdologySecret: { Type: "AWS::SecretsManager::Secret", Metadata: { "gatehouse:shape": '{"username":"gate","password":"first"}' } },
  },
  Outputs: { PolicySecrets: { Value: { "Fn::Join": ["", ['{"idology":"', { Ref: "IdologySecret" }, '"}']] } } },
});
const SecretId = template.ref("IdologySecret");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const store = new SecretStore(join(folder, "secrets.json"));
store.provide(template);
afterAll(() => rmSync(folder, { recursive: true }));

describe("the stand-ins for outside systems", () => {
  let told: string[];
  let seen: string[];
  let unused: string[];
  const start = (replaced: Record<string, string> = {}, of = template) => {
    [told, seen, unused] = [[], [], []];
    return serveSystems(of, store, {
      data: folder,
      replaced: new Map(Object.entries(replaced)),
      tell: (system, lines) => told.push(...lines.map((line) => `${system}: ${line}`)),
      onRequest: (system) => seen.push(system),
      onUnused: (sentence) => unused.push(sentence),
      onRefused: (system, why) => told.push(`${system}: ${why}`),
    });
  };

  it("include no system that has an endpoint elsewhere", async () => {
    const systems = await start({ experian: "https://test.example", graph: "https://graph.example" });
    try {
      expect(unused).toEqual(["--endpoint experian=… is not used: no rule of the policy asks experian."]);
      expect([...systems.urls.keys()]).toEqual(["idology", "webhooks", "dns", "oauth", "login"]);
    } finally {
      await systems.close();
    }
  });

  it("with partners in the policy: an endpoint for the DNS is used by the worker, and nothing says otherwise", async () => {
    const uses = partners().uses ?? [];
    const ofPartners = new Template("Gate", {
      Resources: {
        Step: { Type: "AWS::Lambda::Function", Metadata: { "gatehouse:policy": { file: "/app/policy/before-create-user.ts", uses } } },
      },
      Outputs: {},
    });
    const systems = await start({ dns: "http://dns.example" }, ofPartners);
    await systems.close();
    expect(unused).toEqual([]);
  });

  it("expect the secret's current value", async () => {
    const systems = await start();
    const ask = async (password: string) => {
      const person = { firstName: "Kim", lastName: "Lee", address: "1 Main Street" };
      const body = new URLSearchParams({ username: "gate", password, ...person });
      return (await fetch(`${systems.urls.get("idology")}/api/idiq.svc`, { method: "POST", body })).text();
    };
    try {
      expect(await ask("first")).toContain("id.success");
      store.putSecretValue({ SecretId, SecretString: JSON.stringify({ username: "gate", password: "second" }) });
      expect(await ask("first")).toContain("<error>");
      expect(await ask("second")).toContain("id.success");
      store.putSecretValue({ SecretId, SecretString: "no JSON" });
      expect(await ask("second")).toContain("<error>");
      expect(told.slice(0, 2)).toEqual(["idology: answered id.success", "idology: answered error: Invalid username and password."]);
      expect(seen).toEqual(["idology", "idology", "idology", "idology"]);
    } finally {
      await systems.close();
    }
  });

  it("require no credentials if no rule declares a secret", async () => {
    const systems = await start();
    try {
      const response = await fetch(`${systems.urls.get("experian")}/crosscore`, { method: "POST", body: "{}" });
      expect(response.status).toBe(400);
    } finally {
      await systems.close();
    }
  });
});
