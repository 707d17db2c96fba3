import { fetchIssuer } from "../../../adapters/graph/login-requests";

const tenantId = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const asked: string[] = [];
const answering =
  (status: number, body: unknown): typeof fetch =>
  async (url) => {
    asked.push(String(url));
    if (status === 0) throw new TypeError("fetch failed");
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };

it.each([
  { given: "an issuer", status: 200, body: { issuer: "https://a.example/v2.0" }, is: { issuer: "https://a.example/v2.0" } },
  { given: "no such tenant", status: 400, body: { error: "invalid_tenant" }, is: "absent" },
  { given: "a throttled answer", status: 429, body: {}, is: "unknown" },
  { given: "a server that is down", status: 503, body: "", is: "unknown" },
  { given: "a page instead", status: 200, body: "<html>", is: "unknown" },
  { given: "no network", status: 0, body: "", is: "unknown" },
])("metadata with $given is reported as $is", async ({ status, body, is }) => {
  expect(await fetchIssuer({ tenantId, fetch: answering(status, body) })).toEqual(is);
  expect(asked.at(-1)).toBe(`https://${tenantId}.ciamlogin.com/${tenantId}/v2.0/.well-known/openid-configuration`);
});
