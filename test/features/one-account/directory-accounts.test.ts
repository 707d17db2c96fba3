import { graphEnvironment } from "../../../adapters/graph/clouds";
import { type GraphApplication, GraphError } from "../../../adapters/graph/graph";
import type { World } from "../../../adapters/world";
import { directoryAccounts } from "../../../features/one-account/worker";

const ACCOUNT = "7f12c2a6-93d1-4b0e-8a57-64c0de19b3f2";
const settings = { [graphEnvironment.tenant]: "a tenant", [graphEnvironment.client]: "a client", [graphEnvironment.secret]: "arn:secret" };

/** What Graph answers, or how it refuses. */
function asking(answer: unknown) {
  const asked: string[] = [];
  const lines: unknown[] = [];
  const log = { warn: (...line: unknown[]) => lines.push(line), count: (...count: unknown[]) => lines.push(count) };
  let application: GraphApplication | undefined;
  const get = async (path: string) => {
    asked.push(path);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const world = {
    settings,
    log,
    secrets: { call: async (_: string, { SecretId }: { SecretId: string }) => ({ SecretString: `of ${SecretId}` }) },
    directory: (given: GraphApplication) => {
      application = given;
      return { get };
    },
  } as unknown as World;
  const ask = directoryAccounts(world);
  return {
    asked,
    lines,
    application: application as unknown as GraphApplication,
    holder: () => ask(ACCOUNT, new AbortController().signal),
  };
}

const byAddress = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "Kim@Contoso.com" };
const byName = {
  signInType: "userPrincipalName",
  issuer: "contoso.onmicrosoft.com",
  issuerAssignedId: `${ACCOUNT}@contoso.onmicrosoft.com`,
};
const google = { signInType: "federated", issuer: "google", issuerAssignedId: "1184" };
const other = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "lee@contoso.com" };
const local = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim@contoso.com" };

it("requests one account, and only the properties that identify its person", async () => {
  const { holder, asked, application } = asking({ identities: [] });
  await holder();
  expect(asked).toEqual([`/users/${ACCOUNT}?$select=mail,otherMails,identities`]);
  expect(application).toMatchObject({ tenantId: "a tenant", clientId: "a client" });
  expect(await application.clientSecret()).toBe("of arn:secret");
});

it.each<{ given: string; user: object; holder: object }>([
  {
    given: "a local account",
    user: { mail: null, otherMails: [], identities: [byAddress, byName] },
    holder: { email: "kim@contoso.com", identities: [local] },
  },
  {
    given: "a local account that shows another address",
    user: { mail: "lee@contoso.com", identities: [byAddress] },
    holder: { email: "kim@contoso.com", identities: [local] },
  },
  {
    given: "a provider's account: the address may have been typed at the form",
    user: { mail: "Kim@gmail.com", identities: [google, byName] },
    holder: { email: "kim@gmail.com", emailTyped: true, identities: [{ ...google, issuer: "google.com" }] },
  },
  {
    given: "a provider's account beside an address",
    user: { identities: [google, byAddress] },
    holder: { email: "kim@contoso.com", identities: [{ ...google, issuer: "google.com" }] },
  },
  {
    given: "an account with another address alone: the person may have written it",
    user: { otherMails: ["no address", "kim@contoso.com"], identities: [google] },
    holder: { email: "kim@contoso.com", emailTyped: true, identities: [{ ...google, issuer: "google.com" }] },
  },
  {
    given: "a local account with two addresses: the one that the directory shows",
    user: { mail: "kim@contoso.com", identities: [other, byAddress] },
    holder: { email: "kim@contoso.com", identities: [other, local] },
  },
  {
    given: "a local account with two addresses, of which the directory shows neither: what it shows may have been typed",
    user: { mail: "mina@contoso.com", identities: [other, byAddress] },
    holder: { email: "mina@contoso.com", emailTyped: true, identities: [other, local] },
  },
  {
    given: "a local account with an address that cannot be read",
    user: { identities: [{ ...byAddress, issuerAssignedId: "kim@contoso" }] },
    holder: { email: "", identities: [{ ...byAddress, issuerAssignedId: "kim@contoso" }] },
  },
  { given: "an account of which nothing is known", user: { identities: [byName] }, holder: { email: "", identities: [] } },
  {
    given: "an account whose identities are not told",
    user: { mail: "kim@contoso.com" },
    holder: { email: "kim@contoso.com", identities: [] },
  },
])("reads $given", async ({ user, holder }) => expect(await asking(user).holder()).toEqual(holder));

it("distinguishes a missing account from a missing answer", async () => {
  expect(await asking(new GraphError({ status: 404, code: "Request_ResourceNotFound" })).holder()).toBe("absent");
  const refusals = [404, 401, 403, 429, 500, 0].map((status) => new GraphError({ status, code: "none" }));
  for (const answer of [...refusals, new Error("kim@contoso.com"), { identities: "kim@contoso.com" }, { identities: [{ issuer: 5 }] }]) {
    const { holder, lines } = asking(answer);
    expect(await holder()).toBeUndefined();
    expect(lines).toContainEqual(["UpstreamFailures", { system: "graph", kind: "failed" }]);
    expect(JSON.stringify(lines)).not.toContain("kim@");
  }
});
