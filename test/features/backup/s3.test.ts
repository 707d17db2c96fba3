import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { gatehouse } from "../../cli/support";
import { listen, testCredentials } from "../../support/dynamodb";
import { type BackupWorld, backupWorld } from "./world";

/** The objects of one bucket, as far as the commands ask S3 for them: whole, in parts, under conditions. */
const objects = new Map<string, Buffer>();
const uploads = new Map<string, Map<number, Buffer>>();
/** Told of each request before it is answered. */
let onRequest: (method: string) => void = () => undefined;

let world: BackupWorld;
let server: Server;
const environment = { ...process.env };

beforeAll(async () => {
  world = await backupWorld();
  server = createServer((request, response) => {
    void answer(request).then(({ status, body = "", headers = {} }) => {
      response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
      response.end(request.method === "HEAD" ? undefined : body);
    });
  });
  const { accessKeyId, secretAccessKey } = testCredentials;
  const credentials = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  Object.assign(process.env, { AWS_ENDPOINT_URL_S3: await listen(server), AWS_REGION: "eu-west-1", ...credentials });
});
afterAll(async () => {
  process.env = environment;
  server.closeAllConnections();
  server.close();
  await world.close();
});
beforeEach(async () => {
  await world.empty();
  objects.clear();
  onRequest = () => undefined;
});

interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const { method = "", headers } = request;
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://s3");
  onRequest(method);
  const body = await bodyOf(request);
  const refused = (status: number, code: string): Answer => ({ status, body: `<Error><Code>${code}</Code><Message>no</Message></Error>` });
  if (pathname.startsWith("/forbidden/")) return refused(403, "AccessDenied");
  if (!pathname.startsWith("/bucket/")) return refused(404, "NoSuchBucket");
  const standing = objects.get(pathname);
  const isTaken = headers["if-none-match"] === "*" && standing !== undefined;
  const id = searchParams.get("uploadId");
  if (method === "POST" && searchParams.has("uploads")) {
    uploads.set("one", new Map());
    return { status: 200, body: "<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>" };
  }
  if (method === "PUT" && id !== null) {
    uploads.get(id)?.set(Number(searchParams.get("partNumber")), body);
    return { status: 200, headers: { etag: etagOf(body) } };
  }
  if (method === "DELETE" && id !== null) {
    uploads.delete(id);
    return { status: 204 };
  }
  if (isTaken) return refused(412, "PreconditionFailed");
  if (method === "POST" && id !== null) {
    const parts = [...(uploads.get(id) ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
    objects.set(pathname, Buffer.concat(parts));
    uploads.delete(id);
    return { status: 200, body: "<CompleteMultipartUploadResult><ETag>done</ETag></CompleteMultipartUploadResult>" };
  }
  if (method === "PUT") {
    objects.set(pathname, body);
    return { status: 200, headers: { etag: etagOf(body) } };
  }
  if (standing === undefined) return refused(404, "NoSuchKey");
  const etag = etagOf(standing);
  if (headers["if-match"] !== undefined && headers["if-match"] !== etag) return refused(412, "PreconditionFailed");
  return { status: 200, body: standing, headers: { etag } };
}

/** What is signed in chunks comes with their signatures around it. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  if (!String(request.headers["content-encoding"]).includes("aws-chunked")) return whole;
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = whole.indexOf("\r\n", at);
    const size = Number.parseInt(whole.toString("latin1", at, end), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(whole.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

const run = (...args: string[]) => gatehouse(...args, ...world.instance.local);
const place = "s3://bucket/gatehouse/one.backup";

it("an S3 bucket holds a whole backup, and returns it", async () => {
  await world.put({ profiles: [{ person: { S: "kim@contoso.com" }, city: { S: "Seoul" } }] });
  const before = await world.rows();
  expect(await run("backup", place)).toMatchObject({ exitCode: 0 });
  expect(await run("backup", place)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("add --force") });
  expect(await run("backup", place, "--force")).toMatchObject({ exitCode: 0 });
  await world.empty();
  expect(await run("backup", "restore", place, "--yes")).toMatchObject({ exitCode: 0 });
  expect(await world.rows()).toEqual(before);
});

it("a large backup is uploaded in parts, and no part stays if one fails", async () => {
  const large = Array.from({ length: 30 }, (_, index) => ({
    person: { S: `p${index}` },
    noise: { S: randomBytes(180_000).toString("base64") },
  }));
  await world.put({ profiles: large });
  const before = await world.rows();
  expect(await run("backup", place)).toMatchObject({ exitCode: 0 });
  expect(objects.get("/bucket/gatehouse/one.backup")?.length).toBeGreaterThan(5 * 1_024 * 1_024);
  await world.empty();
  expect(await run("backup", "restore", place, "--yes")).toMatchObject({ exitCode: 0 });
  expect(JSON.stringify(await world.rows()) === JSON.stringify(before)).toBe(true);
  // Somebody puts one there while the parts are on their way.
  objects.clear();
  onRequest = (method) => {
    if (method === "PUT") objects.set("/bucket/gatehouse/one.backup", Buffer.from("theirs"));
  };
  expect(await run("backup", place)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("add --force") });
  expect([objects.get("/bucket/gatehouse/one.backup")?.toString(), uploads.size]).toEqual(["theirs", 0]);
});

it("a backup that changes between two readings stops the restore before anything is written", async () => {
  await world.put({ profiles: [{ person: { S: "kim@contoso.com" } }] });
  await run("backup", place);
  await world.empty();
  let gets = 0;
  onRequest = (method) => {
    gets += method === "GET" ? 1 : 0;
    if (gets === 2) objects.set("/bucket/gatehouse/one.backup", Buffer.from("another"));
  };
  expect(await run("backup", "restore", place, "--yes")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("has changed while it was read"),
  });
  expect(await world.rows()).toEqual({});
});

it.each([
  ["backup", "s3://missing/one", "There is no bucket missing"],
  ["backup", "s3://forbidden/one", "need s3:PutObject"],
  ["backup restore", "s3://missing/one", "There is no bucket missing"],
  ["backup restore", "s3://forbidden/one", "need s3:GetObject"],
  ["backup", "-", "- is no place for one"],
  ["backup restore", "-", "- is no place for one"],
  ["backup restore", "s3://bucket/none", "There is no object s3://bucket/none"],
])("an impossible place for a backup is refused with the reason: %s %s: %s", async (verb, where, message) => {
  expect(await run(...verb.split(" "), where)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
});
