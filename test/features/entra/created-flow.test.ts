import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { SIMULATED_APPLICATION } from "../../../simulator/client/person";
import { jsonLines } from "../../cli/support";
import { type Meddle, startTenant, type TestTenant } from "./tenant";

const folder = mkdtempSync(join(packageRoot, ".local-test-entra-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
/** A new file each time: what was loaded from a path once stays loaded. */
function declared(...flows: readonly object[]): readonly string[] {
  const file = join(folder, `entra-${++files}.ts`);
  writeFileSync(file, `export default ${JSON.stringify({ flows })};`);
  return ["--setup", file];
}

const APP = "1fc41a76-3050-4529-8095-9af8897cf63d";
const OTHER_APP = "3dfff01b-0afb-4a07-967f-d1ccbd81102a";
const FLOW = "B2X_1_Suppliers";
const listeners = "/beta/identity/events/onSignupStart";

async function withTenant(work: (tenant: TestTenant) => Promise<void>, options: Parameters<typeof startTenant>[0] = {}): Promise<void> {
  const tenant = await startTenant(options);
  try {
    await work(tenant);
  } finally {
    await tenant.close();
  }
}

describe("a workforce flow that entra.ts declares and the tenant lacks", () => {
  const setup = () => declared({ userFlow: FLOW, signUpAt: [APP], providers: ["mail", "google.com"] });

  it("is shown by plan, made by apply with providers and connectors, linked last, and closed by remove", () =>
    withTenant(async ({ run, writes, graph }) => {
      const flow = setup();
      const plan = await run(["plan", ...flow]);
      expect(plan.exitCode).toBe(2);
      expect(plan.stdout.replaceAll(/ {2,}/g, " ").split("\n")).toEqual(
        expect.arrayContaining([
          expect.stringContaining(`create user flow ${FLOW}, EmailOtpSignup-OAUTH, Google-OAUTH, postFederationSignup: Gatehouse after`),
          expect.stringContaining(`link application ${APP}`),
        ]),
      );
      expect(writes()).toEqual([]);

      expect(await run(["apply", ...flow])).toMatchObject({ exitCode: 0, stderr: "" });
      const address = ({ id }: { readonly id: string }) => ({ "@odata.id": `${graph.url}/v1.0/identity/apiConnectors/${id}` });
      const [first, second] = graph.connectors().map(address);
      const made = writes();
      expect(made.find(({ path }) => path === "/v1.0/identity/b2xUserFlows")).toEqual({
        method: "POST",
        path: "/v1.0/identity/b2xUserFlows",
        body: {
          id: "Suppliers",
          userFlowType: "signUpOrSignIn",
          userFlowTypeVersion: 1,
          identityProviders: [{ id: "EmailOtpSignup-OAUTH" }, { id: "Google-OAUTH" }],
          apiConnectorConfiguration: { postFederationSignup: first, postAttributeCollection: second },
        },
      });
      expect(made.at(-1)).toEqual({
        method: "POST",
        path: listeners,
        body: {
          "@odata.type": "#microsoft.graph.invokeUserFlowListener",
          priority: 101,
          sourceFilter: { includeApplications: [APP] },
          userFlow: { id: FLOW },
        },
      });
      expect(made.filter(({ path }) => path.endsWith("/$ref"))).toEqual([]);

      expect(await run(["plan", ...flow])).toMatchObject({ exitCode: 0, stdout: "Nothing to apply.\n" });
      expect(await run(["check", ...flow])).toMatchObject({ exitCode: 0 });
      const removed = await run(["remove", ...flow, "--yes"]);
      expect(removed.stdout).toContain(`The user flow ${FLOW} stays, without an application: nobody signs up by it.`);
      expect(writes()[0]).toMatchObject({ method: "DELETE", path: expect.stringContaining(`${listeners}/`) });
      expect([graph.signUpListeners(), Object.keys(graph.flows())]).toEqual([[], [FLOW]]);
    }));

  it("has no application at any moment at which it calls no gate, wherever apply is cut off", async () => {
    const flow = setup();
    let cut = 0;
    for (let isWhole = false; !isWhole; cut++) {
      await withTenant(async ({ run, graph }) => {
        let writeCount = 0;
        const isSafe = () => graph.signUpListeners().length === 0 || Object.keys(graph.flows()[FLOW]?.links ?? {}).length === 2;
        const meddle: Meddle = async (_, { method }, send) => {
          if (method !== "GET" && writeCount++ === cut)
            return new Response(JSON.stringify({ error: { code: "Stopped" } }), { status: 403 });
          const answer = await send();
          expect(isSafe()).toBe(true);
          return answer;
        };
        isWhole = (await run(["apply", ...flow], meddle)).exitCode === 0;
        expect(await run(["apply", ...flow])).toMatchObject({ exitCode: 0 });
        expect(graph.signUpListeners()).toHaveLength(1);
        expect(await run(["plan", ...flow])).toMatchObject({ exitCode: 0 });
      });
    }
    // Two connectors, the flow, two attributes and the application.
    expect(cut).toBe(7);
  });

  it("links the connectors afterwards if Graph does not keep those of the new flow", () =>
    withTenant(async ({ run, graph, writes }) => {
      const meddle: Meddle = async (_, { path, method }, send) => {
        const answer = await send();
        const kept = graph.flows()[FLOW];
        if (method === "POST" && path.endsWith("/b2xUserFlows") && kept !== undefined) Object.assign(kept, { links: {} });
        return answer;
      };
      expect(await run(["apply", ...setup()], meddle)).toMatchObject({ exitCode: 0, stderr: "" });
      const paths = writes().map(({ path }) => path);
      expect(paths.filter((path) => path.endsWith("/$ref"))).toHaveLength(2);
      expect(paths.at(-1)).toBe(listeners);
    }));

  it("is left to a person to link if Graph no longer has the beta call", () =>
    withTenant(
      async ({ run, graph }) => {
        const flow = setup();
        const applied = await run(["apply", ...flow]);
        expect(applied).toMatchObject({ exitCode: 0, stderr: "" });
        expect(applied.stdout).toContain(`add ${APP} in the admin center: External Identities, User flows, ${FLOW}, Applications`);
        expect(Object.keys(graph.flows()[FLOW]?.links ?? {})).toHaveLength(2);
      },
      { isSignupStartGone: true },
    ));

  it.each([
    { named: "by a flag alone", args: ["--user-flow", FLOW], says: "declare it in entra.ts" },
    { named: "without the prefix", flows: [{ userFlow: "Suppliers", kind: "workforce" }], says: "ids that begin with B2X_1_" },
  ])("is not created if it is named $named", ({ args, flows, says }) =>
    withTenant(async ({ run, writes }) => {
      const ran = await run(["apply", ...(flows === undefined ? [] : declared(...flows)), ...(args ?? [])]);
      expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
      expect(writes()).toEqual([]);
    }),
  );
});

it("refuses an application that people reach by another flow, before anything is changed", () =>
  withTenant(async ({ run, writes }) => {
    await run(["apply", ...declared({ userFlow: "B2X_1_Partner", signUpAt: [APP] })]);
    const planned = await run(["plan", ...declared({ userFlow: FLOW, signUpAt: [APP] })]);
    expect(`${planned.stdout}${planned.stderr}`).toContain("by the user flow B2X_1_Partner, and Entra links an application to one flow");
    const ran = await run(["apply", ...declared({ userFlow: FLOW, signUpAt: [APP] })]);
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("by the user flow B2X_1_Partner") });
    expect(writes()).toEqual([]);
  }));

it("takes only its own applications off an existing flow, and says who still signs up by it", () =>
  withTenant(async ({ run, graph }) => {
    const [mine, both] = [[APP], [APP, OTHER_APP]].map((signUpAt) => declared({ userFlow: "B2X_1_Partner", signUpAt }));
    await run(["apply", ...(both as readonly string[])]);
    const asked = await run(["remove", ...(mine as readonly string[])]);
    expect(asked.stdout).toContain(`People still sign up by B2X_1_Partner at ${OTHER_APP}, which entra.ts does not name.`);
    await run(["remove", ...(mine as readonly string[]), "--yes"]);
    expect(graph.signUpListeners().map(({ sourceFilter }) => sourceFilter.includeApplications)).toEqual([[OTHER_APP]]);
  }));

describe("an external tenant's flow that entra.ts declares and the tenant lacks", () => {
  const setup = (signUpAt: readonly string[] = []) => declared({ externalFlow: "Suppliers", signUpAt });

  it("is created without an application, calls the gate, and gets its application last", () =>
    withTenant(async ({ run, writes, graph, change }) => {
      // Entra links an application to one flow.
      const [existing] = graph.external().eventsFlows;
      const path = `/identity/authenticationEventsFlows/${existing?.id}/conditions/applications/includeApplications/${SIMULATED_APPLICATION}`;
      const flow = setup([SIMULATED_APPLICATION]);
      expect(await run(["apply", "--grant-consent", ...flow])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Sign up") });
      expect(writes()).toEqual([]);
      await change(path, "DELETE");

      const planned = jsonLines(await run(["plan", "--json", ...flow]));
      expect(planned).toContainEqual(expect.objectContaining({ action: "create user flow", providers: ["EmailOtpSignup-OAUTH"] }));
      expect(await run(["apply", "--grant-consent", ...flow])).toMatchObject({ exitCode: 0, stderr: "" });
      const made = writes();
      const created = made.find(({ path: each, method }) => method === "POST" && each === "/v1.0/identity/authenticationEventsFlows");
      expect(created?.body).toMatchObject({
        displayName: "Suppliers",
        onAuthenticationMethodLoadStart: { identityProviders: [{ id: "EmailOtpSignup-OAUTH" }] },
      });
      expect(created?.body).not.toHaveProperty("conditions");
      const links = made.findIndex(({ body }) => JSON.stringify(body).includes("onAttributeCollectionSubmitCustomExtensionHandler"));
      const added = made.findIndex(({ path: each }) => each.endsWith("/includeApplications"));
      expect(links).toBeGreaterThan(-1);
      expect(added).toBe(made.length - 1);
      expect((await run(["plan", ...flow])).stdout).toContain("entra apply has nothing to change: the rest is done by hand.");

      const removed = await run(["remove", ...flow, "--yes"]);
      expect(removed.stdout).toContain("The user flow Suppliers stays, without an application");
      expect(writes()[0]?.path).toMatch(new RegExp(`/includeApplications/${SIMULATED_APPLICATION}$`));
      expect(graph.external().eventsFlows.map(({ displayName, applications }) => [displayName, applications])).toContainEqual([
        "Suppliers",
        [],
      ]);
    }));
});

describe("the providers of a flow that exists", () => {
  const flows = { workforce: { userFlow: FLOW }, external: { externalFlow: "Partners" } } as const;
  const words = (flow: string) =>
    `${flow} lacks Facebook-OAUTH and also offers Google-OAUTH. A flow that exists keeps its providers: change them in the admin center, or in entra.ts.`;

  it.each(Object.entries(flows))("are left as they are, and plan tells the difference: %s", (_, flow) =>
    withTenant(async ({ run, writes }) => {
      const args = "externalFlow" in flow ? ["--grant-consent"] : [];
      await run(["apply", ...declared({ ...flow, providers: ["mail", "google.com"] }), ...args]);
      await run(["apply", ...declared({ ...flow, providers: ["mail", "google.com"] }), ...args]);
      const plan = await run(["plan", ...declared({ ...flow, providers: ["mail", "facebook.com"] })]);
      expect(plan.stdout).toContain(words("externalFlow" in flow ? "Partners" : FLOW));
      for (const others of [{}, { providers: ["google.com", "mail"] }])
        expect((await run(["plan", ...declared({ ...flow, ...others })])).stdout).not.toContain("providers");
      await run(["apply", ...declared({ ...flow, providers: ["mail", "facebook.com"] })]);
      expect(writes()).toEqual([]);
    }),
  );

  it.each(Object.entries(flows))("are not told if Graph refuses to show them: %s", (_, flow) =>
    withTenant(async ({ run }) => {
      await run(["apply", ...declared({ ...flow, providers: ["mail"] }), ...("externalFlow" in flow ? ["--grant-consent"] : [])]);
      const refused = new Response(JSON.stringify({ error: { code: "Authorization_RequestDenied" } }), { status: 403 });
      const plan = await run(["plan", ...declared({ ...flow, providers: ["google.com"] })], async (_index, { path }, send) =>
        /dentityProviders$/.test(path) ? refused.clone() : await send(),
      );
      expect(plan.stdout).not.toContain("keeps its providers");
    }),
  );
});
