import { type LocalServer, serve, serveNear } from "../../../local/aws/server";
import { rawRequest } from "../../support/raw-request";

const refused: string[] = [];
let handled = 0;
let server: LocalServer;
let port: string;
const handle: Parameters<typeof serve>[1] = async (_, response) => {
  handled += 1;
  response.end("ok");
};

beforeAll(async () => {
  server = await serve(0, handle, (why) => refused.push(why));
  ({ port } = new URL(server.url));
});
afterAll(() => server.close());
beforeEach(() => {
  refused.length = 0;
  handled = 0;
});

describe("a local server", () => {
  const own = () => `127.0.0.1:${port}`;

  it.each<{ given: string; headers: () => Record<string, string> }>([
    { given: "its address", headers: () => ({ host: own() }) },
    { given: "localhost", headers: () => ({ host: `localhost:${port}` }) },
    { given: "the address of IPv6", headers: () => ({ host: `[::1]:${port}` }) },
    { given: "a page of its own", headers: () => ({ host: own(), origin: `http://${own()}`, "sec-fetch-site": "same-origin" }) },
    { given: "a link on a page elsewhere", headers: () => ({ host: own(), "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }) },
    { given: "an address that somebody typed", headers: () => ({ host: own(), "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }) },
  ])("answers $given", async ({ headers }) => {
    expect(await rawRequest(server.url, "GET", headers())).toMatchObject({ status: 200, body: "ok" });
    expect(refused).toEqual([]);
  });

  const foreign: readonly { given: string; headers: () => Record<string, string>; why: string }[] = [
    { given: "a name that somebody bound to this address", headers: () => ({ host: `gate.example:${port}` }), why: "its Host is another" },
    { given: "another port", headers: () => ({ host: "127.0.0.1:1" }), why: "its Host is another" },
    { given: "no port", headers: () => ({ host: "127.0.0.1" }), why: "its Host is another" },
    { given: "a name that begins like ours", headers: () => ({ host: `127.0.0.1:${port}.example` }), why: "its Host is another" },
    { given: "a page elsewhere", headers: () => ({ host: own(), origin: "https://evil.example" }), why: "its Origin is another" },
    { given: "a page at another port", headers: () => ({ host: own(), origin: "http://127.0.0.1:1" }), why: "its Origin is another" },
    { given: "our own name over TLS", headers: () => ({ host: own(), origin: `https://${own()}` }), why: "its Origin is another" },
    { given: "our other name", headers: () => ({ host: own(), origin: `http://localhost:${port}` }), why: "its Origin is another" },
    { given: "a page without an origin", headers: () => ({ host: own(), origin: "null" }), why: "its Origin is another" },
    {
      given: "a page elsewhere that loads an image",
      headers: () => ({ host: own(), "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }),
      why: "a page of another origin made it",
    },
    {
      given: "a page at another port that loads a script",
      headers: () => ({ host: own(), "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }),
      why: "a page of another origin made it",
    },
  ];
  it.each(foreign)("refuses $given with 403, and tells why", async ({ headers, why }) => {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      refused.length = 0;
      const answer = await rawRequest(server.url, method, headers());
      expect([answer.status, answer.body]).toEqual([403, '{"message":"Forbidden"}']);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
      expect(refused).toEqual([why]);
    }
    expect(handled).toBe(0);
  });

  it("takes another port where the wanted one is taken, or none", async () => {
    for (const wanted of [Number(port), 65_536]) {
      const other = await serveNear(wanted, handle);
      expect(new URL(other.url).port).not.toBe(port);
      await other.close();
    }
  });
});
