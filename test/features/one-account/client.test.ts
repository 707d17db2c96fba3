import type { Context } from "../../../engine/sign-up/rule";
import type { ServiceRequest } from "../../../engine/sign-up/service";
import { type EntraDirectoryOptions, entraDirectory } from "../../../features/one-account/client";

const TENANT = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";

/** Asks a directory that always answers the same; every request that it gets goes into `asked`. */
async function accounts(
  answer: unknown,
  options: Partial<EntraDirectoryOptions> = {},
  email = "kim@contoso.com",
  asked: ServiceRequest[] = [],
) {
  const call = async (name: string, request: ServiceRequest) => {
    asked.push(request);
    const read = await request.schema?.["~standard"].validate(answer);
    if (read?.issues) throw new Error(`${name}: ${read.issues[0]?.message}`);
    return read?.value;
  };
  return await entraDirectory({ tenantId: TENANT, ...options }).accountsOf(email, { services: { call } } as never as Context);
}

const upn = { signInType: "userPrincipalName", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "7f12@contoso.onmicrosoft.com" };
const google = { signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" };

describe("entraDirectory", () => {
  it.each<{ user: object; account: object | undefined }>([
    { user: { userType: "Guest", identities: [google, upn] }, account: { identities: [google], isMember: false } },
    { user: { userType: "Member", identities: [upn] }, account: { identities: [], isMember: true } },
    { user: { userType: "Member", identities: [google] }, account: { identities: [google], isMember: false } },
    {
      user: { userType: "Guest", identities: [{ ...google, issuer: "ExternalAzureAD" }, upn] },
      account: { identities: [], isMember: false },
    },
    { user: { userType: "Guest", identities: [{ ...google, issuer: "MicrosoftAccount" }] }, account: { identities: [], isMember: false } },
    { user: { userType: "Guest", identities: null }, account: { identities: [], isMember: false } },
    {
      user: { userType: "Guest", identities: [google], externalUserState: "Accepted" },
      account: { identities: [google], isMember: false },
    },
    { user: { userType: "Guest", identities: [google], externalUserState: "PendingAcceptance" }, account: undefined },
    {
      user: { identities: [{ signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "Kim@Contoso.com" }] },
      account: {
        identities: [expect.objectContaining({ signInType: "emailAddress", issuerAssignedId: "kim@contoso.com" })],
        isMember: false,
      },
    },
  ])("reads $user", async ({ user, account }) => {
    expect(await accounts({ value: [user] })).toEqual(account === undefined ? [] : [account]);
  });

  it("reads on after an empty page, as Graph's page on paging says (2026): the account of the second page counts", async () => {
    const next =
      "https://graph.microsoft.com/v1.0/users?$select=identities&$filter=mail%20eq%20%27kim%40contoso.com%27&$skiptoken=RFNwdAIAAQ";
    const pages: unknown[] = [
      { value: [], "@odata.nextLink": next },
      { value: [{ userType: "Guest", identities: [google] }], "@odata.nextLink": null },
    ];
    const queries: ServiceRequest["query"][] = [];
    const call = async (_: string, { query, schema }: ServiceRequest) => {
      queries.push(query);
      const read = await schema?.["~standard"].validate(pages.shift());
      return read?.issues ? undefined : read?.value;
    };
    const found = await entraDirectory({ tenantId: TENANT }).accountsOf("kim@contoso.com", { services: { call } } as never as Context);
    expect(found).toEqual([{ identities: [google], isMember: false }]);
    expect(queries.slice(1)).toEqual([{ $select: "identities", $filter: "mail eq 'kim@contoso.com'", $skiptoken: "RFNwdAIAAQ" }]);
  });

  it("requests the mail address, and the sign-in address if the tenant's domain is known", async () => {
    const asked: ServiceRequest[] = [];
    await accounts({ value: [] }, { tenantDomain: "contoso.onmicrosoft.com" }, "o'neil@contoso.com", asked);
    expect(asked.map(({ path, query }) => [path, query?.$filter])).toEqual([
      ["/users", "mail eq 'o''neil@contoso.com'"],
      ["/users", "identities/any(c:c/issuerAssignedId eq 'o''neil@contoso.com' and c/issuer eq 'contoso.onmicrosoft.com')"],
    ]);
  });

  it.each([undefined, "a sign-in page", {}, { value: "none" }, { value: [{ identities: "google" }] }])(
    "treats %j as no answer",
    async (answer) => {
      await expect(accounts(answer)).rejects.toThrow("directory: no list of users");
    },
  );

  it("uses one system with a time limit, and one secret", () => {
    const [graph] = entraDirectory({ tenantId: TENANT }).uses;
    expect(graph).toMatchObject({
      service: "directory",
      timeout: "1s",
      url: "https://graph.microsoft.com/v1.0",
      needs: [{ secret: "directory" }],
    });
  });
});
