import type { PageKey } from "../../../local/aws/page-key";
import { serveSimulator, userFlows } from "../../../local/run/user-flows";
import { type Received, serveEndpoint, USER } from "../../simulator/endpoint";

const TENANT = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const steps = ["after-sign-in", "before-create-user", "before-sending-token"] as const;
let tokens: Awaited<ReturnType<typeof serveEndpoint>>;

beforeAll(async () => {
  tokens = await serveEndpoint(({ body }: Received) => ({
    body: { access_token: new URLSearchParams(body).get("scope"), expires_in: 3_599 },
  }));
});
afterAll(() => tokens.close());

it("the list shows each gate for each kind of tenant, with the called addresses and the credentials", async () => {
  const flows = userFlows({
    apiUrl: "http://api",
    ...USER,
    steps,
    gates: {
      suppliers: { apiUrl: "http://api/suppliers", username: "s", password: "p", steps: ["before-create-user"], credentialsSecret: "" },
    },
    extension: { url: "http://extension", tokenUrl: tokens.url, tenantId: TENANT, audience: "api" },
    consoleUrl: "http://console",
    data: "/data of/mine",
  });
  expect(flows.map(({ records }) => [records?.url?.("K7QD-9MXD"), records?.command("K7QD-9MXD")])).toEqual(
    flows.map(() => ["http://console/decisions/K7QD-9MXD", "npm run gate -- why K7QD-9MXD --local --data '/data of/mine'"]),
  );
  const told = flows.map(async ({ tenant, gate, steps: called, url, authorization }) => {
    const [scheme, proof = ""] = (await authorization()).split(" ");
    const shown = scheme === "Basic" ? Buffer.from(proof, "base64").toString() : proof;
    return [tenant.kind, gate, called.map(url), shown];
  });
  const [entra, suppliers] = [`${USER.username}:${USER.password}`, "s:p"];
  expect(await Promise.all(told)).toEqual([
    ["workforce", undefined, ["http://api/after-sign-in", "http://api/before-create-user"], entra],
    ["b2c", undefined, steps.map((step) => `http://api/${step}`), entra],
    [
      "external-tenant",
      undefined,
      [
        "http://extension/attribute-collection-start",
        "http://extension/attribute-collection-submit",
        "http://extension/token-issuance-start",
      ],
      "api/.default",
    ],
    ["workforce", "suppliers", ["http://api/suppliers/before-create-user"], suppliers],
    ["b2c", "suppliers", ["http://api/suppliers/before-create-user"], suppliers],
    ["external-tenant", "suppliers", ["http://extension/suppliers/attribute-collection-submit"], "api/.default"],
  ]);
});

it("a simulator that is still starting shows a page that reloads, and answers a form with 503", async () => {
  const simulator = await serveSimulator(0, { guard: (handle: unknown) => handle } as PageKey);
  try {
    const look = async (method: string) => {
      const { status, headers } = await fetch(simulator.url, { method });
      return [status, headers.get("refresh")];
    };
    expect(await look("GET")).toEqual([200, "1"]);
    expect(await look("POST")).toEqual([503, null]);
  } finally {
    await simulator.close();
  }
});
