import { ENTRA_APP_ID, identifyCaller } from "../../../features/external-tenant/extension-caller";

const tenantId = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const audience = "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58";
const testCaller = "11111111-2222-4333-8444-555555555555";
const other = "99999999-2222-4333-8444-555555555555";
const settings = { tenantId, audience, testCaller: undefined };
const token = { ver: "2.0", azp: ENTRA_APP_ID, tid: tenantId, aud: audience };
const { azp, ...noParty } = token;

it.each([
  ["Entra's token", token],
  ["one of version 1, which names the application in appid", { ...noParty, ver: "1.0", appid: ENTRA_APP_ID }],
  ["one with ids in capitals", { ...token, azp: azp.toUpperCase(), tid: tenantId.toUpperCase() }],
])("recognizes Entra by %s", (_, claims) => expect(identifyCaller(claims, settings)).toBe("entra"));

it.each<[string, Record<string, unknown>]>([
  ["no claim at all", {}],
  ["another application", { ...token, azp: other }],
  ["the audience itself as the application, as client credentials of the same app have it", { ...token, azp: audience }],
  ["no application", noParty],
  ["the application as version 1 names it, in version 2", { ...noParty, appid: ENTRA_APP_ID }],
  ["another application as version 1 names it", { ...noParty, ver: "1.0", appid: other }],
  ["the application as version 2 names it, in version 1", { ...token, ver: "1.0" }],
  ["another application where its version names it, Entra where the other does", { ...token, azp: other, appid: ENTRA_APP_ID }],
  ["no version", { ...token, ver: undefined }],
  ["an unknown version", { ...token, ver: "3.0" }],
  ["a version that is a number", { ...token, ver: 2 }],
  ["another tenant", { ...token, tid: other }],
  ["no tenant", { ...token, tid: undefined }],
  ["a list that holds the tenant", { ...token, tid: [tenantId] }],
  ["another audience", { ...token, aud: other }],
  ["the audience as client_id alone", { ...token, aud: undefined, client_id: audience }],
  ["the application of tests, where none is set", { ...token, azp: testCaller }],
])("rejects %s", (_, claims) => expect(identifyCaller(claims, settings)).toHaveProperty("refused"));

describe("a caller for tests with an application of its own", () => {
  const testing = { ...settings, testCaller };
  it("is distinguished from Entra", () => {
    expect(identifyCaller(token, testing)).toBe("entra");
    expect(identifyCaller({ ...token, azp: testCaller }, testing)).toBe("test-caller");
  });
  it("must have the same tenant and audience", () => {
    expect(identifyCaller({ ...token, azp: testCaller, tid: other }, testing)).toHaveProperty("refused");
    expect(identifyCaller({ ...token, azp: testCaller, aud: other }, testing)).toHaveProperty("refused");
  });
});
