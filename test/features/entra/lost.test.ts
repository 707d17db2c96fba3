import { type Meddle, registered, startTenant, type TestTenant } from "./tenant";

/** What becomes of an answer, once what was asked is done. */
const losses: Readonly<Record<string, () => Response>> = {
  "the connection breaks": () => {
    throw new TypeError("fetch failed");
  },
  "a gateway gives up": () => new Response("<html>504</html>", { status: 504 }),
  "a proxy's page comes": () => new Response("<html>Sign in to the network</html>", { headers: { "content-type": "text/html" } }),
  "an empty answer comes": () => new Response("", { status: 201 }),
  "JSON of another form comes": () => new Response('{"ok":true}', { status: 201, headers: { "content-type": "application/json" } }),
};

/** Loses the answers to POSTs, counted from 0. */
function losing(lose: () => Response, isLost: (post: number, path: string) => boolean): Meddle {
  let posts = 0;
  return async (_, { method, path }, send) => {
    const answer = await send();
    if (method !== "POST" || path.endsWith("/validateAuthenticationConfiguration")) return answer;
    return isLost(posts++, path) ? lose() : answer;
  };
}

/** The same, and what was made shows in no list for longer than anybody looks for it. */
function hiding({ graph }: TestTenant, isLost: (post: number, path: string) => boolean): Meddle {
  const lose = () => {
    graph.elapse(-45_000);
    throw new TypeError("fetch failed");
  };
  return losing(lose, isLost);
}

const postsOf = (tenant: TestTenant) => tenant.writes().filter(({ method }) => method === "POST");

describe("a user flow's connectors and attributes", () => {
  const names = ["Gatehouse after sign-in", "Gatehouse before creating the user"];

  async function expectWhole({ graph, run }: TestTenant, where: object): Promise<void> {
    const connectors = [...graph.connectors()].sort((a, b) => (a.displayName < b.displayName ? -1 : 1));
    const { links = {}, assignments = [] } = graph.flows().B2X_1_Partner ?? {};
    expect({ where, names: connectors.map(({ displayName }) => displayName) }).toEqual({ where, names });
    expect([links.postFederationSignup, links.postAttributeCollection]).toEqual(connectors.map(({ id }) => id));
    expect(assignments).toHaveLength(2);
    expect(await run(["check"])).toMatchObject({ exitCode: 0 });
  }

  const rows = Object.keys(losses).flatMap((loss) => [0, 20_000].map((lagMs) => ({ loss, lagMs })));
  it.each(rows)("are each made only once, even if $loss and Graph's lists lag by $lagMs ms", async ({ loss, lagMs }) => {
    for (let lost = 0; lost < 4; lost++) {
      const tenant = await startTenant({ searchLagMs: lagMs });
      try {
        const ran = await tenant.run(
          ["apply"],
          losing(losses[loss] as () => Response, (post) => post === lost),
        );
        expect({ lost, ...ran }).toMatchObject({ lost, exitCode: 0, stderr: "" });
        expect({ lost, posts: postsOf(tenant).length }).toEqual({ lost, posts: 4 });
        await expectWhole(tenant, { lost });
      } finally {
        await tenant.close();
      }
    }
  });

  it.each([{ answers: 1 }, { answers: 2 }])(
    "leave no duplicate if $answers answer(s) are lost and the new objects show late",
    async ({ answers }) => {
      const tenant = await startTenant();
      try {
        const ran = await tenant.run(
          ["apply"],
          hiding(tenant, (post) => post < answers),
        );
        expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
        expect(tenant.writes().filter(({ method }) => method === "DELETE")).toHaveLength(answers);
        await expectWhole(tenant, { answers });
      } finally {
        await tenant.close();
      }
    },
  );

  it("stay duplicated if a flow calls the duplicate, and apply reports it", async () => {
    const tenant = await startTenant({ searchLagMs: 45_000, userFlows: ["B2X_1_Partner", "B2X_1_Other"] });
    try {
      const isLost = (post: number) => post === 0;
      const lose = losing(losses["a gateway gives up"] as () => Response, isLost);
      const ran = await tenant.run(["apply"], async (index, call, send) => {
        const [twin] = tenant.graph.connectors();
        // Somebody takes it for their own flow, as soon as they see it.
        if (twin !== undefined && tenant.graph.flows().B2X_1_Other === undefined && (twin.seenFrom ?? 0) <= Date.now()) {
          const link = { "@odata.id": `https://graph.microsoft.com/v1.0/identity/apiConnectors/${twin.id}` };
          await tenant.change("/identity/b2xUserFlows/B2X_1_Other/apiConnectorConfiguration/postFederationSignup/$ref", "PUT", link);
        }
        return await lose(index, call, send);
      });
      expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("2 API connectors have the name Gatehouse after sign-in") });
      expect(tenant.writes().filter(({ method }) => method === "DELETE")).toEqual([]);
    } finally {
      await tenant.close();
    }
  });
});

describe("an external tenant's objects", () => {
  const choice = { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/claiming" };
  const steps = { steps: ["after-sign-in", "before-create-user", "before-sending-token"] } as const;

  it.each([
    { where: "the connection breaks", lagMs: 20_000 },
    { where: "JSON of another form comes", lagMs: 0 },
  ])("are each made only once, even if $where and Graph's lists lag by $lagMs ms", async ({ where, lagMs }) => {
    for (let lost = 0; lost < 10; lost++) {
      const tenant = await startTenant({ searchLagMs: lagMs }, { steps: [...steps.steps] }, choice);
      try {
        const ran = await tenant.run(
          ["apply", "--grant-consent"],
          losing(losses[where] as () => Response, (post) => post === lost),
        );
        expect({ lost, ...ran }).toMatchObject({ lost, exitCode: 0, stderr: "" });
        const { principals, grants, policies, extensions, listeners } = tenant.graph.external();
        const counts = [registered(tenant), principals, grants, policies, extensions, listeners].map(({ length }) => length);
        expect({ lost, counts }).toEqual({ lost, counts: [1, 5, 1, 1, 3, 1] });
      } finally {
        await tenant.close();
      }
    }
  });

  it("leave no duplicate of an extension or a listener if an answer is lost and the new object shows late", async () => {
    const tenant = await startTenant({}, { steps: [...steps.steps] }, choice);
    try {
      const lost = new Set<string>();
      const isFirst = (path: string) => !lost.has(path) && lost.add(path).has(path);
      const isLost = (_: number, path: string) => /(Extensions|Listeners)$/.test(path) && isFirst(path);
      expect(await tenant.run(["apply", "--grant-consent"], hiding(tenant, isLost))).toMatchObject({ exitCode: 0, stderr: "" });
      const { extensions, listeners } = tenant.graph.external();
      expect([extensions.length, listeners.length]).toEqual([3, 1]);
      expect(tenant.writes().filter(({ method }) => method === "DELETE")).toHaveLength(2);
    } finally {
      await tenant.close();
    }
  });
});
