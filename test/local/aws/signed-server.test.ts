import { newAccessKey } from "../../../local/aws/access-key";
import type { LocalServer } from "../../../local/aws/server";
import { serveSigned } from "../../../local/aws/signed-server";
import { testKey } from "../../support/local-database";
import { type Signing, signedRequest } from "../../support/signed-request";

const contentType = "application/x-amz-json-1.0";
const refused: string[] = [];
const received: string[] = [];
let server: LocalServer;

beforeAll(async () => {
  const access = { key: testKey, onRefused: (why: string) => refused.push(why) };
  server = await serveSigned({ name: "dynamodb", contentType, maxBodyBytes: 100 }, access, (_, body) => {
    received.push(body.toString("utf8"));
    return { status: 200, body: { a: 1 } };
  });
});
afterAll(() => server.close());
beforeEach(() => {
  refused.length = 0;
  received.length = 0;
});

async function send(signing: Partial<Signing>, more: RequestInit = {}): Promise<{ status: number; body: string; type: string | null }> {
  const response = await fetch(server.url, { ...(await signedRequest(server.url, { service: "dynamodb", ...signing })), ...more });
  return { status: response.status, body: await response.text(), type: response.headers.get("content-type") };
}

describe("a local stand-in for AWS", () => {
  it("answers every caller who signs with its key", async () => {
    expect(await send({ body: '{"a":"ö"}' })).toMatchObject({ status: 200, body: '{"a":1}' });
    expect([received, refused]).toEqual([['{"a":"ö"}'], []]);
  });

  it("refuses an unsigned request in AWS's words, and reports it", async () => {
    const answer = await send({}, { headers: {} });
    expect(answer).toMatchObject({ status: 403, type: contentType });
    expect(JSON.parse(answer.body)).toEqual({
      __type: "MissingAuthenticationTokenException",
      message: "Request is missing Authentication Token",
    });
    expect([received, refused]).toEqual([[], ["its signature is missing"]]);
  });

  it.each<{ given: string; signing: Partial<Signing>; more?: RequestInit }>([
    { given: "another secret", signing: { key: { ...newAccessKey(), accessKeyId: testKey.accessKeyId } } },
    { given: "another region", signing: { key: { ...testKey, region: "eu-west-1" } } },
    { given: "another service", signing: { service: "secretsmanager" } },
    { given: "another time", signing: { at: new Date(Date.now() - 600_000) } },
    { given: "another body", signing: {}, more: { body: "[]" } },
  ])("refuses a signature of $given", async ({ signing, more }) => {
    const { status, body } = await send(signing, more);
    expect([status, JSON.parse(body).__type]).toEqual([403, "InvalidSignatureException"]);
    expect([received, refused]).toEqual([[], ["its signature is wrong"]]);
  });

  it("ignores a client that only opens a connection, and reports nothing", async () => {
    expect((await fetch(server.url)).status).toBe(404);
    expect([received, refused]).toEqual([[], []]);
  });
});
