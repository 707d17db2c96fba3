import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { type Call, type Meddle, registered, startTenant, type TestTenant } from "./tenant";

const folder = mkdtempSync(join(packageRoot, ".local-test-twice-"));
afterAll(() => rmSync(folder, { recursive: true }));

const externalFlow = { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/claiming" };
const threeSteps = { steps: ["after-sign-in", "before-create-user", "before-sending-token"] } as const;
const startExternal = () => startTenant({}, { steps: [...threeSteps.steps] }, externalFlow);

/** Another run that has read the tenant before either wrote posts the same, right before this one. */
const posting = (isSame: (call: Call) => boolean, times = 1): Meddle => {
  let left = times;
  return async (_, call, send) => {
    if (call.method === "POST" && isSame(call) && left-- > 0) await send();
    return await send();
  };
};
const endsWith = (end: string) => (call: Call) => call.path.endsWith(end);

async function withTenant(started: Promise<TestTenant>, use: (tenant: TestTenant) => Promise<void>): Promise<void> {
  const tenant = await started;
  try {
    await use(tenant);
  } finally {
    await tenant.close();
  }
}

/** Runs that write nothing name what two runs left. */
async function expectTold(tenant: TestTenant, words: string): Promise<void> {
  const plan = await tenant.run(["plan"]);
  expect(plan).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(words) });
  expect(plan.stdout.trimEnd().split("\n").at(-1)).toBe("entra apply would change nothing while something is in the way.");
  expect(await tenant.run(["check"])).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(words) });
  expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
  expect(tenant.writes()).toEqual([]);
}

describe("two runs at once both succeed even if Graph lets only one of them make", () => {
  it.each([
    { what: "an attribute that a user flow collects", path: "/userAttributeAssignments" },
    { what: "a connector's link", path: "/postFederationSignup/$ref" },
  ])("$what", async ({ path }) => {
    await withTenant(startTenant(), async (tenant) => {
      expect(await tenant.run(["apply"], posting(endsWith(path), 9))).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await tenant.run(["check"])).toMatchObject({ exitCode: 0 });
    });
  });

  it("a custom attribute that entra.ts declares", async () => {
    const file = join(folder, "entra.ts");
    const attributes = { extension_Seats: { type: "int64" } };
    writeFileSync(file, `export default ${JSON.stringify({ flows: [{ userFlow: "B2X_1_Partner", attributes }] })};`);
    await withTenant(startTenant(), async (tenant) => {
      const setup = ["--setup", file, "--policy", "test/cli/policies/assigning"];
      expect(await tenant.run(["apply", ...setup], posting(endsWith("/userFlowAttributes")))).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await tenant.run(["check", ...setup])).toMatchObject({ exitCode: 0 });
    });
  });

  it.each([
    { what: "a service principal", path: "/servicePrincipals" },
    { what: "consent", path: "/appRoleAssignments" },
    { what: "a claims mapping policy of an application", path: "/claimsMappingPolicies/$ref" },
    { what: "an attribute of an external tenant's flow", path: "/attributes/$ref" },
  ])("$what", async ({ path }) => {
    await withTenant(startExternal(), async (tenant) => {
      expect(await tenant.run(["apply", "--grant-consent"], posting(endsWith(path), 9))).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
      expect(tenant.writes()).toEqual([]);
    });
  });
});

describe("two API connectors with one name", () => {
  const twice = () => posting(endsWith("/identity/apiConnectors"));
  it("are reported by the run that made one, with the one to keep, its flow, and how to delete the other", async () => {
    await withTenant(startTenant({ userFlows: ["B2X_1_Partner", "B2X_1_Other"] }), async (tenant) => {
      const first = await tenant.run(["apply"], twice());
      const [theirs, ours] = tenant.graph.connectors().filter(({ displayName }) => displayName === "Gatehouse after sign-in");
      const keep = `Keep ${ours?.id}, which B2X_1_Partner uses, and delete the rest by id, since the admin center shows them alike (Graph Explorer: DELETE /identity/apiConnectors/${theirs?.id}).`;
      expect(first).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(keep) });
      await expectTold(tenant, keep);
      await tenant.change(`/identity/apiConnectors/${theirs?.id}`, "DELETE");
      expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
      expect(await tenant.run(["check"])).toMatchObject({ exitCode: 0 });
    });
  });

  it("are both reported with their flows if each is called", async () => {
    await withTenant(startTenant({ userFlows: ["B2X_1_Partner", "B2X_1_Other"] }), async (tenant) => {
      await tenant.run(["apply"], twice());
      const [theirs, ours] = tenant.graph.connectors().filter(({ displayName }) => displayName === "Gatehouse after sign-in");
      const link = { "@odata.id": `https://graph.microsoft.com/v1.0/identity/apiConnectors/${theirs?.id}` };
      await tenant.change("/identity/b2xUserFlows/B2X_1_Other/apiConnectorConfiguration/postFederationSignup/$ref", "PUT", link);
      await expectTold(tenant, `Several are used: ${theirs?.id} by B2X_1_Other; ${ours?.id} by B2X_1_Partner. Let all use one of them`);
    });
  });

  it("are reported with either one to keep if no flow calls them", async () => {
    await withTenant(startTenant(), async (tenant) => {
      await tenant.run(["apply"], twice());
      await tenant.change("/identity/b2xUserFlows/B2X_1_Partner/apiConnectorConfiguration/postFederationSignup/$ref", "PUT", {});
      const [theirs] = tenant.graph.connectors().filter(({ displayName }) => displayName === "Gatehouse after sign-in");
      await expectTold(tenant, `No user flow calls any: keep one, such as ${theirs?.id}`);
    });
  });

  it("are both removed with the flow that calls one", async () => {
    await withTenant(startTenant(), async (tenant) => {
      await tenant.run(["apply"], twice());
      expect(await tenant.run(["remove", "--yes"])).toMatchObject({ exitCode: 0 });
      expect(tenant.graph.connectors()).toEqual([]);
    });
  });
});

describe("duplicates in an external tenant", () => {
  const apply = ["apply", "--grant-consent"];

  it("that are extensions are reported only as duplicates, with the advice to keep the one that the flow calls", async () => {
    await withTenant(startExternal(), async (tenant) => {
      expect(await tenant.run(apply)).toMatchObject({ exitCode: 0 });
      const [start] = tenant.graph.external().extensions;
      const { id: _, seenFrom: __, ...same } = start as { id: string; seenFrom?: number };
      await tenant.change("/identity/customAuthenticationExtensions", "POST", same, 201);
      const twin = tenant.graph.external().extensions.at(-1)?.id as string;
      for (const [called, other] of [
        [start?.id, twin],
        [twin, start?.id],
      ]) {
        const handler = {
          "@odata.type": "#microsoft.graph.onAttributeCollectionStartCustomExtensionHandler",
          customExtension: { id: called },
        };
        const flow = tenant.graph.external().eventsFlows[0];
        await tenant.change(`/identity/authenticationEventsFlows/${flow?.id}`, "PATCH", {
          "@odata.type": "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow",
          onAttributeCollectionStart: handler,
        });
        await expectTold(
          tenant,
          `Keep ${called}, which Sign up uses, and delete the rest by id, since the admin center shows them alike (Graph Explorer: DELETE /identity/customAuthenticationExtensions/${other})`,
        );
        expect((await tenant.run(["plan"])).stdout).not.toContain("which this gate did not set up");
      }
    });
  });

  it.each([
    { what: "extension", path: "/identity/customAuthenticationExtensions", words: "2 custom authentication extensions have the name" },
    { what: "claims mapping policy", path: "/policies/claimsMappingPolicies", words: "2 claims mapping policies have the name" },
    { what: "application", path: "/applications", words: "2 applications have the name Gatehouse sign-up API" },
  ])("are reported by the run that made one, and by later runs: $what", async ({ path, words }) => {
    await withTenant(startExternal(), async (tenant) => {
      expect(await tenant.run(apply, posting(endsWith(path)))).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
      await expectTold(tenant, words);
      expect(await tenant.run(["remove", "--yes"])).toMatchObject({ exitCode: 0 });
      const { extensions, policies } = tenant.graph.external();
      expect([extensions, policies, registered(tenant)]).toEqual([[], [], []]);
    });
  });

  it("that are applications are reported with their consent, and with the one whose tokens the deployment takes", async () => {
    await withTenant(startExternal(), async (tenant) => {
      expect(await tenant.run(apply)).toMatchObject({ exitCode: 0 });
      await tenant.change("/applications", "POST", { displayName: "Gatehouse sign-up API" }, 201);
      const twin = tenant.graph.external().applications.at(-1);
      const told = `which the deployment takes tokens for, and ${twin?.appId}`;
      await expectTold(tenant, `${told}. Delete ${twin?.appId} (Graph Explorer: DELETE /applications/${twin?.id})`);

      await tenant.change("/servicePrincipals", "POST", { appId: twin?.appId }, 201);
      const { principals } = tenant.graph.external();
      const principalId = principals.find(({ appId }) => appId === twin?.appId)?.id;
      const resourceId = principals.find(({ appId }) => appId === "00000003-0000-0000-c000-000000000000")?.id;
      const consent = { principalId, resourceId, appRoleId: "214e810f-fda8-4fd7-a475-29461495eb00" };
      await tenant.change(`/servicePrincipals/${principalId}/appRoleAssignments`, "POST", consent, 201);
      await expectTold(tenant, `${told}, which Entra may send what people type. Delete ${twin?.appId}`);

      // With an address of its own, it is another deployment's: named, and left alone.
      await tenant.change(`/applications/${twin?.id}`, "PATCH", {
        identifierUris: [`api://other.example/${twin?.appId}`],
        api: { ...twin?.api, requestedAccessTokenVersion: 2 },
      });
      const left = await tenant.run(["apply"]);
      expect(left).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining(`Entra may send what people type to another application`),
      });
      expect(left.stdout).toContain(`${twin?.appId}, api://other.example/${twin?.appId}. It stays`);
    });
  });

  it("are reported with the one to delete if they are listeners", async () => {
    await withTenant(startExternal(), async (tenant) => {
      expect(await tenant.run(apply, posting(endsWith("/identity/authenticationEventListeners")))).toMatchObject({ exitCode: 0 });
      const [one, other] = tenant.graph.external().listeners;
      const words = `The listeners ${one?.id} and ${other?.id} both call Gatehouse token issuance start at onTokenIssuanceStart`;
      const { exitCode, stdout } = await tenant.run(["check"]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: expect.stringContaining(words) });
      expect(stdout).toContain(`delete ${other?.id} (Graph Explorer: DELETE /identity/authenticationEventListeners/${other?.id})`);
    });
  });
});

it("apply does not overwrite a change that somebody makes between apply's change of the flow and its check", async () => {
  await withTenant(startExternal(), async (tenant) => {
    const submit = "onAttributeCollectionSubmit";
    const meddle: Meddle = async (_, { method, path, body }, send) => {
      const answer = await send();
      if (method !== "PATCH" || !path.includes("/authenticationEventsFlows/") || !(submit in (body as object))) return answer;
      const theirs = tenant.graph.external().extensions.find((each) => each["@odata.type"].includes("CollectionStart"));
      await tenant.change(path.replace("/v1.0", ""), "PATCH", {
        "@odata.type": "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow",
        [submit]: { "@odata.type": `#microsoft.graph.${submit}CustomExtensionHandler`, customExtension: { id: theirs?.id } },
      });
      return answer;
    };
    const ran = await tenant.run(["apply", "--grant-consent"], meddle);
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Something else changed the flow's calls at the same time, and that change stays"),
    });
    expect(tenant.calls().filter(({ path }) => path.startsWith("/beta/") && path.endsWith("/$ref"))).toEqual([]);
  });
});

it("apply reports an object that somebody deleted after apply read it and before apply changed it", async () => {
  await withTenant(startTenant(), async (tenant) => {
    await tenant.run(["apply"]);
    const [connector] = tenant.graph.connectors();
    await tenant.change(`/identity/apiConnectors/${connector?.id}`, "PATCH", { targetUrl: "http://127.0.0.1:1/elsewhere" });
    const deleting: Meddle = async (_, { method, path }, send) => {
      if (method === "PATCH") {
        await tenant.change("/identity/b2xUserFlows/B2X_1_Partner/apiConnectorConfiguration/postFederationSignup/$ref", "PUT", {});
        await tenant.change(path.replace("/v1.0", ""), "DELETE");
      }
      return await send();
    };
    const { exitCode, stderr } = await tenant.run(["apply"], deleting);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("somebody else may have deleted it meanwhile") });
    expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0 });
  });
});
