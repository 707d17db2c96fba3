import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENTRA_APP_ID } from "../../features/external-tenant/extension-caller";
import { gatehouse, jsonLines } from "../cli/support";
import { fixture } from "../fixtures";
import { extensionAction } from "../support/extension-answers";
import { patiently } from "../support/patience";
import { basic, type StartedGate } from "./started-gate";

/** A policy of the gate `suppliers`. */
export const suppliersPolicy = `import { accessList, beforeCreateUser, requestApproval } from "entra-gatehouse";

export default beforeCreateUser([
  accessList({ otherwise: "continue" }),
  requestApproval({ then: "continue", unproven: "block", unless: ({ findings }) => findings.listed === "allow" }),
], { trust: "any" });
`;

const google = (id: string) => ({ identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: id }] });
const kim = { email: "kim@adatum.com", displayName: "Kim", ...google("1") };
const lee = { email: "lee@adatum.com", displayName: "Lee", ...google("2") };
const paths = { default: "before-create-user", suppliers: "suppliers/before-create-user" };

/** Tries what a gate with a name has for itself, beside the one without. @param gate the one without */
export function namedGates(gate: () => StartedGate, names: readonly string[]): void {
  const instance = () => gate().instance;
  const credentials = () => ({ default: basic(instance()), suppliers: basic(instance().gates?.suppliers ?? instance()) });
  const ask = (name: keyof typeof paths, claims: object) => gate().call(paths[name], claims, credentials()[name]);
  const action = async (name: keyof typeof paths, claims: object) => (await ask(name, claims)).body.action;
  const cli = (...args: string[]) => gatehouse(...args, "--local", "--data", instance().data);
  const put = async (row: Readonly<Record<string, unknown>>) => await gate().put("accessList", row);

  it("prints its name, URL and separate credentials in the ready line", () => {
    const { apiUrl, gates } = instance();
    expect(new Set(Object.keys(gates ?? {}))).toEqual(new Set(names));
    expect(gates).toMatchObject({
      suppliers: { apiUrl: `${apiUrl}/suppliers`, username: "entra-suppliers", password: expect.any(String) },
    });
  });

  it("accepts only its own credentials", async () => {
    const statusAt = async (at: keyof typeof paths, of: keyof typeof paths) =>
      (await gate().call(paths[at], kim, credentials()[of])).status;
    expect(await statusAt("suppliers", "default")).toBe(401);
    expect(await statusAt("default", "suppliers")).toBe(401);
    expect(await statusAt("suppliers", "suppliers")).toBe(200);
    expect(await statusAt("default", "default")).toBe(200);
  });

  it("lets in people by a list row for that gate, and other gates do not", async () => {
    await put({ entry: "northwind.com", effect: "allow", gates: "suppliers" });
    const pat = { email: "pat@northwind.com", displayName: "Pat", ...google("3") };
    expect(await action("suppliers", pat)).toBe("Continue");
    expect(await action("default", pat)).toBe("ShowBlockPage");
  });

  it("lets in people by an approval at that gate, and other gates do not", async () => {
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

  it("is named in records and events", async () => {
    const decided = async (name: string) =>
      (jsonLines(await cli("decisions", "--gate", name, "--json", "--limit", "500")) as { gate?: string }[]).map((each) => each.gate);
    expect(new Set(await decided("suppliers"))).toEqual(new Set(["suppliers"]));
    expect(new Set(await decided("default"))).toEqual(new Set([undefined]));
    const events = () =>
      readFileSync(instance().eventsFile, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    const gates = (type: string) =>
      new Set(events().flatMap(({ detail, "detail-type": kind }) => (kind === type && detail.email === lee.email ? [detail.gate] : [])));
    // An event comes a moment after the answer.
    for (const type of ["sign-up.decided.v1", "approval.requested.v1"]) {
      await expect.poll(() => gates(type), patiently).toEqual(new Set([undefined, "suppliers"]));
    }
  });

  it("rotates its credentials separately from other gates", async () => {
    const [{ password }] = jsonLines(await cli("entra", "credentials", "rotate", "--gate", "suppliers", "--json")) as [
      { password: string },
    ];
    const rotated = basic({ username: "entra-suppliers", password });
    // After a wrong password, the authorizer looks for a new one at most every five seconds.
    await expect.poll(async () => (await gate().call(paths.suppliers, kim, rotated)).status, patiently).toBe(200);
    expect((await gate().call(paths.default, kim, rotated)).status).toBe(401);
    expect((await ask("default", kim)).status).toBe(200);
  });

  it("is found by simulate", async () => {
    const file = join(instance().data, "person-of-suppliers.json");
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
    rmSync(file);
    expect(`${stdout}${stderr}`).toContain(`${instance().apiUrl}/suppliers/before-create-user`);
  });

  it("is reached by an external tenant under its own path, and respects rows limited to it", async () => {
    const { tokenUrl, audience, url } = instance().extension;
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: ENTRA_APP_ID, scope: `${audience}/.default` });
    const { access_token } = (await (await fetch(tokenUrl, { method: "POST", body: form })).json()) as { access_token: string };
    const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
    const body = JSON.stringify(fixture("extension/attribute-collection-submit"));
    const kindAt = async (path: string) => {
      const response = await fetch(`${url}/${path}`, { method: "POST", headers, body });
      return extensionAction("before-create-user", await response.json()).kind;
    };
    await put({ entry: "*", effect: "allow", gates: ["suppliers"] });
    expect(await kindAt("suppliers/attribute-collection-submit")).toBe("continueWithDefaultBehavior");
    expect(await kindAt("attribute-collection-submit")).toBe("showBlockPage");
  });
}
