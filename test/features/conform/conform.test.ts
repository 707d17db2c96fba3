import { gatehouse, jsonLines } from "../../cli/support";
import { CONTINUE, type Received, type Reply, serveEndpoint, USER, vacantUrl, wellKept } from "../../simulator/endpoint";

beforeEach(() => {
  process.env.GATEHOUSE_USERNAME = USER.username;
  process.env.GATEHOUSE_PASSWORD = USER.password;
});
afterEach(() => {
  delete process.env.GATEHOUSE_USERNAME;
  delete process.env.GATEHOUSE_PASSWORD;
});

async function conform(answer: (request: Received) => Reply, path: string, ...args: string[]) {
  const endpoint = await serveEndpoint(answer);
  try {
    return { ...(await gatehouse("entra", "conform", `${endpoint.url}${path}`, ...args)), received: endpoint.received };
  } finally {
    await endpoint.close();
  }
}

describe("gatehouse conform", () => {
  it("accepts an endpoint that keeps the contract, at both steps", async () => {
    const { exitCode, stdout, stderr, received } = await conform(
      wellKept(() => ({ body: CONTINUE })),
      "/{step}",
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^after-sign-in {2}http.*\n {2}n\/a +tls /);
    expect(stdout).toMatch(/\n\d+ rules hold, 0 do not, \d+ gave no result\.\n$/);
    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(["/after-sign-in", "/before-create-user"]));
  });

  it("names the rule and the probe of a fault", async () => {
    const { exitCode, stdout } = await conform(
      wellKept(() => ({ body: { version: "1", action: "Allow" } })),
      "/",
      "--step",
      "after-sign-in",
    );
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/\n {2}FAIL +action +action is Continue, ShowBlockPage, ValidationError, to the letter \(12 of 12\)\n/);
    expect(stdout).toContain('        good-request: action is "Allow"\n');
  });

  it("answers JSON, one rule a line", async () => {
    const ran = await conform(
      wellKept(() => ({ body: CONTINUE })),
      "/",
      "--step",
      "before-create-user",
      "--json",
    );
    expect(ran.exitCode).toBe(0);
    expect(jsonLines(ran)).toContainEqual({
      step: "before-create-user",
      rule: "version",
      says: "version is a text",
      source: "Add an API connector to a user flow, continuation response",
      verdict: "pass",
      probes: 12,
      failures: [],
    });
  });

  it("sends the given e-mail address", async () => {
    const { received } = await conform(
      wellKept(() => ({ body: CONTINUE })),
      "/",
      "--step",
      "both",
      "--email",
      "probe@contoso.com",
    );
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({ email: "probe@contoso.com" });
  });

  it("ends with exit code 3 if nothing answers", async () => {
    const { exitCode, stdout, stderr } = await gatehouse("entra", "conform", `${await vacantUrl()}/{step}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("Nothing answers there (ECONNREFUSED): check the URL");
  });

  it.each([
    { args: [], says: "Name what to call" },
    { args: ["http://gate.example.com/", "--step", "both"], says: "must begin with https://" },
    { args: ["https://gate.example.com/"], says: "Say which step the URL is for" },
    {
      args: ["https://gate.example.com/", "--step", "third"],
      exitCode: 1,
      says: "Allowed choices are after-sign-in, before-create-user, before-sending-token, both",
    },
  ])("ends with exit code 1 for $args", async ({ args, says }) => {
    const ran = await gatehouse("entra", "conform", ...args);
    expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain(says);
  });
});
