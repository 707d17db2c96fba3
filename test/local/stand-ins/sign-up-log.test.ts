import { graphClient } from "../../../adapters/graph/graph";
import { graphSignIn } from "../../../adapters/graph/sign-in";
import { signUpLog } from "../../../features/entra/client/audit-logs";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { LOG_PATH } from "../../../simulator/client/sign-up-log";

let graph: GraphStandIn;
beforeAll(async () => {
  graph = await serveGraph();
});
afterAll(() => graph.close());

const line = (correlationId: string, createdDateTime: string) => ({
  correlationId,
  createdDateTime,
  appId: "portal",
  signUpStage: "userCreation",
});
const write = async (body: object) => {
  const call = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return (await fetch(`${graph.url}${LOG_PATH}`, call)).status;
};
const client = (version: "v1.0" | "beta") => {
  const credential = { clientSecret: "any" };
  const request = { tenantId: "t", clientId: "c", credential, login: graph.url, scope: "https://graph.microsoft.com/.default" };
  return graphClient({ endpoint: graph.url, version, signIn: (signal) => graphSignIn({ ...request, signal }) });
};

it("the log of sign-ups returns a period's entries, newest first, but only from Graph's beta", async () => {
  expect(await write([line("a", "2026-11-20T10:00:00Z"), line("b", "2026-11-20T11:00:00.5Z"), line("c", "2026-11-21T10:00:00Z")])).toBe(
    200,
  );
  const day = [new Date("2026-11-20T10:00:00Z"), new Date("2026-11-20T23:59:59Z")] as const;
  expect((await signUpLog(client("beta"), ...day)).map(({ correlationId }) => correlationId)).toEqual(["b", "a"]);
  await expect(signUpLog(client("v1.0"), ...day)).rejects.toMatchObject({ status: 404 });
});

it.each(["$orderby=createdDateTime", "$filter=appId eq 'x'", "$filter=createdDateTime ge yesterday"])(
  "the log of sign-ups refuses what Graph does not document: %s",
  async (query) => {
    await expect(client("beta").get(`/auditLogs/signUps?${query}`)).rejects.toMatchObject({ status: 400 });
  },
);

it("the log of sign-ups refuses an entry that lacks fields of a log line", async () => {
  expect(await write([{ correlationId: "a" }])).toBe(400);
});
