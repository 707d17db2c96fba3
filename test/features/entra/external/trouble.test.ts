import { ENTRA_APP_ID } from "../../../../features/external-tenant/extension-caller";
import { emptyExternalTenant } from "../../../../local/stand-ins/graph/external/stored-objects";
import { type Meddle, registered, startTenant, type TestTenant } from "../tenant";

const choice = { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/claiming" };
const steps = ["after-sign-in", "before-create-user", "before-sending-token"] as const;
const apply = ["apply", "--grant-consent"];

let tenant: TestTenant;
/** Which calls of an apply to an empty tenant write, or ask whether they may. */
let writing: readonly number[];
beforeAll(async () => {
  tenant = await startTenant({}, { steps: [...steps] }, choice);
  await tenant.run(apply);
  writing = tenant.calls().flatMap(({ method }, index) => (method === "GET" ? [] : [index]));
  await removeAll();
});
afterAll(() => tenant.close());

const refusal = (status: number) => new Response("{}", { status, headers: { "retry-after": "0" } });

/** Entra's own service principal stays where it was once made: here, each apply is to meet a tenant without it. */
async function removeAll(): Promise<void> {
  expect(await tenant.run(["remove", "--attributes", "--yes"])).toMatchObject({ exitCode: 0 });
  const state = tenant.graph.external();
  expect(state).toMatchObject({ extensions: [], listeners: [], grants: [], policies: [] });
  expect(registered(tenant)).toEqual([]);
  // A field that an apply left visible is the operator's.
  state.eventsFlows = state.eventsFlows.map((each) => ({ ...each, ...initialForm() }));
  // A developer's application goes on accepting mapped claims.
  state.applications = emptyExternalTenant().applications;
  state.principals = state.principals.filter(({ appId }) => appId !== ENTRA_APP_ID);
}

function initialForm() {
  const [flow] = emptyExternalTenant().eventsFlows;
  return { attributes: [], onAttributeCollection: flow?.onAttributeCollection ?? null };
}

/** A field that Graph has added and nothing has hidden yet, which every later run names. */
async function expectOpenFieldTold(): Promise<void> {
  const shown = JSON.stringify(tenant.graph.external().eventsFlows[0]?.onAttributeCollection);
  const isOpen = /"attribute":"city"[^}]*"hidden":false/.test(shown);
  const { stdout } = await tenant.run(["plan"]);
  expect(stdout.includes("People can fill in city, which the policy sets: hide it")).toBe(isOpen);
}

/** One of each object, all linked. Then takes it all away. */
async function expectWhole(where: string): Promise<void> {
  const { principals, grants, policies, extensions, listeners, eventsFlows } = tenant.graph.external();
  expect({ where, counts: [registered(tenant).length, principals.length, grants.length, listeners.length, policies.length] }).toEqual({
    where,
    counts: [1, 5, 1, 1, 1],
  });
  expect(extensions.map(({ displayName }) => displayName).sort()).toEqual([
    "Gatehouse attribute collection start",
    "Gatehouse attribute collection submit",
    "Gatehouse token issuance start",
  ]);
  const [flow] = eventsFlows;
  const called = [flow?.onAttributeCollectionStart, flow?.onAttributeCollectionSubmit, listeners[0]?.handler];
  const idOf = (name: string) => extensions.find(({ displayName }) => displayName === `Gatehouse ${name}`)?.id;
  expect(called.map((handler) => handler?.customExtension?.id)).toEqual(
    ["attribute collection start", "attribute collection submit", "token issuance start"].map(idOf),
  );
  await removeAll();
}

describe("an apply that stops at any writing call", () => {
  it.each([
    { when: "before it is sent", isSent: false },
    { when: "once it was done", isSent: true },
  ])("is completed by a second apply: $when", async ({ isSent }) => {
    for (const last of writing) {
      // Nothing is repeated after a 418, and nothing passes after the end.
      let isOver = false;
      const dying: Meddle = async (_, { method }, send) => {
        if (isOver) return refusal(418);
        if (method === "GET" || tenant.calls().length - 1 < last) return await send();
        isOver = true;
        if (isSent) await send();
        return refusal(418);
      };
      expect(await tenant.run(apply, dying)).toMatchObject({ exitCode: 1 });
      expect(await tenant.run(apply)).toMatchObject({ exitCode: 0 });
      await expectOpenFieldTold();
      await expectWhole(`died at call ${last}`);
    }
  });
});

it("apply continues if the answer to any writing call is lost", async () => {
  for (const at of writing) {
    const troubled: Meddle = async (index, _, send) => {
      if (index !== at) return await send();
      await send();
      return refusal(500);
    };
    expect({ at, ...(await tenant.run(apply, troubled)) }).toMatchObject({ at, exitCode: 0, stderr: "" });
    await expectWhole(`500 at call ${at}`);
  }
});

it("reports which changes were made, and that a permission is missing", async () => {
  const isExtension: Meddle = async (_, { method, path }, send) =>
    method === "POST" && path.endsWith("/customAuthenticationExtensions") ? refusal(403) : await send();
  const { exitCode, stderr } = await tenant.run(apply, isExtension);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("1 change of 11 made; create extension Gatehouse") });
  expect(stderr).toContain("CustomAuthenticationExtension.ReadWrite.All");
  expect(await tenant.run(apply)).toMatchObject({ exitCode: 0 });
  await expectWhole("after a refusal");
});

it("names the permission for claims mapping policies if the tenant has any", async () => {
  const unseen: Meddle = async (_, { method, path }, send) => {
    const isRefused = method === "GET" && path.includes("claimsMappingPolicies") && tenant.graph.external().policies.length > 0;
    return isRefused ? refusal(403) : await send();
  };
  const { exitCode, stderr } = await tenant.run(apply, unseen);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining("Policy.ReadWrite.ApplicationConfiguration, Policy.Read.All"),
  });
  expect(await tenant.run(apply)).toMatchObject({ exitCode: 0 });
  await expectWhole("after a refusal");
});

it("reports a change of the flow that both versions of Graph accepted but did not store", async () => {
  const forgetting: Meddle = async (_, { method, path, body }, send) => {
    const isLink = path.includes("authenticationEventsFlows") && `${path}${JSON.stringify(body)}`.includes("StartCustomExtensionHandler");
    return isLink && method !== "GET" ? new Response(null, { status: 204 }) : await send();
  };
  expect(await tenant.run(apply, forgetting)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("link onAttributeCollectionStart: Gatehouse attribute collection start was not. Neither Graph 1.0"),
  });
  expect(await tenant.run(apply)).toMatchObject({ exitCode: 0 });
  await expectWhole("after a change that was not kept");
});

it("deletes no extension that a flow still calls, though Graph accepted the calls that unlink it", async () => {
  expect(await tenant.run(apply)).toMatchObject({ exitCode: 0 });
  const forgetting: Meddle = async (_, { method, path, body }, send) => {
    const isUnlink =
      method === "DELETE" ? path.endsWith("/customExtension/$ref") : /"onAttributeCollection\w+":null/.test(JSON.stringify(body));
    return isUnlink ? new Response(null, { status: 204 }) : await send();
  };
  expect(await tenant.run(["remove", "--yes"], forgetting)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("nor its beta version changes what the flow calls (204 NotKept"),
  });
  await expectWhole("after a change that was not kept");
});

it("waits for objects that Graph shows late", async () => {
  const slow = await startTenant({ searchLagMs: 400 }, { steps: [...steps] }, choice);
  try {
    expect(await slow.run(apply)).toMatchObject({ exitCode: 0, stderr: "" });
    const { extensions, listeners } = slow.graph.external();
    expect([registered(slow).length, extensions.length, listeners.length]).toEqual([1, 3, 1]);
  } finally {
    await slow.close();
  }
});
