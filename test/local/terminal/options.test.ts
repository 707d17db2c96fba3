import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { readOptions } from "../../../local/terminal/options";

let errors: string;

beforeEach(() => {
  errors = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    errors += text;
    return true;
  });
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});
afterEach(() => vi.restoreAllMocks());

describe("the command line of npm start", () => {
  it("has defaults", () => {
    expect(readOptions([], { GATEHOUSE_PASSWORD: "" })).toEqual({
      port: 7071,
      data: join(packageRoot, ".local"),
      policy: "policy",
      endpoints: new Map(),
      json: false,
      reload: true,
      throttle: false,
      compare: "",
      credentials: {},
    });
  });

  it("reads every flag and variable", () => {
    const flags = [
      "--port",
      "0",
      "--ephemeral",
      "--policy",
      "other",
      "--endpoint",
      "idology=http://a",
      "--endpoint",
      "graph=https://b/c",
      "--endpoint",
      "http=http://127.0.0.1:9000",
      "--json",
      "--no-reload",
      "--compare",
      "git:main",
    ];
    expect(readOptions(flags, { GATEHOUSE_USERNAME: "u", GATEHOUSE_PASSWORD: "p:q" })).toEqual({
      port: 0,
      data: undefined,
      policy: "other",
      endpoints: new Map([
        ["idology", "http://a"],
        ["graph", "https://b/c"],
        ["http", "http://127.0.0.1:9000"],
      ]),
      json: true,
      reload: false,
      throttle: false,
      compare: "git:main",
      credentials: { username: "u", password: "p:q" },
    });
  });

  it.each([
    { flags: ["--prot", "1"], says: "unknown option '--prot'" },
    { flags: ["extra"], says: "too many arguments" },
    { flags: ["--port", "abc"], says: "A port is a number from 0 to 65535." },
    { flags: ["--port", "70000"], says: "A port is a number from 0 to 65535." },
    { flags: ["--endpoint", "Fax=http://a"], says: "Write one of idology, experian, oauth, graph, login, dns, webhooks, = and a URL" },
    { flags: ["--endpoint", "graph=ftp://a"], says: "ftp://a is not an http or https URL." },
    { flags: ["--ephemeral", "--data", "x"], says: "--data and --ephemeral exclude each other" },
  ])("ends with code 2 for $flags", ({ flags, says }) => {
    expect(() => readOptions(flags, {})).toThrow("exit 1");
    expect(errors).toContain(says);
  });

  it("ends with code 2 for a user name that basic auth cannot carry", () => {
    expect(() => readOptions([], { GATEHOUSE_USERNAME: "a:b" })).toThrow("exit 1");
    expect(errors).toContain("GATEHOUSE_USERNAME must not hold a colon");
  });

  it("names in its help the systems that may answer elsewhere", () => {
    let help = "";
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      help += text;
      return true;
    });
    expect(() => readOptions(["--help"], {})).toThrow("exit 0");
    expect(help.replace(/\s+/g, " ")).toContain(
      "call this address in place of a stand-in: idology, experian, oauth, graph, login, dns, webhooks, or the name of a service or http() source of the policy;",
    );
  });
});
