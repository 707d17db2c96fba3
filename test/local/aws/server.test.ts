import { newPageKey } from "../../../local/aws/page-key";
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
    {
      given: "a form of its own page that keeps its address",
      headers: () => ({ host: own(), origin: "null", "sec-fetch-site": "same-origin" }),
    },
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
      given: "a form of another page that keeps its address",
      headers: () => ({ host: own(), origin: "null", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }),
      why: "its Origin is another",
    },
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
  it.each(foreign)("refuses $given with 403, and says why", async ({ headers, why }) => {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      refused.length = 0;
      const answer = await rawRequest(server.url, method, headers());
      expect([answer.status, answer.body]).toEqual([403, '{"message":"Forbidden"}']);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
      expect(refused).toEqual([why]);
    }
    expect(handled).toBe(0);
  });

  it("uses another port if the wanted one is taken, or if none is given", async () => {
    for (const wanted of [Number(port), 65_536]) {
      const other = await serveNear(wanted, handle);
      expect(new URL(other.url).port).not.toBe(port);
      await other.close();
    }
  });
});

describe("a local server of pages", () => {
  const key = newPageKey(7071);
  const answered: string[] = [];
  let pages: LocalServer;
  let address: URL;
  let host: string;
  let cookie: string;
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    rawRequest(`${pages.url}${path}`, method, { host, ...headers });

  beforeAll(async () => {
    const guarded = key.guard(
      async ({ url }, response) => {
        answered.push(url ?? "");
        response.end("ok");
      },
      (why) => refused.push(why),
      ({ url }) => url === "/open",
    );
    pages = await serve(0, guarded);
    address = new URL(key.addressOf(pages.url));
    ({ host } = address);
    cookie = `gatehouse-start-7071=${address.searchParams.get("key")}`;
  });
  afterAll(() => pages.close());
  beforeEach(() => {
    answered.length = 0;
  });

  it("turns the key into a cookie, and removes the key from the address", async () => {
    for (const path of ["/", "/a/b?q=1%202&key=x", "//evil.example/?a=b"]) {
      const visit = await ask(`${path}${path.includes("?") ? "&" : "?"}${address.search.slice(1)}`);
      const location = visit.headers.location as string;
      expect([visit.status, new URL(location).host, location.includes(address.searchParams.get("key") ?? "")]).toEqual([303, host, false]);
      // A page has a parameter of the same name.
      expect(location.includes("key=x")).toBe(path.includes("key=x"));
      expect(visit.headers["set-cookie"]).toEqual([`${cookie}; Path=/; HttpOnly; SameSite=Strict`]);
      expect(visit.headers["referrer-policy"]).toBe("no-referrer");
    }
    expect(answered).toEqual([]);
  });

  it("answers a request that carries its cookie, and serves open pages even without a cookie", async () => {
    expect(await ask("/a?b=c", { cookie: `other=1; ${cookie}; gatehouse-start-7071=old` })).toMatchObject({ status: 200, body: "ok" });
    expect(await ask("/?key=of-a-start-before", { cookie })).toMatchObject({ status: 200 });
    expect(await ask("/", { cookie }, "POST")).toMatchObject({ status: 200 });
    expect(await ask("/open")).toMatchObject({ status: 200 });
  });

  it.each([
    { given: "nothing", path: "/", headers: {} },
    { given: "another key", path: "/?key=x", headers: {} },
    { given: "no key", path: "/?key=", headers: { cookie: "gatehouse-start-7071=" } },
    { given: "the key under another name", path: "/", headers: (): object => ({ cookie: cookie.replace("7071", "7081") }) },
    { given: "a part of the key", path: "/", headers: (): object => ({ cookie: cookie.slice(0, -1) }) },
    { given: "the key elsewhere", path: "/", headers: (): object => ({ authorization: `Bearer ${address.searchParams.get("key")}` }) },
  ])("refuses a request with $given", async ({ path, headers }) => {
    for (const method of ["GET", "HEAD", "POST", "PUT"]) {
      refused.length = 0;
      const answer = await ask(path, { ...(typeof headers === "function" ? headers() : headers) }, method);
      expect([answer.status, answer.headers["set-cookie"], answer.headers.refresh]).toEqual([403, undefined, undefined]);
      if (method === "GET") expect(answer.body).toContain("Open the address that npm start printed");
      expect(refused).toEqual(["it shows no key of this start"]);
    }
    expect(answered).toEqual([]);
  });

  it("accepts the key only on a page visit", async () => expect((await ask(`/${address.search}`, {}, "POST")).status).toBe(403));

  it("answers a link from another site by a page that repeats the request, because the link brings no cookie", async () => {
    const { status, headers } = await ask("/requests/1?a=b;c", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" });
    expect([status, headers.refresh]).toEqual([403, `0; url=http://${host}/requests/1?a=b;c`]);
  });

  it("has a new key and cookie name for each start", () => {
    const others = [newPageKey(7071), newPageKey(0), newPageKey(0)].map((each) => each.addressOf(pages.url));
    expect(new Set([address.href, ...others]).size).toBe(4);
    expect(address.searchParams.get("key")).toMatch(/^[\w-]{32}$/);
  });
});
