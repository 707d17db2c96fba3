import { type Meddle, startTenant, type TestTenant } from "./tenant";

let tenant: TestTenant;
/** How many calls an apply to an empty tenant makes. */
let count: number;
beforeAll(async () => {
  tenant = await startTenant();
  await tenant.run(["apply"]);
  count = tenant.calls().length;
  await tenant.run(["remove", "--attributes", "--yes"]);
});
afterAll(() => tenant.close());

const refusal = (status: number) => new Response("{}", { status, headers: { "retry-after": "0" } });
const names = ["Gatehouse after sign-in", "Gatehouse before creating the user"];

/** One of each object, all linked. Then takes it all away. */
async function expectWhole(where: string): Promise<void> {
  const { graph, run } = tenant;
  const connectors = graph.connectors();
  const { links = {}, assignments = [] } = graph.flows().B2X_1_Partner ?? {};
  expect({ where, names: connectors.map(({ displayName }) => displayName) }).toEqual({ where, names });
  expect([links.postFederationSignup, links.postAttributeCollection]).toEqual(connectors.map(({ id }) => id));
  expect(assignments).toHaveLength(2);
  expect(await run(["remove", "--attributes", "--yes"])).toMatchObject({ exitCode: 0 });
  expect(graph.connectors()).toEqual([]);
}

describe("an apply that stops at any call", () => {
  it.each([
    { when: "before it is sent", isSent: false },
    { when: "once it was done", isSent: true },
  ])("is completed by a second apply: $when", async ({ isSent }) => {
    for (let last = 0; last < count; last++) {
      // Nothing is repeated after a 418, and nothing passes after the end.
      const dying: Meddle = async (index, _, send) => {
        if (index < last) return await send();
        if (index === last && isSent) await send();
        return refusal(418);
      };
      expect(await tenant.run(["apply"], dying)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("418") });
      expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0 });
      await expectWhole(`died at call ${last}`);
    }
  });
});

describe("an apply that meets a failure at any call", () => {
  it.each([
    { trouble: "429", status: 429, isSent: false },
    { trouble: "503", status: 503, isSent: false },
    { trouble: "500 although it was done", status: 500, isSent: true },
  ])("continues: $trouble", async ({ status, isSent }) => {
    for (let at = 0; at < count; at++) {
      const troubled: Meddle = async (index, _, send) => {
        if (index !== at) return await send();
        if (isSent) await send();
        return refusal(status);
      };
      expect({ at, ...(await tenant.run(["apply"], troubled)) }).toMatchObject({ at, exitCode: 0, stderr: "" });
      await expectWhole(`${status} at call ${at}`);
    }
  });
});

describe("an apply that another host answers at any call", () => {
  it.each([
    { by: "a network that wants a sign-in", answer: () => new Response("<html>Welcome</html>"), came: "HTML" },
    { by: "nobody", answer: () => new Response(""), came: "nothing" },
    {
      by: "a redirect",
      answer: () => new Response("", { status: 302, headers: { location: "https://portal.example/" } }),
      came: "a redirect",
    },
  ])("names the host, the call and the remedy: $by", async ({ answer, came }) => {
    for (let at = 0; at < count; at++) {
      const taken: Meddle = async (index, _, send) => (index === at ? answer() : await send());
      const ran = await tenant.run(["apply"], taken);
      const { method = "", path = "" } = tenant.calls()[at] ?? {};
      const call = `${method} ${new URL(tenant.graph.url).host}${path.split("?", 1)[0]} was answered by ${came}`;
      expect({ at, ...ran }).toMatchObject({ at, exitCode: 1, stderr: expect.stringContaining(call) });
      expect(ran.stderr).toContain("check HTTPS_PROXY");
      expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0 });
      await expectWhole(`answered by ${came} at call ${at}`);
    }
  });
});

it("reports which changes were made, and that a permission is missing", async () => {
  const ran = await tenant.run(["apply"], async (_, { method }, send) => (method === "PUT" ? refusal(403) : await send()));
  expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("4 changes of 6 made; link postFederationSignup") });
  expect(ran.stderr).toContain("IdentityUserFlow.ReadWrite.All");
  expect(ran.stderr).toContain("Repeat the command to do the rest.");
  await tenant.run(["apply"]);
  await expectWhole("after a refusal");
});

it("reports that something else changes the flow at the same time", async () => {
  const undone: Meddle = async (_, { method, path }, send) => {
    if (method !== "PUT" || !path.includes("postFederationSignup")) return await send();
    return new Response(null, { status: 204 });
  };
  expect(await tenant.run(["apply"], undone)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("link postFederationSignup: Gatehouse after sign-in, because the step calls nothing"),
  });
  await tenant.run(["apply"]);
  await expectWhole("after another's change");
});

it("waits for objects that Graph shows late", async () => {
  const slow = await startTenant({ searchLagMs: 700 });
  try {
    expect(await slow.run(["apply"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(slow.graph.connectors()).toHaveLength(2);
  } finally {
    await slow.close();
  }
});
