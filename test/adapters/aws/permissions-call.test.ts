import { PERMISSIONS_CALL, permissionsHandler } from "../../../adapters/aws/own-calls";
import { GraphError } from "../../../adapters/graph/graph";
import { RoleError } from "../../../adapters/graph/role-sign-in";
import type { World } from "../../../adapters/world";
import { provisioningHandler } from "../../../features/approvals/worker/provisioning";
import { sweeperHandler } from "../../../features/approvals/worker/sweeper";
import { arrivalsHandler } from "../../../features/arrivals/worker";
import { accessHandler } from "../../../features/expiry/worker/access";
import { incidentWorkerHandler } from "../../../features/incidents/worker";
import { rotationHandler } from "../../../features/rotation/worker/connector-rotation";
import { memoryWorld } from "../../memory/world";

const GUID = "11111111-2222-4333-8444-555555555555";
const ids = { tenantId: GUID, clientId: GUID };
const names = ["ACCESS_LIST", "DECISIONS", "LEDGER", "APPROVALS", "ACCOUNTS", "AUDIT", "LIST_CHANGES", "PROFILES", "REFERENCE_DATA"];
const settings = {
  ...Object.fromEntries(names.map((name) => [`${name}_TABLE`, name])),
  GRAPH_ROLE: "arn:aws:iam::111111111111:role/Gatehouse-GraphRole",
  GRAPH_TENANT: GUID,
  GRAPH_CLIENT: GUID,
  APPROVALS_SECRET: "settings",
  ROTATION_SECRET: "settings",
  ROTATION_DAYS: "30",
  ROTATED_GATES: "[]",
  PERSON_KEY_SECRET: "key",
  EXPIRY: "{}",
};

/** Without a credential, as a role signs in. */
const filled = { ...ids, tenantDomain: "contoso.onmicrosoft.com", redirectUrl: "https://contoso.com" };

type Directory = World["directory"];

/** A world whose application gets such permissions, or no token. */
function begin(permissions: () => Promise<readonly string[]>, { secret = JSON.stringify(filled), without = [] as readonly string[] } = {}) {
  const asked: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string | undefined }[] = [];
  const directory: Directory = ({ tenantId, clientId, clientSecret }) =>
    ({
      async permissions() {
        asked.push({ tenantId, clientId, clientSecret: await clientSecret() });
        return await permissions();
      },
    }) as ReturnType<Directory>;
  const own = Object.fromEntries(Object.entries(settings).filter(([name]) => !without.includes(name)));
  const { world, observed } = memoryWorld({ settings: own, secrets: { settings: secret, key: "k".repeat(43) }, directory });
  return { world, observed, asked };
}

const workers: readonly { readonly of: string; readonly handlerOf: (world: World) => unknown; readonly without?: readonly string[] }[] = [
  { of: "provisioning", handlerOf: provisioningHandler },
  { of: "the sweeper", handlerOf: sweeperHandler },
  { of: "expiry", handlerOf: accessHandler },
  { of: "incidents", handlerOf: incidentWorkerHandler },
  { of: "arrivals", handlerOf: arrivalsHandler, without: ["APPROVALS_SECRET"] },
  { of: "arrivals by the application of accounts", handlerOf: arrivalsHandler },
  { of: "rotation", handlerOf: rotationHandler },
];

const call = async (handler: unknown, event: unknown = PERMISSIONS_CALL) =>
  await (handler as (event: unknown, context: object) => Promise<unknown>)(event, { getRemainingTimeInMillis: () => 60_000 });

describe.each(workers)("the worker for $of", ({ handlerOf, without = [] }) => {
  it("answers a permissions call with its application's permissions, and does nothing else", async () => {
    const { world, observed, asked } = begin(async () => ["User.Read.All"], { without });
    expect(await call(handlerOf(world))).toEqual({ permissions: ["User.Read.All"] });
    expect(asked).toEqual([{ ...ids, clientSecret: undefined }]);
    expect([observed.lines, observed.events, [...observed.counts]]).toEqual([[], [], []]);
  });
});

describe("the answer to a permissions call", () => {
  const refused = new GraphError({
    status: 401,
    code: "invalid_client",
    details: [{ code: "AADSTS700213", target: undefined, quoted: "arn:x" }],
  });
  it.each([
    { of: "Entra's refusal", error: refused, answer: { status: 401, codes: ["AADSTS700213"], quoted: "arn:x" } },
    {
      of: "no answer",
      error: new GraphError({ status: 0, code: "timeout" }),
      answer: { status: 0, codes: ["timeout"], quoted: undefined },
    },
    { of: "AWS's refusal", error: new RoleError("a sentence"), answer: { problem: "a sentence" } },
  ])("reports $of", async ({ error, answer }) => {
    expect(await call(rotationHandler(begin(() => Promise.reject(error)).world))).toEqual(answer);
  });

  it("reports unusable settings", async () => {
    const { world } = begin(async () => [], { secret: '{"tenantId":"x"}' });
    expect(await call(rotationHandler(world))).toEqual({
      problem: expect.stringContaining("RotationSecret cannot be used: tenantId is no GUID"),
    });
  });

  it("hides no unexpected error: the call fails", async () => {
    const { world } = begin(() => Promise.reject(new Error("a bug")));
    await expect(call(rotationHandler(world))).rejects.toThrow("a bug");
  });
});

it.each([{ ...PERMISSIONS_CALL, body: null }, { gatehouse: "keep-warm" }, { body: JSON.stringify(PERMISSIONS_CALL) }, {}, null])(
  "a permissions call handler passes any other event on: %j",
  async (event) => {
    const { world, asked } = begin(async () => []);
    const handler = permissionsHandler(
      () => async (given: unknown) => given,
      () => ids,
      world,
    );
    expect(await handler(event)).toBe(event);
    expect(asked).toEqual([]);
  },
);

it("a permissions call is answered without a call of the wrapped handler", async () => {
  const { world, asked } = begin(async () => ["User.Read.All"]);
  const handler = permissionsHandler(
    () => async (_: unknown) => "not this",
    () => ids,
    world,
  );
  expect(await handler(PERMISSIONS_CALL)).toEqual({ permissions: ["User.Read.All"] });
  expect(asked).toHaveLength(1);
});
