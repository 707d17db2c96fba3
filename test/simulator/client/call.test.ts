import { sendCall } from "../../../simulator/client/call";
import { conform } from "../../../simulator/conformance/conform";
import { CONTINUE, USER } from "../endpoint";

const call = { url: "https://gate.example/", method: "POST", headers: {}, body: "{}" } as const;

it.each([
  { given: "late", error: new DOMException("late", "TimeoutError"), failure: "timeout" },
  {
    given: "late by a proxy",
    error: Object.assign(new Error("aborted"), { name: "AbortError", cause: { name: "TimeoutError" } }),
    failure: "timeout",
  },
  { given: "refused", error: new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } }), failure: "ECONNREFUSED" },
  { given: "refused by Node's own client", error: Object.assign(new Error("no"), { code: "ENOTFOUND" }), failure: "ENOTFOUND" },
])("the client gives the reason for a missing answer: $given", async ({ error, failure }) => {
  expect(await sendCall(call, 1_000, async () => Promise.reject(error))).toMatchObject({ failure });
});

it("the client makes no TLS handshake of its own if there is a proxy", async () => {
  const asked: string[] = [];
  const byProxy: typeof fetch = async (url) => {
    asked.push(String(url));
    return new Response(JSON.stringify(CONTINUE), { headers: { "content-type": "application/json" } });
  };
  const target = { tenant: "workforce", step: "before-create-user", url: call.url, email: "a@b.example", fetch: byProxy, ...USER } as const;
  const rules = await conform(target);
  expect(rules.find(({ rule }) => rule === "tls")).toMatchObject({
    verdict: "skipped",
    skipped: [{ probe: "tls-1.2", reason: "a proxy is in between" }],
  });
  expect(new Set(asked)).toEqual(new Set([call.url]));
});
