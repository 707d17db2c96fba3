import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { authorizerHandler } from "../../handlers/authorizer";
import { json, refuse } from "../adapters/aws/aws-double";
import { authorizerEvent } from "../support/events";
import { awsWorld, surroundings } from "./invoke";

const SECRET = { username: "entra", password: "pa:ss wörd 비밀" };

const { aws, output } = surroundings();

const basic = (username: string, password: string, scheme = "Basic") =>
  `${scheme} ${Buffer.from(`${username}:${password}`).toString("base64")}`;
const good = basic(SECRET.username, SECRET.password);
const secret = (value: unknown) => json({ SecretString: JSON.stringify(value), CreatedDate: 1_700_000_000 });

/** Asks a function that has just started. */
async function authorize(event: Partial<APIGatewayRequestAuthorizerEvent>) {
  return await authorizerHandler(awsWorld())({ ...authorizerEvent(""), ...event });
}

const showing = (authorization: string) => authorize({ headers: { Authorization: authorization } });

describe("the authorizer of an HTTP API", () => {
  const arn = "arn:aws:execute-api:eu-west-1:111111111111:abc123/$default/POST/before-create-user";
  const policyOf = (effect: string) => [
    { Action: "execute-api:Invoke", Effect: effect, Resource: "arn:aws:execute-api:eu-west-1:111111111111:abc123/$default/*/*" },
  ];

  it.each([
    { shown: "the right credentials", Authorization: good, effect: "Allow" },
    { shown: "a wrong password", Authorization: basic(SECRET.username, "guess"), effect: "Deny" },
    { shown: "what is no basic auth", Authorization: "Bearer x", effect: "Deny" },
  ])("answers $shown by a policy with the effect $effect", async ({ Authorization, effect }) => {
    aws.will(secret(SECRET));
    const event = { version: "1.0", methodArn: arn, headers: { Authorization } } as Partial<APIGatewayRequestAuthorizerEvent>;
    expect(await authorize(event)).toMatchObject({ policyDocument: { Statement: policyOf(effect) } });
  });

  it("returns no policy if the secret cannot be read", async () => {
    aws.will(refuse("AccessDeniedException"));
    const event = { version: "1.0", methodArn: arn, headers: { Authorization: good } } as Partial<APIGatewayRequestAuthorizerEvent>;
    await expect(authorize(event)).rejects.toThrow();
  });
});

describe("the right credentials", () => {
  it.each([
    { written: "as Entra writes them", headers: { Authorization: good } },
    { written: "under a header name in lower case", headers: { authorization: good } },
    { written: "under a header name in upper case", headers: { AUTHORIZATION: good } },
    { written: 'with "basic" in lower case', headers: { Authorization: basic(SECRET.username, SECRET.password, "basic") } },
    { written: 'with "BASIC" in upper case', headers: { Authorization: basic(SECRET.username, SECRET.password, "BASIC") } },
    { written: "after other headers", headers: { Accept: "*/*", Host: "x", Authorization: good } },
  ])("are accepted $written", async ({ headers }) => {
    aws.will(secret(SECRET));
    expect(await authorize({ headers })).toMatchObject({ principalId: "api-connector" });
  });

  it.each([
    {
      arn: "arn:aws:execute-api:eu-west-1:111111111111:abc123/v1/POST/before-create-user",
      covers: "arn:aws:execute-api:eu-west-1:111111111111:abc123/v1/*/*",
    },
    {
      arn: "arn:aws-cn:execute-api:cn-north-1:111111111111:abc123/v1/POST/after-sign-in",
      covers: "arn:aws-cn:execute-api:cn-north-1:111111111111:abc123/v1/*/*",
    },
    {
      arn: "arn:aws:execute-api:eu-west-1:111111111111:abc123/v1/GET/",
      covers: "arn:aws:execute-api:eu-west-1:111111111111:abc123/v1/*/*",
    },
    {
      gate: "suppliers",
      arn: "arn:aws:execute-api:eu-west-1:111111111111:abc123/v1/POST/suppliers/after-sign-in",
      covers: "arn:aws:execute-api:eu-west-1:111111111111:abc123/v1/POST/suppliers/*",
    },
  ])(
    "open every route of the API, or only the routes of one gate if they are that gate's credentials: $arn",
    async ({ gate, arn, covers }) => {
      process.env.GATE = gate;
      if (gate === undefined) delete process.env.GATE;
      aws.will(secret(SECRET));
      expect(await authorize({ headers: { Authorization: good }, methodArn: arn })).toEqual({
        principalId: "api-connector",
        usageIdentifierKey: "caller-key",
        context: { credentials: "current" },
        policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: covers }] },
      });
    },
  );

  it("are read from the current and the previous version of one secret", async () => {
    aws.will(secret(SECRET));
    await showing(good);
    expect(aws.calls.map(({ operation, input }) => [operation, input])).toEqual([
      ["GetSecretValue", { SecretId: "credentials", VersionStage: "AWSCURRENT" }],
      ["GetSecretValue", { SecretId: "credentials", VersionStage: "AWSPREVIOUS" }],
    ]);
  });

  it("are recorded as seen at their step after a rotation", async () => {
    const version = { SecretString: JSON.stringify(SECRET), VersionId: "v2", CreatedDate: Date.now() / 1_000 - 60 };
    aws.will(json(version));
    await showing(good);
    const [put] = aws.calls.filter(({ operation }) => operation === "PutItem");
    expect(put?.input).toMatchObject({ TableName: "ledger", Item: { id: { S: "credentials/v2/before-create-user" } } });
  });
});

describe('the error "Unauthorized", which makes the gateway answer 401', () => {
  it.each([
    { shown: "another password", headers: { Authorization: basic("entra", "x") } },
    { shown: "another name", headers: { Authorization: basic("x", SECRET.password) } },
    { shown: "the password up to its colon", headers: { Authorization: basic("entra", "pa") } },
    {
      shown: "the password in latin-1",
      headers: { Authorization: `Basic ${Buffer.from("entra:pa:ss wörd", "latin1").toString("base64")}` },
    },
    { shown: "an empty name and password", headers: { Authorization: basic("", "") } },
    { shown: "no colon", headers: { Authorization: `Basic ${Buffer.from("entra").toString("base64")}` } },
    { shown: "no base64", headers: { Authorization: "Basic entra:password" } },
    { shown: "another scheme", headers: { Authorization: good.replace("Basic", "Bearer") } },
    { shown: "an empty header", headers: { Authorization: "" } },
    { shown: "another header", headers: { "X-Authorization": good } },
    { shown: "a list of two", headers: { Authorization: `${good}, ${good}` } },
    { shown: "no header", headers: {} },
    { shown: "no headers", headers: null },
  ])("is the answer to $shown", async ({ headers }) => {
    aws.will(secret(SECRET));
    const error = await authorize({ headers: headers as never }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: "Unauthorized" });
  });
});

describe('an error other than "Unauthorized", which makes the gateway show its block page', () => {
  it.each([
    { when: "access to the secret is denied", answer: refuse("AccessDeniedException") },
    { when: "the secret is gone", answer: refuse("ResourceNotFoundException") },
    { when: "Secrets Manager fails", answer: refuse("InternalServiceError", 500) },
    { when: "the secret is malformed", answer: json({ SecretString: "entra:hunter2" }) },
    { when: "the secret is bytes", answer: json({ SecretBinary: "aHVudGVyMg==" }) },
    { when: "the answer is empty", answer: json({}) },
    { when: "the answer is null", answer: json(null) },
  ])("is the answer to right and wrong credentials if $when", async ({ answer }) => {
    for (const shown of [good, basic("x", "y")]) {
      aws.will(answer);
      const error = await showing(shown).catch((reason: unknown) => reason);
      expect(error).toHaveProperty("message");
      expect((error as Error).message).not.toBe("Unauthorized");
      expect((error as Error).message).not.toMatch(/hunter2|aHVudGVyMg/);
    }
  });
});

describe("a client certificate checked by the gateway", () => {
  const certificate = (subjectDN?: string) => ({
    requestContext: { ...authorizerEvent("").requestContext, identity: { sourceIp: "127.0.0.1", clientCert: subjectDN && { subjectDN } } },
  });
  const allowing = async (allowed: string | undefined, event: object, shown?: string) => {
    if (allowed !== undefined) process.env.CLIENT_CERTIFICATES = allowed;
    aws.will(secret(SECRET));
    try {
      return await authorize({ headers: shown === undefined ? {} : { Authorization: shown }, ...event }).then(
        () => "passes",
        (error: Error) => error.message,
      );
    } finally {
      delete process.env.CLIENT_CERTIFICATES;
    }
  };

  it.each([
    { given: "any that the trust store vouches for", allowed: "*", shown: "CN=entra", answer: "passes" },
    { given: "the one that is named", allowed: "CN=entra,O=Contoso", shown: "CN=entra,O=Contoso", answer: "passes" },
    { given: "another than the one that is named", allowed: "CN=entra,O=Contoso", shown: "CN=entra,O=Contoso Ltd", answer: "Unauthorized" },
    { given: "one whose name differs by case", allowed: "CN=entra", shown: "CN=Entra", answer: "Unauthorized" },
    { given: "none", allowed: "*", shown: undefined, answer: "Unauthorized" },
    { given: "one without a subject", allowed: "*", shown: "", answer: "Unauthorized" },
    { given: "one, where no trust store is set", allowed: undefined, shown: "CN=entra", answer: "Unauthorized" },
    { given: "one, where the setting is empty", allowed: "", shown: "CN=entra", answer: "Unauthorized" },
  ])("opens the API by itself only if the setting admits it: $given", async ({ allowed, shown, answer }) => {
    expect(await allowing(allowed, certificate(shown))).toBe(answer);
  });

  it("works without the password and without a readable secret", async () => {
    await allowing("*", certificate("CN=entra"));
    expect(aws.calls.filter(({ operation }) => operation === "GetSecretValue")).toEqual([]);
  });

  it("leaves the decision to basic auth if its subject does not match", async () => {
    expect(await allowing("CN=entra", certificate("CN=other"), good)).toBe("passes");
    expect(await allowing("CN=entra", certificate("CN=other"), basic("entra", "x"))).toBe("Unauthorized");
  });

  it("is ignored if it is only claimed in a header", async () => {
    const headers = { "X-Amzn-Mtls-Clientcert-Subject": "CN=entra", clientCert: "CN=entra" };
    expect(await allowing("*", { headers })).toBe("Unauthorized");
  });
});

it("the shown credentials are written nowhere", async () => {
  aws.will(secret(SECRET));
  await showing(good);
  await showing(basic("entra", "wrong")).catch(() => undefined);
  expect(output.text()).toBe("");
});
